import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { FarmError, type FarmEvidence } from '../farms/port.ts';
import { openTenant } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { collectEvidence, type EvidenceLimits } from './collect-evidence.ts';
import { createRedactor } from './redact.ts';

const KIB = 1024;
const RUN = 'run_of_this_test';
let world: World;
let ctx: Context;
beforeAll(async () => {
  world = await startWorld();
  ctx = await openTenant(world);
  await ctx.keys.createDataKey(RUN);
});
afterAll(() => world.stop());

type Source = { opened: number; file: FarmEvidence };
function source(name: string, open: () => AsyncIterable<Uint8Array>): Source {
  const made: Source = {
    opened: 0,
    file: {
      name,
      kind: 'device_log',
      contentType: 'text/plain',
      open() {
        made.opened += 1;
        return open();
      },
    },
  };
  return made;
}
const of = (name: string, bytes: number) =>
  source(name, async function* () {
    for (let left = bytes; left > 0; left -= KIB) yield Buffer.alloc(Math.min(left, KIB), name);
  });
const endless = (name: string, pauseMs = 0) =>
  source(name, async function* () {
    for (;;) {
      yield Buffer.alloc(KIB, name);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  });

let blobs = 0;
async function collect(sources: readonly Source[], limits: Partial<EvidenceLimits> = {}) {
  const found = await collectEvidence(ctx, {
    runId: RUN,
    files: sources.map(({ file }) => file),
    redactor: createRedactor(['a-secret-value']),
    newBlob: () => `evidence-of-this-test-${++blobs}`,
    limits: { files: 10, bytes: 64 * KIB, ms: 60_000, ...limits },
  });
  const read = async ({ blobName }: { blobName: string }): Promise<string> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of ctx.blobs.read(RUN, blobName)) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces).toString();
  };
  return Promise.all(found.map(async (each) => ({ ...each, text: await read(each) })));
}

describe('a job’s evidence', () => {
  test('is kept whole, without the secrets of its run', async () => {
    const secret = source('log of a-secret-value', async function* () {
      yield Buffer.from('it said a-secret-');
      yield Buffer.from('value, aloud');
    });
    const kept = await collect([of('a', 40 * KIB), secret]);
    expect(kept.map(({ name, size, text }) => [name, size, text.slice(0, 30)])).toEqual([
      ['a', 40 * KIB, 'a'.repeat(30)],
      ['log of ***', 18, 'it said ***, aloud'],
    ]);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(2);
  });

  test('that is more than a job may keep is left out from there on, and told', async () => {
    const [first, large, small] = [of('first', 40 * KIB), endless('large'), of('small', KIB)];
    const kept = await collect([first, large, small]);
    expect(kept.map(({ name }) => name)).toEqual(['first', 'left-out.txt']);
    expect(kept[1]).toMatchObject({ kind: 'report', contentType: 'text/plain; charset=utf-8' });
    expect(kept[1]?.text).toMatch(/at most 10 files, 65536 bytes .*:\nlarge\nsmall\n$/);
    expect([first, large, small].map(({ opened }) => opened)).toEqual([1, 1, 0]);
  });

  test('comes in so many files at most', async () => {
    const many = Array.from({ length: 13 }, (_, index) => of(`file ${index}`, KIB));
    const kept = await collect(many);
    expect(kept.map(({ name }) => name)).toEqual([...many.slice(0, 10).map(({ file }) => file.name), 'left-out.txt']);
    expect(many[10]?.opened).toBe(0);
  });

  test('that comes too slowly is left out', async () => {
    const kept = await collect([endless('slow', 20), of('next', KIB)], { ms: 200 });
    expect(kept.map(({ name }) => name)).toEqual(['left-out.txt']);
    expect(kept[0]?.text).toContain('slow\nnext');
  });

  test('that the farm refuses is left out with what it says, and the next is kept', async () => {
    const refused = source('refused', () => {
      throw new FarmError('refused', 'Nothing is sent there.');
    });
    const kept = await collect([refused, of('next', KIB)]);
    expect(kept.map(({ name }) => name)).toEqual(['next', 'left-out.txt']);
    expect(kept[1]?.text).toContain('refused: Nothing is sent there.');
  });

  test('that breaks off for good fails, to be tried again', async () => {
    const fault = source('fault', () => {
      throw new RangeError('of ours');
    });
    await expect(collect([fault])).rejects.toThrow('of ours');
  });
});

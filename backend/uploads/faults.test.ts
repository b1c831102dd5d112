import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deflateRaw } from 'pako';
import { type BuildFile, buildFileOf } from '../../action/client/build-file.ts';
import type { Context } from '../context.ts';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { type BreakingLine, startBreakingLine } from '../testing/breaking-line.ts';
import { clientUpload } from '../testing/client-upload.ts';
import { deletionsDone, openTenant, storedBytes, tasksDone } from '../testing/kept.ts';
import { findStrays, NO_STRAYS } from '../testing/strays.ts';
import { startWorld, type World } from '../testing/world.ts';
import { forgetArtifact } from './forget.ts';

let world: World;
let ctx: Context;
let admin: Context;
let line: BreakingLine;
let lines: string[];

beforeAll(async () => {
  world = await startWorld();
  ctx = await openTenant(world);
  admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
});
afterAll(() => world.stop());
beforeEach(async () => {
  lines = [];
  line = await startBreakingLine(world.backend.url);
});
afterEach(async () => {
  await line.close();
  // Files of several parts take a while to be signed.
  await tasksDone(world, 60_000);
  await deletionsDone(world);
  expect(await findStrays(ctx, world.dataFolder)).toEqual(NO_STRAYS);
});

let runs = 100_000;
/** Uploads over the line; `before` is called before each request. */
function upload(file: BuildFile, before: (method: string, path: string) => unknown = () => {}): Promise<string> {
  runs += 1;
  return clientUpload({
    ...world,
    claims: { run_id: String(runs) },
    file,
    lines,
    fetch: async (input, init) => {
      await before(init?.method ?? 'GET', new URL(String(input)).pathname);
      return line.fetch(input, init);
    },
  });
}

const fileOf = (name: string, bytes: Buffer): BuildFile => buildFileOf('app', name, undefined, bytes);
const forget = (artifactId: string) => forgetArtifact({ ctx: admin, input: { artifactId } });
async function expectStored(id: string, bytes: Buffer): Promise<void> {
  const row = ctx.db.selectFrom('artifacts').select('state').where('id', '=', id);
  expect(await row.executeTakeFirst()).toEqual({ state: 'complete' });
  expect((await storedBytes(ctx, id)).equals(bytes)).toBe(true);
}

describe('farm pain 26: an upload ends right although the line breaks', () => {
  const PARTS = 2;
  const bytes = () =>
    apkFile({}, [{ name: 'assets/film', content: randomBytes((PARTS - 1) * MAX_PART_SIZE + 1000), method: 0 }]);

  test.each([1, 2])('in the middle of part %i', async (number) => {
    const whole = bytes();
    let isArmed = false;
    const id = await upload(fileOf('app.apk', whole), (_method, path) => {
      if (isArmed || !path.endsWith(`/parts/${number}`)) return;
      isArmed = true;
      line.breakAfter(number === PARTS ? 500 : MAX_PART_SIZE / 2);
    });
    expect(line.breaks()).toBe(1);
    await expectStored(id, whole);
  });

  test.each([
    ['the opening', 'POST', /\/artifacts$/],
    ['part 1', 'PUT', /\/parts\/1$/],
    ['part 2', 'PUT', /\/parts\/2$/],
    ['the completion', 'POST', /\/complete$/],
  ])('before the answer to %s comes', async (_, method, path) => {
    const whole = bytes();
    let isArmed = false;
    const id = await upload(fileOf('app.apk', whole), (asked, at) => {
      if (isArmed || asked !== method || !path.test(at)) return;
      isArmed = true;
      line.loseAnswer();
    });
    expect(line.breaks()).toBe(1);
    await expectStored(id, whole);
    // The same upload, not another beside it.
    const opened = ctx.db.selectFrom('artifacts').select('id').where('state', '=', 'uploading');
    expect(await opened.execute()).toEqual([]);
  });
});

/** Two builds of one app: code that changes a little, noise that stays, and so many bytes that are new. */
function builds(name: string, fresh: number): { earlier: Buffer; later: Buffer } {
  const code = Buffer.from(Array.from({ length: 6000 }, (_, n) => `${name} does ${n} of ${n * n} things\n`).join(''));
  const noise = randomBytes(150_000);
  const build = (version: string, added: Buffer) => {
    const content = Buffer.concat([code, Buffer.from(version), noise, added]);
    return apkFile({}, [{ name: 'classes.dex', content, compressed: deflateRaw(content) }]);
  };
  return { earlier: build('1', Buffer.alloc(0)), later: build('2', randomBytes(fresh)) };
}

describe('a difference ends right although its earlier artifact is erased', () => {
  test.each([
    ['before its signatures are read', /\/prior$/, 0],
    ['before it comes with the completion', /\/complete$/, 0],
    ['before it is sent in parts', /\/parts\/1$/, 400_000],
    ['before it is completed from parts', /\/complete$/, 400_000],
  ])('%s', async (what, path, fresh) => {
    const { earlier, later } = builds(what, fresh);
    const first = await upload(fileOf('app.apk', earlier));
    await tasksDone(world);
    let isErased = false;
    const id = await upload(fileOf('app.apk', later), async (_method, at) => {
      if (isErased || !path.test(at)) return;
      isErased = true;
      await forget(first);
      await deletionsDone(world);
    });
    expect(isErased).toBe(true);
    await expectStored(id, later);
  });

  test('while it is rebuilt', async () => {
    for (let delayMs = 0; delayMs < 80; delayMs += 20) {
      const { earlier, later } = builds(`rebuilt ${delayMs}`, 0);
      const first = await upload(fileOf('app.apk', earlier));
      await tasksDone(world);
      let erased: Promise<void> | null = null;
      const id = await upload(fileOf('app.apk', later), (_method, at) => {
        if (!erased && at.endsWith('/complete')) {
          erased = new Promise((go) => setTimeout(go, delayMs)).then(() => forget(first));
        }
      });
      await erased;
      await expectStored(id, later);
      await forget(id);
    }
  });
});

describe('any file is stored as it is, or refused and forgotten', () => {
  /** Ways in which an entry may lie in a zip: as builds write it, and as nobody should. */
  const entry = fc.record({
    name: fc.constantFrom('classes.dex', 'res/a', 'assets/b', 'lib/x86_64/c.so'),
    content: fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.nat(255).map((byte) => new Uint8Array(60_000).fill(byte)),
      fc.nat(9).map((seed) => NOISE[seed]!),
    ),
    way: fc.constantFrom('stored', 'pako', 'broken', 'lying'),
  });
  const file = fc
    .record({
      entries: fc.array(entry, { minLength: 1, maxLength: 5 }),
      cut: fc.option(fc.nat(200), { freq: 4 }),
      flip: fc.option(fc.nat(), { freq: 4 }),
    })
    .map(({ entries, cut, flip }) => {
      const parts = entries.map(({ name, content, way }) => {
        if (way === 'stored') return { name, content, method: 0 };
        if (way === 'broken') return { name, content, compressed: NOISE[0]!.subarray(0, 500) };
        if (way === 'lying') return { name, content, inflatedSize: content.length + 9 };
        return { name, content, compressed: deflateRaw(content) };
      });
      // So large that differences are made.
      const bytes = apkFile({}, [...parts, { name: 'assets/base', content: BASE, method: 0 }]);
      if (flip !== null) bytes[flip % bytes.length]! ^= 0x40;
      return cut === null ? bytes : bytes.subarray(0, -cut || undefined);
    });
  const BASE = randomBytes(90_000);
  const NOISE = Array.from({ length: 10 }, () => randomBytes(30_000));

  test('whatever it is, and whatever stands before it', async () => {
    const ends = { stored: 0, difference: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(file, async (bytes) => {
        lines = [];
        try {
          await expectStored(await upload(fileOf('fuzz.apk', bytes)), bytes);
          ends.stored += 1;
          const sent = lines.findLast((text) => text.startsWith('Uploaded')) ?? '';
          if (/sent \d kB/.test(sent)) ends.difference += 1;
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_artifact' });
          ends.refused += 1;
        }
        await tasksDone(world);
      }),
      { numRuns: 40, seed: 4, endOnFailure: true },
    );
    for (const count of Object.values(ends)) expect(count).toBeGreaterThan(1);
  });
});

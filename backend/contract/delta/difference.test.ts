import { deflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deflateRaw } from 'pako';
import { type ZipPart, zipFile } from '../../testing/apks/zip-file.ts';
import { difference, rebuilt, signed, sourceOf } from '../../testing/differences.ts';

/** Bytes that repeat themselves here and there, as code does. */
const contents = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.record({ byte: fc.nat(255), count: fc.nat(3000) }).map(({ byte, count }) => new Uint8Array(count).fill(byte)),
      fc.nat(1000).map((seed) => noise(seed, 700)),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => Buffer.concat(pieces));

/** Not random, and without any pattern that deflate finds. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const WAYS = ['stored', 'pako 1', 'pako 6', 'pako 9', 'node 6', 'broken', 'lying'] as const;

function partOf(name: string, content: Buffer, way: (typeof WAYS)[number]): ZipPart {
  if (way === 'stored') return { name, content, compressed: content, method: 0 };
  if (way === 'broken') return { name, content, compressed: noise(content.length, 50) };
  if (way === 'lying') return { name, content, inflatedSize: content.length + 7 };
  const level = Number(way.slice(-1)) as 6;
  const compressed = way.startsWith('pako') ? deflateRaw(content, { level }) : deflateRawSync(content, { level });
  return { name, content, compressed };
}

const part = (names: fc.Arbitrary<string>) =>
  fc.tuple(names, contents, fc.constantFrom(...WAYS)).map((each) => partOf(...each));
const names = fc.constantFrom('a', 'b', 'classes.dex', 'classes2.dex', 'res/x', 'AndroidManifest.xml');
const parts = fc.array(part(names), { maxLength: 8 });

/** Two builds of one app: some entries stay, some change, some come, go or move. */
const builds = fc
  .record({ parts, more: parts, order: fc.nat(), before: contents, comment: fc.uint8Array({ maxLength: 20 }) })
  .chain(({ parts: first, more, before, comment }) =>
    fc.shuffledSubarray([...first, ...more]).map((second) => ({
      earlier: zipFile(first),
      later: zipFile(second, { beforeDirectory: before, comment }),
    })),
  );

/** Bytes that were changed, cut out or added at a few places. */
const damaged = (bytes: Buffer) =>
  fc
    .array(
      fc.record({ at: fc.nat(Math.max(0, bytes.length - 1)), cut: fc.nat(5), add: fc.uint8Array({ maxLength: 5 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((changes) =>
      changes.reduce(
        (now, { at, cut, add }) => Buffer.concat([now.subarray(0, at), add, now.subarray(at + cut)]),
        bytes,
      ),
    );

const goesWholeOrComesBack = async (earlier: Buffer, later: Buffer): Promise<void> => {
  const frame = await difference(earlier, later);
  if (frame) expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
};

describe('a difference', () => {
  test('of any two builds gives the later one again, byte for byte', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(builds, async ({ earlier, later }) => {
        const frame = await difference(earlier, later);
        if (!frame) return;
        made += 1;
        expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(made).toBeGreaterThan(40);
  });

  test('to or of a damaged file is none, or right', async () => {
    const pair = builds.chain(({ earlier, later }) => fc.record({ earlier: damaged(earlier), later: damaged(later) }));
    await fc.assert(
      fc.asyncProperty(pair, ({ earlier, later }) => goesWholeOrComesBack(earlier, later)),
      { numRuns: 60, seed: 2 },
    );
  });

  test('of a file that is no zip is none', async () => {
    const zip = zipFile([{ name: 'a', content: 'a' }]);
    expect(await difference(zip, Buffer.from('a text'))).toBeNull();
    expect(await difference(Buffer.from('a text'), zip)).toBeNull();
    expect(await difference(zip, Buffer.alloc(0))).toBeNull();
  });

  test('that was tampered with gives an error or other bytes, never more than were announced', async () => {
    const tampered = builds.chain(({ earlier, later }) =>
      fc.record({ earlier: fc.constant(earlier), later: fc.constant(later), seed: fc.nat() }),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(tampered, async ({ earlier, later, seed }) => {
        const frame = await difference(earlier, later);
        if (!frame) return;
        const [changed] = fc.sample(damaged(zstdDecompressSync(frame)), { numRuns: 1, seed });
        try {
          const bytes = await rebuilt(earlier, zstdCompressSync(changed as Buffer), later.length);
          expect(bytes).toHaveLength(later.length);
        } catch (error) {
          refused += 1;
          expect((error as Error).name).toBe('Malformed');
        }
      }),
      { numRuns: 60, seed: 3 },
    );
    expect(refused).toBeGreaterThan(20);
  });
});

describe('what is the same costs nothing', () => {
  const code = Buffer.concat(Array.from({ length: 200 }, (_, seed) => noise(seed, 900)));
  const assets = Array.from({ length: 50 }, (_, n) => partOf(`assets/${n}`, Buffer.from(noise(n, 2000)), 'stored'));
  const build = (dex: Buffer) => zipFile([partOf('classes.dex', dex, 'pako 9'), ...assets]);

  test('a file that did not change is a few bytes', async () => {
    expect((await difference(build(code), build(code)))?.length).toBeLessThan(40);
  });

  test('a change in a large entry costs that change, although all behind it moves', async () => {
    const changed = Buffer.concat([code.subarray(0, 90_000), noise(7777, 300), code.subarray(90_000)]);
    const frame = await difference(build(code), build(changed));
    expect(frame?.length).toBeLessThan(1000);
    expect((await rebuilt(build(code), frame as Buffer, build(changed).length)).equals(build(changed))).toBe(true);
  });

  test('only the signatures of what changed are asked for', async () => {
    const signatures = await signed(sourceOf(build(code)));
    const before = signatures?.received ?? 0;
    expect(before).toBeLessThan(3000);
  });
});

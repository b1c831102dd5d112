import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deflateRaw } from 'pako';
import { apiDemos } from '../../testing/apks/apk-file.ts';
import { sourceOf } from '../../testing/differences.ts';
import { turnsDuring } from '../../testing/turns.ts';
import { type DeflateWay, deflateAgain, findDeflateWay } from './deflate-again.ts';
import { readLayout } from './zip-layout.ts';
import { loadZlib } from './zlib-deflate.ts';

test('every entry of a real build can be deflated again to its very bytes', async () => {
  const apk = apiDemos();
  const layout = await readLayout(sourceOf(apk));
  const deflated = (layout?.entries ?? []).filter((entry) => entry.method === 8 && entry.dataLength < 20_000);
  expect(deflated.length).toBeGreaterThan(400);
  let way: DeflateWay | null = null;
  for (const { dataOffset, dataLength } of deflated) {
    const data = apk.subarray(dataOffset, dataOffset + dataLength);
    way = await findDeflateWay(inflateRawSync(data), data, way);
    expect(way).not.toBeNull();
  }
});

test('what was deflated otherwise is said to be so, also when only its last byte differs', async () => {
  const apk = apiDemos();
  const layout = await readLayout(sourceOf(apk));
  const entry = layout?.entries.find((each) => each.method === 8 && each.dataLength > 5000);
  const data = Buffer.from(apk.subarray(entry?.dataOffset, (entry?.dataOffset ?? 0) + (entry?.dataLength ?? 0)));
  const content = inflateRawSync(data);
  expect(await findDeflateWay(content, Buffer.concat([data, Buffer.from([0])]), null)).toBeNull();
  expect(await findDeflateWay(content, data.subarray(0, -1), null)).toBeNull();
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  expect(await findDeflateWay(content, data, null)).toBeNull();
});

const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9];

async function again(content: readonly Uint8Array[], way: DeflateWay): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of deflateAgain(content, way)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test.each(levels)('zlib in WebAssembly and pako give the same bytes at level %i', async (level) => {
  const apk = apiDemos();
  // What compresses well, what does not, nothing at all, and what is longer than a window.
  const dex = (await readLayout(sourceOf(apk)))?.entries.find(({ name }) => name.toString() === 'classes.dex');
  const { dataOffset, dataLength } = dex!;
  const code = inflateRawSync(apk.subarray(dataOffset, dataOffset + dataLength)).subarray(0, 600_000);
  for (const content of [code, apk.subarray(0, 200_000), Buffer.alloc(300_000, 'ab'), Buffer.alloc(0)]) {
    expect((await again([content], { maker: 'zlib', level })).equals(deflateRaw(content, { level: level as 6 }))).toBe(
      true,
    );
  }
});

/** Its lines are long matches and few other bytes: Info-ZIP ends its blocks early. */
const LINES = Buffer.from(
  Array.from({ length: 20_000 }, (_, n) => {
    const [first, second] = [(n * 48_271) % 65_521, (n * 16_807) % 39_367];
    return `invoke-virtual method of a long name ${first.toString(36)} ${second.toString(36)}\n`;
  }).join(''),
);

// The SHA-256 of what zip 3.0 makes of it: `zip -6 out.zip lines`, and so on, without the zip's heads.
test.each([
  [6, 124_287, 'e80eef63134693be731e3c1523e0fbc3f95f2f76dd0f8f8b36d02e9de656e884'],
  [9, 116_310, 'af86f07988835ab2fda3d2e1e71316f09ff4cb4a2946bfacecbaab89f13e121d'],
  [1, 132_849, '5ebb066d993ddfcd345849398987b25e358c9b3985811ddbe6dd7e4f236005be'],
])("the bytes are those of Info-ZIP's zip at level %i", async (level, length, digest) => {
  const way: DeflateWay = { maker: 'infoZip', level };
  const deflated = await again([LINES], way);
  expect(deflated.length).toBe(length);
  expect(createHash('sha256').update(deflated).digest('hex')).toBe(digest);
  expect(inflateRawSync(deflated).equals(LINES)).toBe(true);
  expect(await findDeflateWay(LINES, deflated, null)).toEqual(way);
});

test.each([6, 9])(
  'the larger memory, as Info-ZIP has it, is found at level %i for what it ends no block of',
  async (level) => {
    const content = apiDemos().subarray(0, 900_000);
    const deflated = deflateRaw(content, { level: level as 6, memLevel: 9 });
    expect(await findDeflateWay(content, deflated, null)).toMatchObject({ maker: 'infoZip' });
  },
);

test('also of contents that come in pieces, each cut anywhere', async () => {
  const piece = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 }));
  const content = fc.array(piece.map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes))));
  await fc.assert(
    fc.asyncProperty(content, fc.constantFrom(...levels), async (pieces, level) => {
      const whole = Buffer.concat(pieces);
      expect((await again(pieces, { maker: 'zlib', level })).equals(deflateRaw(whole, { level: level as 6 }))).toBe(
        true,
      );
    }),
    { seed: 7, numRuns: 60 },
  );
});

test('others have their turn between contents of nothing', async () => {
  const turns = await turnsDuring(async () => {
    for (let time = 0; time < 100; time++) await again([], { maker: 'zlib', level: 6 });
  });
  expect(turns).toBeGreaterThan(50);
});

test('streams that are left before their end give their memory back', async () => {
  const content = Buffer.alloc(200_000, 'left');
  for (let time = 0; time < 2000; time++) {
    for await (const _ of deflateAgain([content, content], { maker: 'zlib', level: 1 })) break;
  }
  const { memory } = await loadZlib();
  expect(memory.buffer.byteLength).toBeLessThan(32 * 1024 * 1024);
});

import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPrefix } from './cobblestone.ts';
import { decryptRange, plaintextBytes, type Range, type ReadRange } from './cobblestone-range.ts';
import { encryptBytes } from './cobblestone-stream.ts';
import { SealBroken } from './port.ts';
import { bytesOf, collect, cut, fixedBytes } from './sample-streams.ts';

const CHUNK = 16 * 1024;
const SEALED_CHUNK = CHUNK + 16;
const key = createSecretKey(fixedBytes(32, 'key'));

function readerOf(sealed: Uint8Array, asked: Range[] = []): ReadRange {
  return (range) => {
    asked.push(range);
    return cut(sealed.subarray(range.offset, range.offset + range.length), [1000, 70_000]);
  };
}

function open(sealed: Uint8Array, range: Range, read = readerOf(sealed), sealedBytes = sealed.length) {
  const message = checkPrefix(key, 'context', sealed.subarray(0, 56));
  return collect(decryptRange(message, sealedBytes, range, read));
}

const samples = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 16 * CHUNK, 33 * CHUNK + 100].map((length) => ({
  plaintext: bytesOf(length),
  sealed: encryptBytes(key, 'context', bytesOf(length)),
}));

describe('a range of a sealed message', () => {
  test('is the same range of the plaintext', async () => {
    for (const { plaintext, sealed } of samples) {
      const place = fc.oneof(fc.nat({ max: plaintext.length }), fc.constantFrom(0, plaintext.length));
      await fc.assert(
        fc.asyncProperty(place, place, async (a, b) => {
          const range = { offset: Math.min(a, b), length: Math.abs(a - b) };
          const expected = plaintext.subarray(range.offset, range.offset + range.length);
          expect((await open(sealed, range)).equals(expected)).toBe(true);
        }),
        { numRuns: 30 },
      );
    }
  });

  test('is opened from the chunks that hold it, and from no other', async () => {
    const { sealed } = samples.at(-1)!;
    const asked: Range[] = [];
    await open(sealed, { offset: 2 * CHUNK - 1, length: 2 }, readerOf(sealed, asked));
    expect(asked).toEqual([{ offset: 56 + SEALED_CHUNK, length: 2 * SEALED_CHUNK }]);
  });

  test('is refused when it is not inside the message', async () => {
    const { sealed } = samples[2]!;
    for (const range of [
      { offset: -1, length: 1 },
      { offset: 0, length: -1 },
      { offset: 0, length: CHUNK },
      { offset: CHUNK, length: 0 },
      { offset: 0.5, length: 1 },
      { offset: Number.NaN, length: 1 },
      { offset: Number.MAX_SAFE_INTEGER, length: 1 },
    ]) {
      await expect(open(sealed, range)).rejects.toThrow(RangeError);
    }
  });

  test('is refused when a chunk of it was altered, and opens when another chunk was', async () => {
    const { plaintext, sealed } = samples.at(-1)!;
    const altered = Buffer.from(sealed);
    altered[56 + 20 * SEALED_CHUNK + 3]! ^= 1;
    await expect(open(altered, { offset: 20 * CHUNK + 5000, length: 1 })).rejects.toThrow(SealBroken);
    const before = await open(altered, { offset: 19 * CHUNK, length: CHUNK });
    expect(before.equals(plaintext.subarray(19 * CHUNK, 20 * CHUNK))).toBe(true);
  });

  test('is refused at the end of a message that was cut short to another valid length', async () => {
    const { sealed } = samples.at(-1)!;
    const short = sealed.subarray(0, 56 + 3 * SEALED_CHUNK + 16);
    expect(plaintextBytes(short.length)).toBe(3 * CHUNK);
    await expect(open(short, { offset: 2 * CHUNK, length: CHUNK })).rejects.toThrow(SealBroken);
    await expect(open(short, { offset: 3 * CHUNK, length: 0 })).rejects.toThrow(SealBroken);
  });

  test('is refused when the store gives fewer bytes than it was asked for', async () => {
    const { sealed } = samples.at(-1)!;
    const short: ReadRange = ({ offset, length }) => cut(sealed.subarray(offset, offset + length - 1), []);
    await expect(open(sealed, { offset: 0, length: 10 }, short)).rejects.toThrow('end early');
    await expect(open(sealed, { offset: 0, length: 33 * CHUNK }, short)).rejects.toThrow('end early');
  });

  test('is all that counts of a store that gives more than it was asked for', async () => {
    const { plaintext, sealed } = samples.at(-1)!;
    const long: ReadRange = ({ offset }) => cut(sealed.subarray(offset), []);
    expect((await open(sealed, { offset: 5, length: 10 }, long)).equals(plaintext.subarray(5, 15))).toBe(true);
  });
});

describe('the length of a sealed message', () => {
  test('tells the length of its plaintext', () => {
    for (const { plaintext, sealed } of samples) expect(plaintextBytes(sealed.length)).toBe(plaintext.length);
  });

  test('is refused when no message has it', () => {
    for (let length = -1; length < 72; length++) expect(() => plaintextBytes(length)).toThrow(SealBroken);
    for (let chunks = 1; chunks < 40; chunks++) {
      for (let extra = 0; extra < 16; extra++) {
        expect(() => plaintextBytes(56 + chunks * SEALED_CHUNK + extra)).toThrow(SealBroken);
      }
    }
    for (const length of [Number.NaN, Number.POSITIVE_INFINITY, 100.5, 2 ** 60]) {
      expect(() => plaintextBytes(length)).toThrow(SealBroken);
    }
  });
});

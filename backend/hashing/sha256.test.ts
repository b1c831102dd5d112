import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BLOCK_BYTES } from './blocks.ts';
import { type Check, hashed, Sha256 } from './sha256.ts';
import { openLine } from './threads.ts';

const KIB = 1024;
const BLOCK = BLOCK_BYTES;
const bytes = randomBytes(9 * BLOCK);
const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');

async function* pieces(of: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  for (const size of sizes) {
    yield of.subarray(at, at + size);
    at = Math.min(of.length, at + size);
  }
  if (at < of.length) yield of.subarray(at);
}

async function through(source: AsyncIterable<Uint8Array>) {
  const came: Parameters<Check>[0][] = [];
  const collected: Uint8Array[] = [];
  for await (const piece of hashed(source, (all) => came.push(all))) collected.push(Buffer.from(piece));
  return { came, passed: Buffer.concat(collected) };
}

describe('a hashed stream', () => {
  test('passes the bytes on, and tells their size and SHA-256 once, whatever the pieces', async () => {
    const length = fc.oneof(fc.constantFrom(0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK), fc.nat(bytes.length));
    const sizes = fc.array(fc.nat(3 * BLOCK), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(length, sizes, async (most, cuts) => {
        const all = bytes.subarray(0, most);
        const { came, passed } = await through(pieces(all, cuts));
        expect(passed.equals(all)).toBe(true);
        expect(came.map((each) => [each.size, each.sha256.toString('hex')])).toEqual([[most, sha256(all)]]);
      }),
      { numRuns: 60 },
    );
  });

  test('hashes what a piece held when it came, though its source uses the memory again', async () => {
    const piece = Buffer.alloc(100 * KIB);
    const all = createHash('sha256');
    async function* source() {
      for (let i = 0; i < 20; i++) {
        piece.fill(i);
        all.update(piece);
        yield piece;
      }
    }
    const { came } = await through(source());
    expect(came[0]?.sha256.equals(all.digest())).toBe(true);
  });

  test('is one of many, each with its own digest', async () => {
    const streams = Array.from({ length: 12 }, (_, i) => bytes.subarray(0, bytes.length - i));
    const found = await Promise.all(streams.map((each) => through(pieces(each, [10, 70_000]))));
    expect(found.map(({ came }) => came[0]?.sha256.toString('hex'))).toEqual(streams.map(sha256));
  });

  test('fails when it is refused, after its last byte', async () => {
    let passed = 0;
    const refused = async () => {
      for await (const piece of hashed(pieces(bytes, []), () => {
        throw new Error('not these bytes');
      })) {
        passed += piece.length;
      }
    };
    await expect(refused()).rejects.toThrow('not these bytes');
    expect(passed).toBe(bytes.length);
  });

  test.each([0, 1, 3, 8])(
    'tells no digest of a source that fails after %i blocks, and goes on with the next',
    async (blocks) => {
      async function* failing() {
        yield bytes.subarray(0, blocks * BLOCK);
        throw new Error('the client went away');
      }
      let told = false;
      const failed = async () => {
        for await (const _ of hashed(failing(), () => {
          told = true;
        }));
      };
      await expect(failed()).rejects.toThrow('the client went away');
      expect(told).toBe(false);
      expect((await through(pieces(bytes, []))).came[0]?.sha256.toString('hex')).toBe(sha256(bytes));
    },
  );

  test('closes its source when it is left early, and tells nothing', async () => {
    let closed = false;
    let told = false;
    async function* endless() {
      try {
        for (;;) yield bytes;
      } finally {
        closed = true;
      }
    }
    for await (const piece of hashed(endless(), () => {
      told = true;
    })) {
      expect(piece.length).toBe(BLOCK);
      break;
    }
    expect([closed, told]).toEqual([true, false]);
  });
});

describe('a thread that ends', () => {
  test('fails the streams that it had, and leaves the next ones a new thread', async () => {
    const hash = new Sha256();
    await hash.update(bytes);
    const failures: Error[] = [];
    // With as many lines as there can be threads, one is to the thread of the stream above.
    const lines = Array.from({ length: 4 }, () =>
      openLine({ onMessage: () => {}, onFailure: (error) => failures.push(error) }),
    );
    // No block has this many bytes: the thread throws.
    for (const line of lines) line.sendBlock(new SharedArrayBuffer(8), BLOCK);
    await expect(hash.digest()).rejects.toThrow('a hashing thread ended');
    hash.close();
    for (const line of lines) line.close();
    expect(failures.length).toBeGreaterThan(0);
    expect((await through(pieces(bytes, []))).came[0]?.sha256.toString('hex')).toBe(sha256(bytes));
  });
});

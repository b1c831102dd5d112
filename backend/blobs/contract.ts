/** What every store of blobs must do; each provider's test runs this against itself. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BlobExists, BlobNotFound, type Blobs } from './port.ts';

export type BlobsUnderTest = {
  blobs: Blobs;
  /** Leaves in a container what a process leaves that is killed while it writes a blob. */
  killDuringWrite(container: string, name: string): Promise<void>;
  dispose(): Promise<void>;
};

const KIB = 1024;
const MIB = 1024 * KIB;
const pattern = patternOf(700 * KIB);
/** More than one block of any store. */
const large = patternOf(13 * MIB + 7);

export function describeBlobs(name: string, make: () => Promise<BlobsUnderTest>): void {
  describe(`${name} keeps blobs`, () => {
    let made: BlobsUnderTest;
    let blobs: Blobs;
    beforeEach(async () => {
      made = await make();
      blobs = made.blobs;
      await blobs.createContainer('tenant-1');
    });
    afterEach(() => made.dispose());

    test('gives back what was written, whole and in ranges', async () => {
      expect(await blobs.write('tenant-1', 'a', pieces(pattern, 100_000))).toBe(pattern.length);
      expect(await blobs.size('tenant-1', 'a')).toBe(pattern.length);
      expect((await collect(blobs.read('tenant-1', 'a'))).equals(pattern)).toBe(true);
      for (const [offset, length] of [
        [0, 1],
        [0, pattern.length],
        [5, 0],
        [255 * KIB, 300 * KIB],
        [pattern.length - 1, 1],
        [pattern.length, 0],
      ] as const) {
        const found = await collect(blobs.read('tenant-1', 'a', { offset, length }));
        expect(found.equals(pattern.subarray(offset, offset + length))).toBe(true);
      }
    });

    test('has copied a piece when it asks its source for the next one', async () => {
      async function* source() {
        const memory = Buffer.alloc(70 * KIB);
        for (let offset = 0; offset < pattern.length; offset += memory.length) {
          yield memory.subarray(0, pattern.copy(memory, 0, offset));
        }
      }
      await blobs.write('tenant-1', 'a', source());
      expect((await collect(blobs.read('tenant-1', 'a'))).equals(pattern)).toBe(true);
    });

    test('may lend its memory to who asks for that', async () => {
      await blobs.write('tenant-1', 'a', pieces(pattern, 100_000));
      for (const range of [undefined, { offset: 5, length: 600 * KIB }]) {
        const copied: Uint8Array[] = [];
        for await (const piece of blobs.read('tenant-1', 'a', range, { lend: true })) copied.push(Buffer.from(piece));
        const { offset, length } = range ?? { offset: 0, length: pattern.length };
        expect(Buffer.concat(copied).equals(pattern.subarray(offset, offset + length))).toBe(true);
      }
    });

    test('gives back what came in pieces of many sizes, and was more than the store takes at once', async () => {
      async function* source() {
        for (let offset = 0, size = 1; offset < large.length; offset += size, size = (size * 7) % (3 * MIB + 1)) {
          yield large.subarray(offset, offset + size);
        }
      }
      expect(await blobs.write('tenant-1', 'a', source())).toBe(large.length);
      expect(await blobs.size('tenant-1', 'a')).toBe(large.length);
      expect((await collect(blobs.read('tenant-1', 'a'))).equals(large)).toBe(true);
      const range = { offset: 4 * MIB - 3, length: 8 * MIB };
      const found = await collect(blobs.read('tenant-1', 'a', range));
      expect(found.equals(large.subarray(range.offset, range.offset + range.length))).toBe(true);
    });

    test('keeps an empty blob', async () => {
      expect(await blobs.write('tenant-1', 'empty', pieces(Buffer.alloc(0), 1))).toBe(0);
      expect(await blobs.size('tenant-1', 'empty')).toBe(0);
      expect(await collect(blobs.read('tenant-1', 'empty'))).toHaveLength(0);
    });

    test.each([
      { offset: -1, length: 1 },
      { offset: 0, length: -1 },
      { offset: 0, length: 11 },
      { offset: 11, length: 0 },
      { offset: 0.5, length: 1 },
      { offset: Number.NaN, length: 1 },
      { offset: Number.MAX_SAFE_INTEGER, length: Number.MAX_SAFE_INTEGER },
    ])('refuses a range that is not inside the blob: %j', async (range) => {
      await blobs.write('tenant-1', 'ten', pieces(Buffer.alloc(10), 10));
      await expect(collect(blobs.read('tenant-1', 'ten', range))).rejects.toThrow(RangeError);
    });

    test('says that a blob is absent, in a container that is absent too', async () => {
      for (const container of ['tenant-1', 'tenant-2']) {
        await expect(collect(blobs.read(container, 'none'))).rejects.toThrow(BlobNotFound);
        await expect(blobs.size(container, 'none')).rejects.toThrow(BlobNotFound);
        await blobs.remove(container, 'none');
      }
      expect(await names(blobs, 'tenant-2')).toEqual([]);
    });

    test('does not write into a container that is absent', async () => {
      await expect(blobs.write('tenant-2', 'a', pieces(pattern, KIB))).rejects.toThrow();
      expect(await names(blobs, 'tenant-2')).toEqual([]);
    });

    test('never changes a blob', async () => {
      await blobs.write('tenant-1', 'a', pieces(Buffer.from('first'), 5));
      await expect(blobs.write('tenant-1', 'a', pieces(Buffer.from('second'), 6))).rejects.toThrow(BlobExists);
      expect((await collect(blobs.read('tenant-1', 'a'))).toString()).toBe('first');
    });

    test('lets one of several writers of a name win, and shows that one’s bytes', async () => {
      const written = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => blobs.write('tenant-1', 'a', pieces(Buffer.alloc(300 * KIB, i), 50 * KIB))),
      );
      const winners = written.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
      expect(winners).toHaveLength(1);
      for (const result of written) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BlobExists);
      }
      const found = await collect(blobs.read('tenant-1', 'a'));
      expect(found.equals(Buffer.alloc(300 * KIB, winners[0]))).toBe(true);
    });

    test('lets one of several writers of a large blob win, whole', async () => {
      const written = await Promise.allSettled(
        [1, 2, 3].map((fill) => blobs.write('tenant-1', 'a', pieces(Buffer.alloc(9 * MIB, fill), MIB))),
      );
      const winners = written.flatMap(({ status }, i) => (status === 'fulfilled' ? [i + 1] : []));
      expect(winners).toHaveLength(1);
      for (const result of written) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BlobExists);
      }
      expect((await collect(blobs.read('tenant-1', 'a'))).equals(Buffer.alloc(9 * MIB, winners[0]))).toBe(true);
    });

    test('lets a writer end right beside another of the same name whose source fails', async () => {
      async function* failing() {
        yield large.subarray(0, 9 * MIB);
        throw new Error('the client went away');
      }
      const [failed, written] = await Promise.allSettled([
        blobs.write('tenant-1', 'a', failing()),
        blobs.write('tenant-1', 'a', pieces(large, MIB)),
      ]);
      expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'the client went away' } });
      expect(written.status).toBe('fulfilled');
      expect((await collect(blobs.read('tenant-1', 'a'))).equals(large)).toBe(true);
    });

    test('shows nothing of a blob before it is complete', async () => {
      const seen: unknown[] = [];
      async function* source() {
        yield pattern.subarray(0, 300 * KIB);
        seen.push(await names(blobs, 'tenant-1'));
        seen.push(await blobs.size('tenant-1', 'a').catch((error: Error) => error.name));
        yield pattern.subarray(300 * KIB);
      }
      await blobs.write('tenant-1', 'a', source());
      expect(seen).toEqual([[], 'BlobNotFound']);
      expect(await names(blobs, 'tenant-1')).toEqual(['a']);
    });

    test('keeps nothing when the source fails, and the name stays free', async () => {
      for (const bytes of [pattern.subarray(0, 300 * KIB), large]) {
        async function* failing() {
          yield bytes;
          throw new Error('the client went away');
        }
        await expect(blobs.write('tenant-1', 'a', failing())).rejects.toThrow('the client went away');
        await expect(blobs.size('tenant-1', 'a')).rejects.toThrow(BlobNotFound);
        expect(await names(blobs, 'tenant-1')).toEqual([]);
      }
      expect(await blobs.write('tenant-1', 'a', pieces(pattern, 100_000))).toBe(pattern.length);
    });

    test('shows nothing of what a killed process was writing, and the name stays free', async () => {
      await made.killDuringWrite('tenant-1', 'a');
      expect(await names(blobs, 'tenant-1')).toEqual([]);
      await expect(collect(blobs.read('tenant-1', 'a'))).rejects.toThrow(BlobNotFound);
      expect(await drain(blobs.remains('tenant-1'))).toMatchObject([{ what: 'unfinished' }]);
      await blobs.write('tenant-1', 'a', pieces(Buffer.from('again'), 5));
      expect((await collect(blobs.read('tenant-1', 'a'))).toString()).toBe('again');
    });

    test('removes a blob, twice as well as once', async () => {
      await blobs.write('tenant-1', 'a', pieces(pattern, KIB * 64));
      await blobs.remove('tenant-1', 'a');
      await blobs.remove('tenant-1', 'a');
      await expect(blobs.size('tenant-1', 'a')).rejects.toThrow(BlobNotFound);
      expect(await names(blobs, 'tenant-1')).toEqual([]);
      expect(await drain(blobs.remains('tenant-1'))).toEqual([]);
    });

    test('lists names, sizes and times', async () => {
      await blobs.write('tenant-1', 'a', pieces(Buffer.alloc(3), 3));
      await blobs.write('tenant-1', 'b.part-2', pieces(Buffer.alloc(5), 5));
      const entries = await drain(blobs.list('tenant-1'));
      expect(entries.map(({ name, size }) => [name, size]).sort()).toEqual([
        ['a', 3],
        ['b.part-2', 5],
      ]);
      for (const { modifiedAt } of entries) expect(modifiedAt.getTime()).toBeGreaterThan(0);
    });

    test('lists more blobs than fit on a page', async () => {
      const many = Array.from({ length: 40 }, (_, i) => `blob-${i}`);
      for (const name of many) await blobs.write('tenant-1', name, pieces(Buffer.alloc(1), 1));
      expect((await names(blobs, 'tenant-1')).sort()).toEqual([...many].sort());
    });

    test('makes a container once, and leaves what is in it', async () => {
      await blobs.write('tenant-1', 'a', pieces(Buffer.from('kept'), 4));
      await blobs.createContainer('tenant-1');
      expect(await names(blobs, 'tenant-1')).toEqual(['a']);
    });

    test('removes one container with all that it holds, and no other', async () => {
      await blobs.createContainer('tenant-10');
      await blobs.write('tenant-1', 'a', pieces(pattern, KIB * 64));
      await blobs.write('tenant-10', 'a', pieces(Buffer.from('other'), 5));
      await made.killDuringWrite('tenant-1', 'b');
      await blobs.removeContainer('tenant-1');
      await blobs.removeContainer('tenant-1');
      await expect(blobs.size('tenant-1', 'a')).rejects.toThrow(BlobNotFound);
      expect((await collect(blobs.read('tenant-10', 'a'))).toString()).toBe('other');
      expect(await drain(blobs.remains('tenant-1'))).toEqual([]);
    });

    test('lets a reader stop early', async () => {
      await blobs.write('tenant-1', 'a', pieces(pattern, KIB * 64));
      for await (const piece of blobs.read('tenant-1', 'a')) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      await blobs.remove('tenant-1', 'a');
    });

    test.each(['', '.', '..', '.incoming', '../tenant-2', 'a/b', 'a\\b', 'a\0b', 'ä', 'a'.repeat(129)])(
      'refuses the name %j for a blob and for a container',
      async (bad) => {
        await expect(blobs.write('tenant-1', bad, pieces(pattern, KIB))).rejects.toThrow(RangeError);
        await expect(collect(blobs.read('tenant-1', bad))).rejects.toThrow(RangeError);
        await expect(blobs.size('tenant-1', bad)).rejects.toThrow(RangeError);
        await expect(blobs.remove('tenant-1', bad)).rejects.toThrow(RangeError);
        await expect(blobs.createContainer(bad)).rejects.toThrow(RangeError);
        await expect(blobs.removeContainer(bad)).rejects.toThrow(RangeError);
        await expect(names(blobs, bad)).rejects.toThrow(RangeError);
        await expect(drain(blobs.remains(bad))).rejects.toThrow(RangeError);
      },
    );
  });
}

function patternOf(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8)) % 251));
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

async function drain<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of source) found.push(each);
  return found;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await drain(source));
}

async function names(blobs: Blobs, container: string): Promise<string[]> {
  return (await drain(blobs.list(container))).map(({ name }) => name);
}

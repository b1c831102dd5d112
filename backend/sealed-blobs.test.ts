import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openBlobFolder } from './blobs/folder.ts';
import type { Blobs, ByteRange } from './blobs/port.ts';
import type { SealedBlobs } from './context.ts';
import type { TenantKeys } from './keys/port.ts';
import { makeSampleKeyring } from './keys/sample-keyring.ts';
import { createSealedBlobs } from './sealed-blobs.ts';

const KIB = 1024;
const bytes = randomBytes(900 * KIB);
const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest();

async function* pieces(of: Uint8Array, size = 100_000) {
  for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
}

let folder: string;
let keys: TenantKeys;
let blobs: SealedBlobs;
let asked: (ByteRange | undefined)[];
let disposeKeyring: () => Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-blobs-'));
  const { keyring, dispose } = await makeSampleKeyring();
  disposeKeyring = dispose;
  keys = keyring.tenant('t1');
  const store = await openBlobFolder(folder);
  await store.createContainer('c');
  asked = [];
  const watched: Blobs = {
    ...store,
    read(container, name, range) {
      asked.push(range);
      return store.read(container, name, range);
    },
  };
  blobs = createSealedBlobs(watched, 'c', keys);
});
afterEach(async () => {
  await disposeKeyring();
  await rm(folder, { recursive: true });
});

/** Everything in the container, finished or not. */
const left = async () => [...(await readdir(join(folder, 'c'))), ...(await readdir(join(folder, 'c', '.incoming')))];

describe('a blob that is checked as it is written', () => {
  test.each([0, 1, 1000, bytes.length])('is told by its size and SHA-256: %i bytes', async (length) => {
    const came: unknown[] = [];
    const part = bytes.subarray(0, length);
    expect(await blobs.write('art_1', 'a', pieces(part), (all) => came.push(all))).toBe(length);
    expect(came).toEqual([{ size: length, sha256: sha256(part) }]);
    expect((await blobs.open('art_1', 'a')).size).toBe(length);
  });

  test.each([1000, bytes.length])('is not there when the check refuses it: %i bytes', async (length) => {
    const refuse = () => {
      throw new Error('another digest');
    };
    await expect(blobs.write('art_1', 'a', pieces(bytes.subarray(0, length)), refuse)).rejects.toThrow(
      'another digest',
    );
    expect(await left()).toEqual(['.incoming']);
    await blobs.write('art_1', 'a', pieces(bytes));
    expect((await blobs.readRange('art_1', 'a', 0, bytes.length)).equals(bytes)).toBe(true);
  });

  test.each([0, 1, 300 * KIB, 900 * KIB])('is not there, and not checked, when its source fails at %i', async (at) => {
    let checked = false;
    async function* failing() {
      yield* pieces(bytes.subarray(0, at));
      throw new Error('the client went away');
    }
    const check = () => {
      checked = true;
    };
    await expect(blobs.write('art_1', 'a', failing(), check)).rejects.toThrow('the client went away');
    expect(checked).toBe(false);
    expect(await left()).toEqual(['.incoming']);
  });
});

describe('blobs that are joined', () => {
  test('are one, in the order that was given, checked as it is written', async () => {
    const parts = [bytes.subarray(0, 300 * KIB), bytes.subarray(0, 0), bytes.subarray(300 * KIB)];
    for (const [i, part] of parts.entries()) await blobs.write('art_1', `part-${i}`, pieces(part));
    const came: unknown[] = [];
    await keys.createDataKey('art_2');
    const from = { keyId: 'art_1', names: ['part-0', 'part-1', 'part-2'] };
    const joined = await blobs.join(from, 'art_2', 'whole', (all) => came.push(all));
    expect(joined).toBe(bytes.length);
    expect(came).toEqual([{ size: bytes.length, sha256: sha256(bytes) }]);
    expect((await blobs.readRange('art_2', 'whole', 0, bytes.length)).equals(bytes)).toBe(true);
  });

  test('leave nothing when one of them is not there', async () => {
    await blobs.write('art_1', 'part-0', pieces(bytes));
    await expect(blobs.join({ keyId: 'art_1', names: ['part-0', 'part-1'] }, 'art_1', 'whole')).rejects.toThrow(
      'no blob part-1',
    );
    expect((await left()).sort()).toEqual(['.incoming', 'part-0']);
  });
});

test('what is read stays as it is, however long it is held', async () => {
  await blobs.write('art_1', 'a', pieces(bytes));
  const held: Uint8Array[] = [];
  for await (const piece of blobs.read('art_1', 'a')) held.push(piece);
  await blobs.write('art_1', 'b', pieces(Buffer.alloc(bytes.length)));
  expect(held.length).toBeGreaterThan(2);
  expect(Buffer.concat(held).equals(bytes)).toBe(true);
});

describe('a blob that is opened', () => {
  test('gives any range, and its header is read once', async () => {
    await blobs.write('art_1', 'a', pieces(bytes));
    const blob = await blobs.open('art_1', 'a');
    expect(asked).toHaveLength(1);
    for (const [offset, length] of [
      [0, 1],
      [500 * KIB - 1, 300 * KIB],
      [bytes.length, 0],
      [0, bytes.length],
    ] as const) {
      expect((await blob.read(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
    }
    expect(asked.slice(1).every((range) => range!.offset > 0)).toBe(true);
  });

  test('refuses a range that is not inside', async () => {
    await blobs.write('art_1', 'a', pieces(bytes));
    const blob = await blobs.open('art_1', 'a');
    await expect(blob.read(bytes.length, 1)).rejects.toThrow(RangeError);
    await expect(blob.read(-1, 1)).rejects.toThrow(RangeError);
  });

  test('must be there, under its key and its name', async () => {
    await blobs.write('art_1', 'a', pieces(bytes));
    await keys.createDataKey('art_3');
    await expect(blobs.open('art_1', 'none')).rejects.toThrow('no blob none');
    await expect(blobs.open('art_3', 'a')).rejects.toThrow('not sealed under key art_3');
    await rename(join(folder, 'c', 'a'), join(folder, 'c', 'b'));
    await expect(blobs.open('art_1', 'b')).rejects.toThrow('for another place');
    await keys.destroyDataKey('art_1');
    await expect(blobs.open('art_1', 'b')).rejects.toThrow('there is no key art_1');
  });
});

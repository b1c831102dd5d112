import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeDurably, writeNewFile } from './write-file.ts';

const MIB = 1024 * 1024;

/** A source that counts how far it was asked, and tells whether it was closed. */
function piecesOf(count: number) {
  const seen = { made: 0, closed: false };
  async function* source() {
    try {
      for (; seen.made < count; seen.made++) yield Buffer.alloc(MIB, seen.made + 1);
    } finally {
      seen.closed = true;
    }
  }
  return { seen, source: source() };
}

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'write-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('has the bytes of its source in their order, above the size of a flush', async () => {
    expect(await writeNewFile(join(folder, 'a'), piecesOf(70).source)).toBe(70 * MIB);
    const found = await readFile(join(folder, 'a'));
    expect(found).toHaveLength(70 * MIB);
    for (let i = 0; i < 70; i++) expect(found[i * MIB] === i + 1 && found[(i + 1) * MIB - 1] === i + 1).toBe(true);
  });

  test('has them whatever the pieces: none, empty ones, and more than one write of the system takes', async () => {
    const tiny = Array.from({ length: 9000 }, (_, i) => Buffer.alloc(i % 4, i));
    for (const [name, pieces] of Object.entries({ none: [], empty: [Buffer.alloc(0)], tiny })) {
      expect(await writeNewFile(join(folder, name), Readable.from(pieces))).toBe(Buffer.concat(pieces).length);
      expect((await readFile(join(folder, name))).equals(Buffer.concat(pieces))).toBe(true);
    }
  });
});

// Devices of the kernel's: the first is always full, the second takes bytes and can be neither flushed nor synced.
test.each([
  ['/dev/full', 1, 'write'],
  ['/dev/full', 40, 'write'],
  ['/dev/null', 1, 'fsync'],
  ['/dev/null', 40, 'fdatasync'],
])('fails on %s with %i pieces, with the error of %s, and closes the source', async (path, count, syscall) => {
  const { seen, source } = piecesOf(count);
  const file = await open(path, 'w');
  try {
    await expect(writeDurably(file, source)).rejects.toMatchObject({ syscall });
    expect(seen.closed).toBe(true);
    if (syscall === 'write') expect(seen.made).toBeLessThan(3);
  } finally {
    await file.close();
  }
});

test('fails with what the source fails with, whatever the file does', async () => {
  async function* failing() {
    yield Buffer.alloc(MIB);
    throw new Error('the client went away');
  }
  const file = await open('/dev/full', 'w');
  try {
    await expect(writeDurably(file, failing())).rejects.toThrow('the client went away');
  } finally {
    await file.close();
  }
});

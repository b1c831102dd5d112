import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DirectFile } from './direct-file.ts';
import { giveBack, isAligned, takeSlab } from './slabs.ts';
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

  /** Pieces of no round length, of which no two are alike, and what a file of them has. */
  function oddPieces(bytes: number): { pieces: Buffer[]; all: Buffer } {
    const all = Buffer.alloc(bytes);
    for (let at = 0; at + 4 <= bytes; at += 4) all.writeUInt32LE(at, at);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes; at += 262_400) pieces.push(all.subarray(at, at + 262_400));
    return { pieces, all };
  }

  // Beyond 32 MiB they go straight to the disk, where the system has such a way.
  test.each([70 * MIB, 70 * MIB + 1, 33 * MIB - 77])(
    'has the bytes of its source in their order, all %i',
    async (size) => {
      const { pieces, all } = oddPieces(size);
      expect(await writeNewFile(join(folder, 'a'), Readable.from(pieces))).toBe(size);
      expect((await readFile(join(folder, 'a'))).equals(all)).toBe(true);
    },
  );

  test('has them where there is no way straight to the disk', async () => {
    const { pieces, all } = oddPieces(40 * MIB + 5);
    const file = await open(join(folder, 'a'), 'wx');
    try {
      await writeDurably(file, Readable.from(pieces), new DirectFile(join(folder, 'is', 'not', 'there')));
    } finally {
      await file.close();
    }
    expect((await readFile(join(folder, 'a'))).equals(all)).toBe(true);
  });

  test('fails with what the disk says straight, and lets go of all memory', async () => {
    const file = await open(join(folder, 'a'), 'wx');
    try {
      const straight = {
        write: async (_: readonly Buffer[], position: number) => {
          if (position < 32 * MIB) return 0;
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        },
        close: async () => {},
      };
      await expect(writeDurably(file, piecesOf(40).source, straight)).rejects.toMatchObject({ code: 'ENOSPC' });
    } finally {
      await file.close();
    }
    const slabs = Array.from({ length: 24 }, takeSlab);
    expect(slabs.every(isAligned)).toBe(true);
    expect(isAligned(takeSlab())).toBe(false);
    slabs.forEach(giveBack);
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

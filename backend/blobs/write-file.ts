import { type FileHandle, open } from 'node:fs/promises';
import { DirectFile, type StraightWay } from './direct-file.ts';
import { Flushes } from './flushes.ts';
import { GatheredWrites } from './gathered-writes.ts';

const OWNER_ONLY = 0o600;

/** Makes a file with all bytes of a source, on the disk when it returns, and returns how many. */
export async function writeNewFile(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    return await writeDurably(file, source, new DirectFile(path));
  } finally {
    await file.close();
  }
}

/**
 * Writes all bytes of a source, on the disk when it returns; nothing is at work on the file any more, even when it throws.
 *
 * The source makes pieces while earlier ones are written, and the disk takes what was written before those.
 *
 * @param file which is empty
 * @param direct another way to the same file; closed here
 */
export async function writeDurably(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  direct: StraightWay | null = null,
): Promise<number> {
  const writes = new GatheredWrites(file, direct);
  const flushes = new Flushes(file);
  try {
    let bytes = 0;
    for await (const piece of source) {
      await writes.add(piece);
      flushes.add(piece.length);
      bytes += piece.length;
    }
    await writes.end();
    await flushes.last;
    await file.sync();
    return bytes;
  } finally {
    await Promise.allSettled([writes.close(), flushes.last]);
    await direct?.close();
  }
}

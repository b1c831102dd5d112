import { type FileHandle, open } from 'node:fs/promises';

const OWNER_ONLY = 0o600;
/** The disk is set to work whenever this much has gathered; a part of an upload is less. */
const FLUSH_BYTES = 16 * 1024 * 1024;

/** Makes a file with all bytes of a source, on the disk when it returns, and returns how many. */
export async function writeNewFile(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    return await writeDurably(file, source);
  } finally {
    await file.close();
  }
}

/**
 * Writes all bytes of a source, on the disk when it returns; nothing is at work on the file any more, even when it throws.
 *
 * The source makes a piece while the one before is written, and the disk takes what was written earlier.
 */
export async function writeDurably(file: FileHandle, source: AsyncIterable<Uint8Array>): Promise<number> {
  const flushes = new Flushes(file);
  let writing: Promise<void> = Promise.resolve();
  try {
    let bytes = 0;
    for await (const piece of source) {
      await writing;
      writing = file.writeFile(piece);
      // Told where it is awaited, which may be later than it fails.
      writing.catch(() => {});
      bytes += piece.length;
      flushes.add(piece.length);
    }
    await writing;
    await flushes.last;
    await file.sync();
    return bytes;
  } finally {
    await Promise.allSettled([writing, flushes.last]);
  }
}

/** Flushes a file now and then, once at a time. One that failed stays the last: the system tells each loss only once. */
class Flushes {
  last: Promise<void> = Promise.resolve();
  readonly #file: FileHandle;
  #gathered = 0;
  #isIdle = true;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  add(bytes: number): void {
    this.#gathered += bytes;
    if (this.#gathered < FLUSH_BYTES || !this.#isIdle) return;
    this.#gathered = 0;
    this.#isIdle = false;
    this.last = this.#file.datasync().then(() => {
      this.#isIdle = true;
    });
    this.last.catch(() => {});
  }
}

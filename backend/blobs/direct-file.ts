import { constants, type FileHandle, open } from 'node:fs/promises';
import { errorCode } from './file-system.ts';
import { isAligned, SLAB_BYTES } from './slabs.ts';

/**
 * Where in a file this begins, in bytes. What is small stays in the system's memory, where it is soon read again; so much that
 * nothing else would stay there goes straight to the disk, which spares a copy as well.
 */
const FROM = 32 * 1024 * 1024;

/** A second way to a file that is being written: past the system's memory, where system and file system have such a way. */
export class DirectFile {
  readonly #path: string;
  /** Null where there is no such way. */
  #file: Promise<FileHandle | null> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns how many of the bytes the disk has taken: all of them, or those that need not be written again */
  async write(slabs: readonly Buffer[], position: number): Promise<number> {
    const isFit = slabs.every((slab) => slab.length === SLAB_BYTES && isAligned(slab));
    if (position < FROM || position % SLAB_BYTES !== 0 || !isFit) return 0;
    this.#file ??= openDirect(this.#path);
    const file = await this.#file;
    if (!file) return 0;
    try {
      return (await file.writev(slabs, position)).bytesWritten;
    } catch (error) {
      // Some file systems open a file in this way and then take nothing. The other way tells of all else.
      if (errorCode(error) !== 'EINVAL') throw error;
      this.#file = Promise.resolve(null);
      await file.close();
      return 0;
    }
  }

  async close(): Promise<void> {
    await (await this.#file)?.close();
  }
}

export type StraightWay = Pick<DirectFile, 'write' | 'close'>;

async function openDirect(path: string): Promise<FileHandle | null> {
  // Of Linux alone.
  const flag = constants.O_DIRECT as number | undefined;
  return flag === undefined ? null : open(path, constants.O_WRONLY | flag).catch(() => null);
}

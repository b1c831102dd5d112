import type { FileHandle } from 'node:fs/promises';

/** The disk is set to work whenever this much has gathered; a part of an upload is less. */
const FLUSH_BYTES = 32 * 1024 * 1024;

/** Flushes a file now and then, once at a time. */
export class Flushes {
  /** The flush under way, or the one that failed: it is the last then, since the system tells each loss only once. */
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
    // Told where it is awaited, which may be later than it fails.
    this.last.catch(() => {});
  }
}

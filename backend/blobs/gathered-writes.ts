import type { FileHandle } from 'node:fs/promises';
import { giveBack, SLAB_BYTES, takeSlab } from './slabs.ts';

/** What may gather before it is waited for: 1 MiB. */
const MOST_SLABS = 4;

/** Writes pieces to a file in their order, one write at a time: what gathers while one is under way goes with the next. */
export class GatheredWrites {
  readonly #file: FileHandle;
  #slabs: Buffer[] = [];
  /** Bytes free in the last slab. */
  #room = 0;
  #isIdle = true;
  /** The write under way, or the one that failed: none comes after it. */
  #last: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Takes a copy of the piece. */
  async add(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length; ) {
      if (this.#room === 0) await this.#addSlab();
      const part = piece.subarray(at, at + this.#room);
      this.#slabs.at(-1)!.set(part, SLAB_BYTES - this.#room);
      this.#room -= part.length;
      at += part.length;
    }
    if (this.#isIdle && this.#slabs.length > 0) this.#writeGathered();
  }

  async done(): Promise<void> {
    while (!this.#isIdle) await this.#last;
  }

  async #addSlab(): Promise<void> {
    if (this.#slabs.length === MOST_SLABS) {
      if (this.#isIdle) this.#writeGathered();
      else await this.#last;
    }
    this.#slabs.push(takeSlab());
    this.#room = SLAB_BYTES;
  }

  #writeGathered(): void {
    const slabs = this.#slabs;
    const pieces = slabs.with(-1, slabs.at(-1)!.subarray(0, SLAB_BYTES - this.#room));
    this.#slabs = [];
    this.#room = 0;
    this.#isIdle = false;
    this.#last = writeAll(this.#file, pieces).then(() => {
      slabs.forEach(giveBack);
      this.#isIdle = this.#slabs.length === 0;
      if (!this.#isIdle) this.#writeGathered();
    });
    // Told where it is awaited, which may be later than it fails.
    this.#last.catch(() => {});
  }
}

async function writeAll(file: FileHandle, pieces: Uint8Array[]): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { bytesWritten } = await file.writev(pieces);
  // The system may take fewer: the next write then tells why.
  if (bytesWritten < length) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}

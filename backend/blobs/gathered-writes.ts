import type { FileHandle } from 'node:fs/promises';
import type { StraightWay } from './direct-file.ts';
import { giveBack, SLAB_BYTES, takeSlab } from './slabs.ts';

/** What may gather before it is waited for: 1 MiB. */
const MOST_SLABS = 4;

/** Writes pieces to a file in their order, one write at a time: what gathers while one is under way goes with the next. */
export class GatheredWrites {
  readonly #file: FileHandle;
  readonly #direct: StraightWay | null;
  #slabs: Buffer[] = [];
  /** Bytes free in the last slab. */
  #room = 0;
  #position = 0;
  #isIdle = true;
  /** The write under way, or the one that failed: none comes after it. */
  #last: Promise<void> = Promise.resolve();

  /** @param file which is empty */
  constructor(file: FileHandle, direct: StraightWay | null) {
    this.#file = file;
    this.#direct = direct;
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
    if (this.#isIdle) this.#writeFull();
  }

  /** To be called after the last piece. */
  async end(): Promise<void> {
    await this.#settle();
    if (this.#slabs.length === 0) return;
    this.#write(this.#slabs.splice(0), SLAB_BYTES - this.#room);
    this.#room = 0;
    await this.#settle();
  }

  /** To be called in every case: nothing is at work on the file any more when it returns. */
  async close(): Promise<void> {
    await this.#settle().catch(() => {});
    this.#slabs.splice(0).forEach(giveBack);
  }

  async #settle(): Promise<void> {
    while (!this.#isIdle) await this.#last;
    await this.#last;
  }

  async #addSlab(): Promise<void> {
    if (this.#slabs.length === MOST_SLABS) {
      if (this.#isIdle) this.#writeFull();
      else await this.#last;
    }
    this.#slabs.push(takeSlab());
    this.#room = SLAB_BYTES;
  }

  /** A slab that has room waits for more. */
  #writeFull(): void {
    const full = this.#room === 0 ? this.#slabs.length : this.#slabs.length - 1;
    if (full > 0) this.#write(this.#slabs.splice(0, full), SLAB_BYTES);
  }

  /** @param filled bytes in the last slab */
  #write(slabs: Buffer[], filled: number): void {
    const position = this.#position;
    const pieces = slabs.with(-1, slabs.at(-1)!.subarray(0, filled));
    this.#position += (slabs.length - 1) * SLAB_BYTES + filled;
    this.#isIdle = false;
    this.#last = this.#writeAll(pieces, position)
      .finally(() => slabs.forEach(giveBack))
      .then(() => {
        this.#isIdle = true;
        this.#writeFull();
      });
    // Told where it is awaited, which may be later than it fails.
    this.#last.catch(() => {});
  }

  async #writeAll(pieces: Buffer[], position: number): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    let done = (await this.#direct?.write(pieces, position)) ?? 0;
    if (done === 0) done = (await this.#file.writev(pieces, position)).bytesWritten;
    if (done === length) return;
    // The system may take fewer: the next write then tells why.
    for (const rest = Buffer.concat(pieces); done < length; ) {
      done += (await this.#file.write(rest, done, length - done, position + done)).bytesWritten;
    }
  }
}

import type { FileHandle } from 'node:fs/promises';

/** What may gather before it is waited for. */
const GATHERED_BYTES = 1024 * 1024;

/** Writes pieces to a file in their order, one write at a time: what gathers while one is under way goes with the next. */
export class GatheredWrites {
  readonly #file: FileHandle;
  #gathered: Uint8Array[] = [];
  #bytes = 0;
  #isIdle = true;
  /** The write under way, or the one that failed: none comes after it. */
  #last: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The piece is the writer's from now on. */
  async add(piece: Uint8Array): Promise<void> {
    this.#gathered.push(piece);
    this.#bytes += piece.length;
    if (this.#isIdle) this.#writeGathered();
    else if (this.#bytes >= GATHERED_BYTES) await this.#last;
  }

  async done(): Promise<void> {
    while (!this.#isIdle) await this.#last;
  }

  #writeGathered(): void {
    const pieces = this.#gathered;
    this.#isIdle = pieces.length === 0;
    if (this.#isIdle) return;
    this.#gathered = [];
    this.#bytes = 0;
    this.#last = writeAll(this.#file, pieces).then(() => this.#writeGathered());
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

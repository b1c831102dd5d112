/** SHA-256 of a stream, in a thread beside the one that receives and seals it. */
import { createHash } from 'node:crypto';
import { type Line, openLine } from './threads.ts';

/** What is shorter than a block is hashed where it is. */
const BLOCK_BYTES = 256 * 1024;
/** Blocks of one stream at most: this is how far its thread may be behind. */
const MOST_BLOCKS = 4;

type Waiting = { resolve(): void; reject(error: Error): void };

export class Sha256 {
  #line: Line | null = null;
  readonly #free: SharedArrayBuffer[] = [];
  #made = 0;
  #block: Uint8Array<SharedArrayBuffer> | null = null;
  #filled = 0;
  #digest: Uint8Array | null = null;
  #failure: Error | null = null;
  #waiting: Waiting | null = null;

  /** Takes a copy of the bytes, and waits while the thread is behind. */
  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      this.#block ??= await this.#takeBlock();
      const taken = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#block.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === BLOCK_BYTES) this.#sendBlock();
    }
  }

  /** The digest of all that was taken. */
  async digest(): Promise<Buffer> {
    if (!this.#line) {
      const all = this.#block?.subarray(0, this.#filled) ?? new Uint8Array(0);
      return createHash('sha256').update(all).digest();
    }
    if (this.#filled > 0) this.#sendBlock();
    this.#line.sendEnd();
    while (!this.#digest) await this.#turn();
    return Buffer.from(this.#digest);
  }

  /** To be called in every case. */
  close(): void {
    this.#line?.close();
  }

  #sendBlock(): void {
    this.#line ??= openLine({
      onMessage: (message) => {
        if ('block' in message) this.#free.push(message.block);
        else this.#digest = message.sha256;
        this.#waiting?.resolve();
      },
      onFailure: (error) => {
        this.#failure = error;
        this.#waiting?.reject(error);
      },
    });
    this.#line.sendBlock(this.#block!.buffer, this.#filled);
    this.#block = null;
    this.#filled = 0;
  }

  async #takeBlock(): Promise<Uint8Array<SharedArrayBuffer>> {
    while (this.#free.length === 0 && this.#made === MOST_BLOCKS) await this.#turn();
    const free = this.#free.pop();
    if (!free) this.#made += 1;
    return new Uint8Array(free ?? new SharedArrayBuffer(BLOCK_BYTES));
  }

  /** Waits until the thread has said something. */
  async #turn(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { resolve, reject };
    await promise;
  }
}

/** What came through a stream. */
export type Came = { size: number; sha256: Buffer };

/**
 * Yields what the source yields. After its last byte `check` is told what came; when it throws, so does the stream, as if its
 * source had failed.
 */
export async function* hashed(
  source: AsyncIterable<Uint8Array>,
  check: (came: Came) => void,
): AsyncGenerator<Uint8Array> {
  const hash = new Sha256();
  let size = 0;
  try {
    for await (const piece of source) {
      await hash.update(piece);
      size += piece.length;
      yield piece;
    }
    check({ size, sha256: await hash.digest() });
  } finally {
    hash.close();
  }
}

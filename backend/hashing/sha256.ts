/** SHA-256 of a stream, in a thread beside the one that receives and seals it. */
import { createHash } from 'node:crypto';
import { abandonBlock, areEnough, BLOCK_BYTES, giveBack, type SharedBlock, takeBlock } from './blocks.ts';
import { type Line, openLine } from './threads.ts';

/** Blocks of one stream that wait for the thread at most: this is how far it may be behind. */
const MOST_WAITING = 4;

export class Sha256 {
  #line: Line | null = null;
  #block: SharedBlock | null = null;
  #filled = 0;
  /** With the thread, the oldest first. */
  readonly #waiting: SharedBlock[] = [];
  #digest: Uint8Array | null = null;
  #failure: Error | null = null;
  #onTurn: { resolve(): void; reject(error: Error): void } | null = null;

  /** Takes a copy of the bytes, and waits while the thread is behind. */
  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      this.#block ??= takeBlock();
      const taken = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#block.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === BLOCK_BYTES) await this.#sendBlock(this.#block);
    }
  }

  /** The digest of all that was taken. What is shorter than a block is hashed where it is. */
  async digest(): Promise<Buffer> {
    if (!this.#line) {
      const all = this.#block?.subarray(0, this.#filled) ?? new Uint8Array(0);
      return createHash('sha256').update(all).digest();
    }
    if (this.#block) await this.#sendBlock(this.#block);
    this.#line.sendEnd();
    while (!this.#digest) await this.#turn();
    return Buffer.from(this.#digest);
  }

  /** To be called in every case. */
  close(): void {
    this.#line?.close();
    for (const _ of this.#waiting) abandonBlock();
    if (this.#block) giveBack(this.#block);
  }

  async #sendBlock(block: SharedBlock): Promise<void> {
    this.#line ??= openLine({
      onMessage: (message) => {
        if ('sha256' in message) this.#digest = message.sha256;
        else giveBack(this.#waiting.shift()!);
        this.#onTurn?.resolve();
      },
      onFailure: (error) => {
        this.#failure = error;
        this.#onTurn?.reject(error);
      },
    });
    this.#line.sendBlock(block.buffer, this.#filled);
    this.#waiting.push(block);
    this.#block = null;
    this.#filled = 0;
    while (this.#waiting.length > (areEnough() ? 1 : MOST_WAITING)) await this.#turn();
  }

  /** Waits until the thread has said something. */
  async #turn(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#onTurn = { resolve, reject };
    await promise;
  }
}

/** Told what came through a stream, once all has; it may throw. */
export type Check = (came: { size: number; sha256: Buffer }) => void;

/**
 * Yields the source's bytes, in pieces of a block at most, so that one is used while the next is hashed. When `check` throws
 * after the last byte, the stream fails as if its source had.
 */
export async function* hashed(source: AsyncIterable<Uint8Array>, check: Check): AsyncGenerator<Uint8Array> {
  const hash = new Sha256();
  let size = 0;
  try {
    for await (const piece of source) {
      size += piece.length;
      for (let at = 0; at < piece.length; at += BLOCK_BYTES) {
        const part = piece.subarray(at, at + BLOCK_BYTES);
        await hash.update(part);
        yield part;
      }
    }
    check({ size, sha256: await hash.digest() });
  } finally {
    hash.close();
  }
}

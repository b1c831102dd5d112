/** Reads numbers and bytes from a stream, holding no more of it than one piece and what is asked for. */
import { Malformed, unsign } from './bytes.ts';

export class StreamReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** Lets go of the source, read to its end or not. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** @param most the largest value that is believed. @throws Malformed */
  async number(most = Number.MAX_SAFE_INTEGER): Promise<number> {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (this.#at === this.#piece.length && !(await this.#next())) throw new Malformed('a number is cut off');
      const byte = this.#piece[this.#at++] as number;
      if (scale > 2 ** 49) throw new Malformed('a number is too long');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (value > most) throw new Malformed(`${value} is more than ${most}`);
    return value;
  }

  async signed(): Promise<number> {
    return unsign(await this.number());
  }

  /** So many bytes in the pieces in which they come. @throws Malformed when there are fewer */
  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.#at === this.#piece.length && !(await this.#next())) throw new Malformed('the bytes are cut off');
      const piece = this.#piece.subarray(this.#at, this.#at + left);
      this.#at += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  /** So many bytes at once: only for what was bounded before. @throws Malformed */
  async bytes(length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.pieces(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async isAtEnd(): Promise<boolean> {
    return this.#at === this.#piece.length && !(await this.#next());
  }

  async #next(): Promise<boolean> {
    for (;;) {
      const { value, done } = await this.#pieces.next();
      if (done) return false;
      if (value.length === 0) continue;
      this.#piece = value;
      this.#at = 0;
      return true;
    }
  }
}

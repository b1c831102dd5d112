/**
 * Reads a stream of pieces of any size in the amounts that a format needs, and holds one such amount at a time.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Returns `length` bytes where the piece at hand has them, which needs no waiting; else null. */
  take(length: number): Uint8Array | null {
    return this.#piece.length >= length ? this.#take(length) : null;
  }

  /** Returns `length` bytes; fewer only where the source ends. They may be a view of the source's own piece. */
  async read(length: number): Promise<Uint8Array> {
    if (!(await this.#fill())) return new Uint8Array(0);
    if (this.#piece.length >= length) return this.#take(length);
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length && (await this.#fill())) {
      const part = this.#take(Math.min(length - filled, this.#piece.length));
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes.subarray(0, filled);
  }

  /** Lets the source release what it holds; to be called in every case, like the end of a `for await`. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }

  #take(length: number): Uint8Array {
    const taken = this.#piece.subarray(0, length);
    this.#piece = this.#piece.subarray(length);
    return taken;
  }

  /** Makes sure that there is a piece with a byte in it; false at the end. */
  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0 && !this.#ended) {
      // A source that fails is over: it must not be asked to close after that.
      this.#ended = true;
      const next = await this.#source.next();
      if (next.done) break;
      this.#ended = false;
      this.#piece = next.value;
    }
    return this.#piece.length > 0;
  }
}

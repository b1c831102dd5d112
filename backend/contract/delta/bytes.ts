/** Numbers and bytes in a compact binary form: LEB128 variable-length integers, little end first. */

/** The bytes are not what the format says. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = this.constructor.name;
  }
}

/** Bytes of any file, by range, so that none has to be in memory whole. */
export type ByteSource = {
  /** In bytes. */
  readonly size: number;
  /**
   * Returns exactly `length` bytes from `offset`; callers stay within `size`.
   * @param into memory for at least as many, which a source that has to read them somewhere may use
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** The same piece by piece, where that is quicker; a piece's memory is used again once the next one is asked for. */
  pieces?(offset: number, length: number): AsyncIterable<Uint8Array>;
};

export class ByteWriter {
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A number of 0 to 2^53 - 1. */
  number(value: number): this {
    this.#reserve(8);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#buffer[this.#length++] = (rest % 128) | 0x80;
    this.#buffer[this.#length++] = rest;
    return this;
  }

  /** A number of either sign; small ones take one byte. */
  signed(value: number): this {
    return this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafe(1024);
    this.#length = 0;
    return taken;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#length + count));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

/** Reads what `ByteWriter` wrote, from bytes in memory. Every read throws `Malformed` at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @param most the largest value that is believed */
  number(most = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 49) throw new Malformed('a number is cut off');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (value > most) throw new Malformed(`${value} is more than ${most}`);
    return value;
  }

  signed(): number {
    return unsign(this.number());
  }

  bytes(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new Malformed('the bytes are cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** The signed number that `ByteWriter.signed` wrote as this one. */
export function unsign(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

import { BadSignature } from './signing-facts.ts';

/**
 * Reads the length-prefixed, little-endian fields of an APK Signing Block.
 *
 * Every length is checked against what is left, so that a lie ends in a BadSignature.
 */
export class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint32(): number {
    return this.take(4).readUInt32LE(0);
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new BadSignature('The signing block is damaged.');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A field that begins with its length. */
  prefixed(): Buffer {
    return this.take(this.uint32());
  }

  /** All fields of a sequence that begins with its length. */
  sequence(): Buffer[] {
    const inner = new Fields(this.prefixed());
    const items: Buffer[] = [];
    while (!inner.done) items.push(inner.prefixed());
    return items;
  }
}

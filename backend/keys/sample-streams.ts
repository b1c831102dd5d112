/** Bytes and streams for the tests of this folder: the same in every run. */
import { createHash } from 'node:crypto';

/** Bytes that name nothing but themselves: SHA-512 of a word. */
export function fixedBytes(length: number, word: string): Buffer {
  return createHash('sha512').update(word).digest().subarray(0, length);
}

/** A plaintext in which no two places look alike. */
export function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255;
  return bytes;
}

/** Yields bytes in pieces of the given sizes, then the rest; a size of 0 is an empty piece. */
export async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for (const size of sizes) {
    yield bytes.subarray(offset, offset + size);
    offset = Math.min(bytes.length, offset + size);
  }
  if (offset < bytes.length) yield bytes.subarray(offset);
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  // A copy: a source may use a piece's memory again.
  for await (const piece of source) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

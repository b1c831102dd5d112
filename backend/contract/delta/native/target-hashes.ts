/**
 * For each block of a library a hash of what its references are to. Blocks are found without regard to that; by this hash
 * a client knows that it has guessed right where they led in the earlier file, which it does not have.
 */
import { addWord, spread } from '../block-hash.ts';
import type { References } from './references.ts';

export const HASH_BYTES = 4;

/**
 * The hashes one after the other, of whole blocks only.
 *
 * @param size bytes of a block
 */
export function targetHashes(
  { at, kind, target, base, count }: References,
  contentLength: number,
  size: number,
): Buffer {
  const hashes = new Int32Array(Math.floor(contentLength / size));
  for (let number = 0; number < count; number++) {
    const place = at[number] as number;
    const block = Math.floor(place / size);
    if (block >= hashes.length) break;
    hashes[block] = withTarget(
      hashes[block] as number,
      place % size,
      kind[number] as number,
      target[number] as number,
      base[number] as number,
    );
  }
  const buffer = Buffer.alloc(hashes.length * HASH_BYTES);
  for (const [block, hash] of hashes.entries()) buffer.writeInt32LE(spread(hash), block * HASH_BYTES);
  return buffer;
}

/** The hash of a block with one reference more, before it is spread. */
export function withTarget(hash: number, place: number, kind: number, target: number, base: number): number {
  const head = (place << 16) | (kind << 8) | ((target / 2 ** 32) & 0xff);
  return addWord(addWord(addWord(hash, head), target | 0), base);
}

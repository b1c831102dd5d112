/**
 * The two hashes by which a block of the earlier file is found in the later one: a rolling one that moves byte by byte, and
 * one that confirms. Together 64 bits, which chance does not meet; the SHA-256 of the rebuilt file decides in any case.
 */

const FACTOR = 0x08088405;

/** The polynomial hash (Karp and Rabin) of the block, modulo 2^32. */
export function rollingHash(bytes: Uint8Array, offset: number, length: number): number {
  let hash = 0;
  for (let at = offset; at < offset + length; at++) hash = (Math.imul(hash, FACTOR) + (bytes[at] as number) + 1) | 0;
  return hash;
}

/** What the byte that leaves the block has to be multiplied by. */
export function leavingFactor(length: number): number {
  let factor = 1;
  for (let count = 0; count < length; count++) factor = Math.imul(factor, FACTOR);
  return factor;
}

/** The rolling hash of the block one byte further on. */
export function roll(hash: number, leaving: number, entering: number, factor: number): number {
  return (Math.imul(hash, FACTOR) + entering + 1 - Math.imul(leaving + 1, factor)) | 0;
}

/** MurmurHash3 x86_32 (Appleby), over whole words: blocks are multiples of four bytes. */
export function confirmingHash(bytes: Uint8Array, offset: number, length: number): number {
  let hash = 0;
  for (let at = offset; at < offset + length; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    hash = addWord(hash, word);
  }
  return spread(hash ^ length);
}

/** MurmurHash3's way of adding a word of 32 bits to a hash. */
export function addWord(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** Its finish: each bit counts for all others. */
export function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

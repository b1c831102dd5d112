/** Short SHA-256 digests: enough to find what is alike within one project; the whole file's digest decides. */
import { createHash } from 'node:crypto';

export const DATA_DIGEST_BYTES = 6;
export const HEAD_DIGEST_BYTES = 4;
export const NAME_DIGEST_BYTES = 4;
export const TAIL_DIGEST_BYTES = 8;

/** The first bytes of the SHA-256 of the pieces one after the other. */
export function shortDigest(length: number, ...pieces: Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest().subarray(0, length);
}

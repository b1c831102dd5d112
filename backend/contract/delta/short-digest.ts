/** Short SHA-256 digests: enough to find what is alike within one project; the whole file's digest decides. */
import { hash } from 'node:crypto';

export const DATA_DIGEST_BYTES = 6;
export const HEAD_DIGEST_BYTES = 4;
export const NAME_DIGEST_BYTES = 4;
export const TAIL_DIGEST_BYTES = 8;

/** The first bytes of the SHA-256 of the pieces one after the other. */
export function shortDigest(length: number, ...pieces: Uint8Array[]): Buffer {
  const whole = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  return hash('sha256', whole, 'buffer').subarray(0, length);
}

/** A digest as a map takes it. */
export const keyOf = (digest: Buffer): string => digest.toString('latin1');

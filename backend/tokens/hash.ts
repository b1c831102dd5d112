/** Tokens are kept as a SHA-256 only: they are random, so no slow hash is needed. */
import { createHash } from 'node:crypto';

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

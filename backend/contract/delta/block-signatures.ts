/** The signatures of a content: for each whole block, the two hashes of `block-hash.ts`, 8 bytes. */
import { setImmediate as turn } from 'node:timers/promises';
import { confirmingHash, rollingHash } from './block-hash.ts';
import type { Comparable } from './comparable.ts';

export const SIGNATURE_BYTES = 8;

const MIB = 1024 * 1024;

/** A content is signed as it is; code also in the form of `comparable.ts`. */
export type SignedForm = 'asItIs' | 'comparable';

/** Bytes of a block: small blocks find more, large ones cost less. 0: a content too short to be worth it. */
export function blockSize(contentLength: number, form: SignedForm = 'asItIs'): number {
  if (contentLength < 512) return 0;
  if (form === 'comparable') return 256;
  if (contentLength <= 16 * MIB) return 128;
  return contentLength <= 64 * MIB ? 256 : 512;
}

export function blockCount(contentLength: number, form: SignedForm = 'asItIs'): number {
  const size = blockSize(contentLength, form);
  return size === 0 ? 0 : Math.floor(contentLength / size);
}

/** Blocks after which others have their turn. */
const AT_ONCE = 4096;

/** Signs the comparable form of a content. */
export async function signComparable({ bytes, confirming }: Comparable): Promise<Buffer> {
  const size = blockSize(bytes.length, 'comparable');
  const count = blockCount(bytes.length, 'comparable');
  const signatures = Buffer.alloc(count * SIGNATURE_BYTES);
  for (let number = 0; number < count; number++) {
    if (number % AT_ONCE === 0) await turn();
    signBlock(signatures, number * SIGNATURE_BYTES, bytes, confirming, number * size, size);
  }
  return signatures;
}

/** @param confirming what stands for the bytes where they are confirmed */
function signBlock(
  signatures: Buffer,
  to: number,
  bytes: Uint8Array,
  confirming: Uint8Array,
  offset: number,
  size: number,
): void {
  signatures.writeInt32LE(rollingHash(bytes, offset, size), to);
  signatures.writeInt32LE(confirmingHash(confirming, offset, size), to + 4);
}

/** Signs a content that comes in pieces of any length. */
export class BlockSigner {
  readonly #size: number;
  readonly #signatures: Buffer;
  readonly #block: Buffer;
  #filled = 0;
  #written = 0;

  constructor(contentLength: number) {
    this.#size = blockSize(contentLength);
    this.#signatures = Buffer.alloc(blockCount(contentLength) * SIGNATURE_BYTES);
    this.#block = Buffer.alloc(this.#size);
  }

  push(piece: Uint8Array): void {
    if (this.#size === 0) return;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(this.#size - this.#filled, piece.length);
      this.#block.set(piece.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < this.#size) return;
      this.#sign(this.#block, 0);
    }
    for (; at + this.#size <= piece.length; at += this.#size) this.#sign(piece, at);
    this.#filled = piece.length - at;
    this.#block.set(piece.subarray(at));
  }

  /** The signatures, one after the other; a content of another length than announced gives none. */
  finish(): Buffer | null {
    return this.#written === this.#signatures.length ? this.#signatures : null;
  }

  #sign(bytes: Uint8Array, offset: number): void {
    this.#filled = 0;
    if (this.#written + SIGNATURE_BYTES > this.#signatures.length) {
      this.#written = Number.POSITIVE_INFINITY;
      return;
    }
    signBlock(this.#signatures, this.#written, bytes, bytes, offset, this.#size);
    this.#written += SIGNATURE_BYTES;
  }
}

/** How much of a content is there already, told from a sample of the earlier one's block signatures. */
import { SIGNATURE_BYTES } from './block-signatures.ts';
import { findCopies } from './find-copies.ts';
import type { SignedContent } from './signed-contents.ts';

/** Bytes of the signatures of a sample: enough also to tell a slow line from a quick one. */
export const SAMPLE_BYTES = 64 * 1024;

export type Sample = {
  /** The earlier content's block that it begins with. */
  first: number;
  /** Of blocks one after the other. */
  signatures: Buffer;
};

/** Bytes around the sample's place, and the share of the content, where its blocks are looked for. */
const AROUND = 128 * 1024;
const AROUND_SHARE = 1 / 16;

/** From the middle: code begins with tables that change everywhere with one more name. Counted in bytes of signatures. */
export function sampleStart(signatureBytes: number): number {
  const blocks = Math.max(0, signatureBytes - SAMPLE_BYTES) / SIGNATURE_BYTES;
  return Math.floor(blocks / 2) * SIGNATURE_BYTES;
}

/**
 * The share of the sampled blocks that is found in the later content, at about the same place.
 *
 * @param confirming what the hash that confirms is of, where that is not the content
 */
export function likeness(
  content: Uint8Array,
  { block, contentLength }: Pick<SignedContent, 'block' | 'contentLength'>,
  { first, signatures }: Sample,
  confirming = content,
): number {
  const sampled = (signatures.length / SIGNATURE_BYTES) * block;
  if (sampled === 0) return 0;
  const around = Math.max(AROUND, content.length * AROUND_SHARE);
  const middle = ((first * block + sampled / 2) / contentLength) * content.length;
  const from = Math.max(0, Math.floor(middle - sampled / 2 - around));
  const to = Math.ceil(middle + sampled / 2 + around);
  const copies = findCopies(content.subarray(from, to), block, signatures, confirming.subarray(from, to));
  // A block that repeats itself is found more often than it was sampled.
  return Math.min(1, copies.reduce((sum, { length }) => sum + length, 0) / sampled);
}

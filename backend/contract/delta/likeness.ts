/** How much of a content is there already, told from a sample of the earlier one's block signatures. */
import { blockSize, SIGNATURE_BYTES } from './block-signatures.ts';
import { findCopies } from './find-copies.ts';

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
 * @param earlierLength bytes of the earlier content
 */
export function likeness(content: Uint8Array, earlierLength: number, { first, signatures }: Sample): number {
  const size = blockSize(earlierLength);
  const sampled = (signatures.length / SIGNATURE_BYTES) * size;
  if (sampled === 0) return 0;
  const around = Math.max(AROUND, content.length * AROUND_SHARE);
  const middle = ((first * size + sampled / 2) / earlierLength) * content.length;
  const from = Math.max(0, Math.floor(middle - sampled / 2 - around));
  const to = Math.ceil(middle + sampled / 2 + around);
  const copies = findCopies(content.subarray(from, to), size, signatures);
  // A block that repeats itself is found more often than it was sampled.
  return Math.min(1, copies.reduce((sum, { length }) => sum + length, 0) / sampled);
}

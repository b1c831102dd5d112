/** Reads the signatures of the earlier artifact that an upload was offered. They tell digests, never content. */
import type { Context } from '../context.ts';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { DevicelaneError } from '../errors.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { readPriorOf } from './find-prior.ts';
import { findOwnUpload } from './find-upload.ts';

type Input = {
  artifactId: string;
  /** The Range header. */
  range: string | undefined;
};

/**
 * Returns the bytes of the range, and how many there are in all.
 *
 * @throws DevicelaneError `not_found`, `gone` when the earlier artifact was forgotten, `invalid_request`
 */
export async function readPrior({
  ctx,
  input,
}: {
  ctx: Context;
  input: Input;
}): Promise<{ range: ByteRange; bytes: Buffer; size: number }> {
  const upload = await findOwnUpload(ctx, input.artifactId);
  const range = parseRange(input.range);
  const prior = await readPriorOf(ctx, upload);
  if (!prior) throw new DevicelaneError('gone', 'There is no earlier artifact any more; send the whole file.');
  const { blobName, size } = prior.signatures;
  if (range.length > MAX_PART_SIZE || range.offset + range.length > size) {
    throw new DevicelaneError('invalid_request', `Ask for at most ${MAX_PART_SIZE} bytes of the ${size} at a time.`, {
      field: 'Range',
    });
  }
  return { range, size, bytes: await ctx.blobs.readRange(prior.contentId, blobName, range.offset, range.length) };
}

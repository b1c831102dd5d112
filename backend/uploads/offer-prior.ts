/** What the client of a new upload is told of the earlier artifact that it may send the difference to. */
import type { Context } from '../context.ts';
import { MAX_ALONG, type OpenedUpload } from '../contract/artifacts.ts';
import { indexLength, LENGTH_BYTES } from '../contract/delta/signature-index.ts';
import type { Prior } from './find-prior.ts';

/** Bytes of the signatures' index up to which it goes along: asking for it takes longer than these on a line of 10 Mbit/s. */
const GOES_ALONG = 16 * 1024;

/** Never fails for what is wrong with the earlier artifact: the client learns it when it asks, and sends the whole file. */
export async function offerPrior(ctx: Context, prior: Prior): Promise<NonNullable<OpenedUpload['prior']>> {
  const { blobName, size } = prior.signatures;
  const offer = { size: prior.size, signatures: size, along: MAX_ALONG };
  try {
    const start = await ctx.blobs.readRange(prior.contentId, blobName, 0, Math.min(GOES_ALONG, size));
    const index = start.subarray(0, LENGTH_BYTES + indexLength(start));
    return index.length < LENGTH_BYTES + indexLength(start) ? offer : { ...offer, index: index.toString('base64') };
  } catch (err) {
    ctx.log.warn({ err }, 'the signatures of an earlier artifact cannot be read');
    return offer;
  }
}

/** Rebuilds an uploaded file from the earlier artifact and the difference that was sent. */
import { pipeline, Readable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import { inBlocks } from '../apk/byte-source.ts';
import type { Context } from '../context.ts';
import { EarlierFile } from '../contract/delta/earlier-file.ts';
import { Rebuild } from '../contract/delta/rebuild.ts';
import { decodeIndex, indexLength, LENGTH_BYTES } from '../contract/delta/signature-index.ts';
import { StreamReader } from '../contract/delta/stream-reader.ts';
import { DevicelaneError } from '../errors.ts';
import { type Prior, readPriorOf } from './find-prior.ts';
import type { ArtifactRow } from './find-upload.ts';

/** A frame that wants a longer window than this many bits is none of our client's. */
const WINDOW_BITS = 25;

/** Rebuilding holds an entry's earlier content in memory and keeps a core busy: one at a time in a process. */
let last: Promise<void> = Promise.resolve();

async function takeTurn(): Promise<() => void> {
  const before = last;
  const { promise, resolve } = Promise.withResolvers<void>();
  last = promise;
  await before;
  return resolve;
}

/**
 * The file's bytes, as many as were announced; whether they are the right ones its digest has to tell.
 *
 * @param difference its bytes as they were sent
 * @throws DevicelaneError `prior_mismatch` for whatever keeps it from being rebuilt: the client then sends the whole file
 */
export async function* rebuildFile(
  ctx: Context,
  artifact: ArtifactRow,
  difference: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const done = await takeTurn();
  try {
    const prior = await readPriorOf(ctx, artifact);
    if (!prior) throw new Error('the earlier artifact was forgotten');
    const earlier = await openPrior(ctx, prior);
    const reader = new StreamReader(openFrame(difference));
    try {
      yield* new Rebuild(earlier, reader, artifact.size).pieces();
    } finally {
      await reader.close();
    }
  } catch (error) {
    throw priorMismatch(error);
  } finally {
    done();
  }
}

export function priorMismatch(cause: unknown): DevicelaneError {
  return new DevicelaneError(
    'prior_mismatch',
    'The file cannot be rebuilt from the earlier artifact and this difference; send the whole file.',
    { cause },
  );
}

async function openPrior(ctx: Context, prior: Prior): Promise<EarlierFile> {
  const signatures = await ctx.blobs.open(prior.contentId, prior.signatures.blobName);
  const length = indexLength(await signatures.read(0, LENGTH_BYTES));
  const index = await decodeIndex(await signatures.read(LENGTH_BYTES, length), prior.size);
  return new EarlierFile(inBlocks(await ctx.blobs.open(prior.contentId, prior.blobName)), index);
}

/** The difference out of its zstd frame, piece by piece. */
function openFrame(difference: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const frame = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_BITS } });
  // Who reads the frame is told of what goes wrong before it.
  pipeline(Readable.from(difference), frame, () => {});
  return frame;
}

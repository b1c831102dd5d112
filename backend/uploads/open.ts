/** Opens an upload: at once complete where the bytes are there, else the one that was broken off, else a new one. */
import type { Context } from '../context.ts';
import { MAX_PART_SIZE, type OpenedUpload, type OpenUpload } from '../contract/artifacts.ts';
import { requireCapability } from '../tokens/permissions.ts';
import { beginUpload } from './begin.ts';
import { completeAtOnce } from './complete-at-once.ts';
import { findPrior } from './find-prior.ts';
import { checkSize } from './limits/check.ts';
import { offerPrior } from './offer-prior.ts';
import { resumeUpload } from './resume.ts';
import { readWanted } from './wanted.ts';

/** @throws DevicelaneError `too_large`, `quota_exceeded`: told here, before a byte is sent */
export async function openUpload({ ctx, input }: { ctx: Context; input: OpenUpload }): Promise<OpenedUpload> {
  const actor = requireCapability(ctx, 'artifact:create');
  const wanted = await readWanted(ctx, actor, input);
  await checkSize(ctx, wanted);
  const complete = await completeAtOnce(ctx, actor, wanted);
  if (complete) return { artifactId: complete, state: 'complete', partSize: MAX_PART_SIZE };
  const prior = input.can.includes('delta') ? await findPrior(ctx, wanted) : null;
  const offered = prior && offerPrior(ctx, prior);
  const resumed = await resumeUpload(ctx, actor, wanted, prior);
  const arrived = resumed?.arrived ?? 0;
  return {
    artifactId: resumed?.artifactId ?? (await beginUpload(ctx, actor, wanted, prior)),
    state: 'uploading',
    partSize: MAX_PART_SIZE,
    encodings: ['zstd'],
    // What is there of the file need not be sent again, which a difference would.
    ...(arrived > 0 ? { arrived } : offered && { prior: await offered }),
  };
}

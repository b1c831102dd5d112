/** Why a job ended as it did, often in the farm's words: untrusted, so bounded, and without what its tests were given. */
import type { Context, Write } from '../context.ts';
import { createRedactor } from '../results/redact.ts';
import { readRunSecrets } from './secrets.ts';

const MAX_REASON = 2_000;

/** Opened by `openReason`. */
export async function sealReason(
  ctx: Context,
  { tx }: Pick<Write, 'tx'>,
  runId: string,
  jobId: string,
  reason: string,
): Promise<Buffer> {
  const { text } = createRedactor(await readRunSecrets({ ...ctx, db: tx }, runId));
  return ctx.keys.seal(runId, `jobs.sealed_reason|${jobId}`, text(reason).slice(0, MAX_REASON));
}

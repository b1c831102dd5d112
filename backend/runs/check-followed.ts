/** Cancels a run that nobody follows any more, where its project wants it so: its CI job is lost. A task that comes again. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { cancelInTransaction } from './cancel.ts';
import { lockRun } from './change.ts';

/** A step that lost its line comes back sooner. */
export const LOST_AFTER_MS = 120_000;
const LOOK_AGAIN_MS = 30_000;

export async function checkFollowed({ ctx, input }: { ctx: Context; input: { runId: string } }): Promise<void> {
  requireWorker(ctx);
  const { runId } = input;
  await ctx.write(async (write) => {
    const run = await lockRun(write, runId);
    if (!run.cancel_when_lost || run.state === 'finished' || run.state === 'cancelling') return;
    const silentMs = ctx.now().getTime() - (run.followed_at ?? run.created_at).getTime();
    if (silentMs >= LOST_AFTER_MS) return cancelInTransaction(ctx, write, runId);
    const after = new Date(ctx.now().getTime() + Math.max(LOOK_AGAIN_MS, LOST_AFTER_MS - silentMs));
    await write.enqueue('runs.check-followed', { runId }, { after });
  });
}

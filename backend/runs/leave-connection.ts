/** Cancels the runs that have jobs on a farm that was disconnected. A task; safe to repeat. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { cancelInTransaction } from './cancel.ts';

export async function leaveConnection({
  ctx,
  input,
}: {
  ctx: Context;
  input: { connectionId: string };
}): Promise<void> {
  requireWorker(ctx);
  const runs = await ctx.db
    .selectFrom('jobs')
    .select('run_id')
    .distinct()
    .where('connection_id', '=', input.connectionId)
    .where('state', '<>', 'finished')
    .execute();
  for (const { run_id: runId } of runs) await ctx.write((write) => cancelInTransaction(ctx, write, runId));
}

/** Has the jobs of a planned run admitted by their farm accounts. A task. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { wantAccount } from './account.ts';
import { changeRun, lockRun } from './change.ts';

export async function dispatchRun({ ctx, input }: { ctx: Context; input: { runId: string } }): Promise<void> {
  requireWorker(ctx);
  await ctx.write(async (write) => {
    const planned = await lockRun(write, input.runId);
    if (planned.state !== 'planned') return;
    const run = await changeRun(ctx, write, planned, 'queued');
    const jobs = await write.tx
      .selectFrom('jobs')
      .selectAll()
      .where('run_id', '=', run.id)
      .orderBy('position')
      .execute();
    if (jobs.length === 0) await write.enqueue('results.conclude', { runId: run.id });
    // In one order: two runs at once must not wait for each other.
    for (const id of [...new Set(jobs.map((job) => job.connection_id))].sort()) {
      await wantAccount(ctx, write, 'admit_at', id, ctx.now());
    }
  });
}

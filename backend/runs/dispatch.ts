/** Gives a planned run's jobs to their farms: an intent to start stands before anything outside is asked. A task. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { changeRun, lockRun } from './change.ts';
import { giveToFarm } from './give-to-farm.ts';

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
    for (const job of jobs) {
      await giveToFarm(ctx, write, run, job);
    }
  });
}

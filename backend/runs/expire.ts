/** Ends a run whose time is up, whatever its farms say. A task, due at the run's deadline. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { lockRun } from './change.ts';
import { endJob } from './end-job.ts';

export async function expireRun({ ctx, input }: { ctx: Context; input: { runId: string } }): Promise<void> {
  requireWorker(ctx);
  await ctx.write(async (write) => {
    const run = await lockRun(write, input.runId);
    if (run.state === 'finished') return;
    const jobs = await write.tx
      .selectFrom('jobs')
      .selectAll()
      .where('run_id', '=', run.id)
      .where('state', '<>', 'finished')
      .execute();
    for (const job of jobs) {
      await endJob(ctx, write, run, job, { outcome: 'timed_out', reason: 'The deadline of the run was reached.' });
    }
    await write.enqueue('results.conclude', { runId: run.id });
    await appendAudit(ctx, write.tx, { code: 'run.expired', object: run.id, detail: { jobs: jobs.length } });
  });
}

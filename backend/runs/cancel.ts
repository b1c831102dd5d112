/** Cancels a run: what has not started never will, and what has is stopped at its farm. */
import { appendAudit } from '../audit/append.ts';
import type { Context, Write } from '../context.ts';
import type { RunView } from '../contract/runs.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { changeRun, lockRun } from './change.ts';
import { endJob } from './end-job.ts';
import { findRun, readRunView } from './read.ts';

/** A finished run stays as it is. @throws DevicelaneError `not_found` */
export async function cancelRun({ ctx, input }: { ctx: Context; input: { runId: string } }): Promise<RunView> {
  requireOperation(ctx, 'run:cancel');
  const { id: runId } = await findRun(ctx, input.runId);
  await ctx.write((write) => cancelInTransaction(ctx, write, runId));
  return readRunView(ctx, runId);
}

export async function cancelInTransaction(ctx: Context, write: Write, runId: string): Promise<void> {
  const locked = await lockRun(write, runId);
  if (locked.state === 'finished' || locked.state === 'cancelling') return;
  const run = await changeRun(ctx, write, locked, 'cancelling', { cancel_requested_at: ctx.now() });
  await appendAudit(ctx, write.tx, { code: 'run.cancelled', object: runId });
  const jobs = await write.tx.selectFrom('jobs').selectAll().where('run_id', '=', runId).execute();
  for (const job of jobs) {
    if (job.state === 'planned') {
      await endJob(ctx, write, run, job, { outcome: 'cancelled', reason: 'Cancelled before it was started.' });
    } else if (job.state === 'queued' || job.state === 'running') {
      await write.enqueue('runs.stop-job', { jobId: job.id });
    } else if (job.state === 'starting') {
      // The task that starts it knows what the farm has. It may wait for its next try: that is now.
      await write.enqueue('runs.end-start', { jobId: job.id });
    }
  }
}

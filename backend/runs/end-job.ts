/** Ends a job without results: refused, given up, or stopped before it began. What its farm has of it is forgotten. */
import type { Context, Write } from '../context.ts';
import { changeJob, type JobRow, type RunRow } from './change.ts';
import { sealReason } from './seal-reason.ts';

type Ending = { outcome: NonNullable<JobRow['outcome']>; reason: string };

export async function endJob(ctx: Context, write: Write, run: RunRow, job: JobRow, ending: Ending): Promise<void> {
  await changeJob(ctx, write, run, job, 'finished', {
    outcome: ending.outcome,
    sealed_reason: await sealReason(ctx, write, run.id, job.id, ending.reason),
    finished_at: ctx.now(),
    // Nothing of it was given to the farm.
    ...(job.state === 'planned' ? { forgotten_at: ctx.now() } : {}),
  });
  await write.enqueue('results.conclude', { runId: run.id });
  if (job.state !== 'planned') await write.enqueue('runs.forget-job', { jobId: job.id });
}

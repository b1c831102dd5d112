/** Lets a job begin: an intent to start it stands before anything outside is asked. */
import type { Context, Write } from '../context.ts';
import { changeJob, type JobRow, type RunRow } from './change.ts';

export async function giveToFarm(ctx: Context, write: Write, run: RunRow, job: JobRow): Promise<void> {
  await changeJob(ctx, write, run, job, 'starting');
  await write.tx
    .insertInto('intents')
    .values({ job_id: job.id, kind: 'start', state: 'written', created_at: ctx.now(), resolved_at: null })
    .execute();
  await write.enqueue('runs.start-job', { jobId: job.id });
}

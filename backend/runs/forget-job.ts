/** Makes the farm forget what a finished job left there. A task, tried until it holds. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import type { JobRow } from './change.ts';
import { type FarmWork, farmWork } from './farm-job.ts';

export async function forgetJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const job = await ctx.db.selectFrom('jobs').selectAll().where('id', '=', input.jobId).executeTakeFirst();
  if (job?.state !== 'finished' || job.forgotten_at) return;
  const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', job.run_id).executeTakeFirstOrThrow();
  const work = await farmWork(ctx, run, job, { needsFiles: false });
  const externalId = job.external_id ?? (await findLost(ctx, work, job));
  if (externalId !== null) {
    // A job that was ended from here may still be on a device.
    if (job.outcome !== 'completed' && work.farm.features.stop) await work.farm.stop(work.job, externalId);
    await work.farm.forget(work.job, externalId);
  }
  await ctx.db.updateTable('jobs').set({ forgotten_at: ctx.now() }).where('id', '=', job.id).execute();
}

/** What a start whose answer never came has left at the farm. */
async function findLost(ctx: Context, { farm, job: farmJob }: FarmWork, job: JobRow): Promise<string | null> {
  const sent = await ctx.db
    .selectFrom('intents')
    .select('job_id')
    .where('job_id', '=', job.id)
    .where('kind', '=', 'start')
    .where('state', '=', 'sent')
    .executeTakeFirst();
  if (!sent || farm.features.start === 'blind') return null;
  return (await farm.find(farmJob))?.externalId ?? null;
}

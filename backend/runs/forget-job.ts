/** Makes the farm forget what a finished job left there. A task, tried until it holds. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import type { JobRow } from './change.ts';
import { type FarmWork, uploadKeyOf, withFarm } from './farm-job.ts';

export async function forgetJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const job = await ctx.db.selectFrom('jobs').selectAll().where('id', '=', input.jobId).executeTakeFirst();
  if (job?.state !== 'finished' || job.forgotten_at) return;
  const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', job.run_id).executeTakeFirstOrThrow();
  await withFarm(ctx, run, job, 'forget', (work) => forgetAt(ctx, work, job), { needsFiles: false });
  await ctx.db.updateTable('jobs').set({ forgotten_at: ctx.now() }).where('id', '=', job.id).execute();
}

async function forgetAt(ctx: Context, work: FarmWork, job: JobRow): Promise<void> {
  const { farm, job: farmJob } = work;
  const externalId = job.external_id ?? (await findLost(ctx, work, job));
  if (externalId !== null) {
    // A job that was ended from here may still be on a device.
    if (job.outcome !== 'completed' && farm.features.stop) await farm.stop(farmJob, externalId);
    await farm.forgetResults(farmJob, externalId);
  }
  for (const role of ['app', 'tests'] as const) {
    if (farmJob[role])
      await farm.forgetUpload({ key: uploadKeyOf(farmJob, role), role, framework: farmJob.framework, id: null });
  }
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

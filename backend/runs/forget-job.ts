/** Makes the farm forget what a finished job left there. A task, tried until it holds. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { ArtifactForgotten, farmWork } from './farm-job.ts';

export async function forgetJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const job = await ctx.db.selectFrom('jobs').selectAll().where('id', '=', input.jobId).executeTakeFirst();
  if (job?.state !== 'finished' || job.external_id === null || job.forgotten_at) return;
  const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', job.run_id).executeTakeFirstOrThrow();
  try {
    const { farm, job: farmJob } = await farmWork(ctx, run, job);
    await farm.forget(farmJob, job.external_id);
  } catch (error) {
    if (!(error instanceof ArtifactForgotten)) throw error;
  }
  await ctx.db.updateTable('jobs').set({ forgotten_at: ctx.now() }).where('id', '=', job.id).execute();
}

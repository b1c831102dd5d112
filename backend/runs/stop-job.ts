/** Stops a job at its farm, after a cancellation or a time-out. A task; the farm's own word then ends the job. */
import type { Context } from '../context.ts';
import { FarmError } from '../farms/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { wantAccount } from './account.ts';
import { changeJob, lockJob } from './change.ts';
import { endJob } from './end-job.ts';
import { withFarm } from './farm-job.ts';
import { retryDelayMs } from './pacing.ts';

export async function stopJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const { jobId } = input;
  const { run, job } = await ctx.write(async (write) => {
    const locked = await lockJob(write, jobId);
    if (locked.job.state !== 'queued' && locked.job.state !== 'running') return locked;
    await write.tx
      .insertInto('intents')
      .values({ job_id: jobId, kind: 'stop', state: 'written', created_at: ctx.now(), resolved_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return { run: locked.run, job: await changeJob(ctx, write, locked.run, locked.job, 'cancelling') };
  });
  if (job.state !== 'cancelling' || job.external_id === null) return;
  try {
    const externalId = job.external_id;
    await withFarm(
      ctx,
      run,
      job,
      'stop',
      async ({ farm, job: farmJob }) => {
        if (farm.features.stop) await farm.stop(farmJob, externalId);
      },
      { needsFiles: false },
    );
  } catch (error) {
    return handleFailure(ctx, jobId, error);
  }
  await ctx.write(async ({ tx, enqueue }) => {
    await tx
      .updateTable('intents')
      .set({ state: 'done', resolved_at: ctx.now() })
      .where('job_id', '=', jobId)
      .where('kind', '=', 'stop')
      .execute();
    await tx.updateTable('jobs').set({ next_poll_at: ctx.now() }).where('id', '=', jobId).execute();
    await wantAccount(ctx, { tx, enqueue }, 'poll_at', job.connection_id, ctx.now());
  });
}

async function handleFailure(ctx: Context, jobId: string, error: unknown): Promise<void> {
  if (!(error instanceof FarmError)) throw error;
  await ctx.write(async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (job.state !== 'cancelling') return;
    if (error.kind === 'refused') {
      const outcome = job.outcome ?? 'cancelled';
      await endJob(ctx, write, run, job, {
        outcome,
        reason: `The farm would not stop it: ${error.message}`,
      });
      return;
    }
    await write.tx
      .updateTable('jobs')
      .set({ failed_calls: job.failed_calls + 1 })
      .where('id', '=', jobId)
      .execute();
    const after = new Date(ctx.now().getTime() + retryDelayMs(job.failed_calls, error.retryAfterMs));
    await write.enqueue('runs.stop-job', { jobId }, { after });
  });
}

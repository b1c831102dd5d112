/**
 * Makes the farm forget what a finished job left there. A task, tried until it holds: ever more rarely, and after a while told
 * of as stuck.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { FarmError } from '../farms/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import type { JobRow } from './change.ts';
import { type FarmWork, withFarm } from './farm-job.ts';
import { dropFiles } from './farm-uploads.ts';
import { forgetDelayMs, STUCK_AFTER } from './pacing.ts';

/** A queue's clock and ours may differ by so much. */
const SLACK_MS = 1_000;

export async function forgetJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  // Another task of it, from the sweep, may be at it: then this one is not needed.
  await ctx.alone(`forget|${input.jobId}`, () => forgetAlone(ctx, input.jobId));
}

async function forgetAlone(ctx: Context, jobId: string): Promise<void> {
  const job = await ctx.db.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirst();
  if (job?.state !== 'finished' || job.forgotten_at) return;
  // Another task of it is on its way.
  if (job.forget_at && job.forget_at.getTime() > ctx.now().getTime() + SLACK_MS) return;
  const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', job.run_id).executeTakeFirstOrThrow();
  try {
    await withFarm(ctx, run, job, 'forget', (work) => forgetAt(ctx, work, job), { needsFiles: false });
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    return later(ctx, job, error);
  }
  await ctx.db.updateTable('jobs').set({ forgotten_at: ctx.now() }).where('id', '=', job.id).execute();
}

async function later(ctx: Context, job: JobRow, { retryAfterMs, message }: FarmError): Promise<void> {
  const tries = job.forget_tries + 1;
  const after = new Date(ctx.now().getTime() + Math.max(retryAfterMs ?? 0, forgetDelayMs(tries)));
  ctx.log.warn({ job: job.id, tries, message }, 'a farm did not forget');
  await ctx.write(async ({ tx, enqueue }) => {
    await tx.updateTable('jobs').set({ forget_tries: tries, forget_at: after }).where('id', '=', job.id).execute();
    await enqueue('runs.forget-job', { jobId: job.id }, { after });
    if (tries === STUCK_AFTER)
      await appendAudit(ctx, tx, { code: 'job.not_forgotten', object: job.id, detail: { tries } });
  });
}

async function forgetAt(ctx: Context, work: FarmWork, job: JobRow): Promise<void> {
  const { farm, job: farmJob } = work;
  const externalId = job.external_id ?? (await findLost(ctx, work, job));
  if (externalId !== null) {
    // A job that was ended from here may still be on a device.
    if (job.outcome !== 'completed' && farm.features.stop) await farm.stop(farmJob, externalId);
    await farm.forgetResults(farmJob, externalId);
  }
  await dropFiles(ctx, job, farm);
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

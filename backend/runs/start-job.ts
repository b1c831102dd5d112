/**
 * Starts a job at its farm, once. A task.
 *
 * The intent says what is known: `written`, nothing was sent; `sent`, a call was made and its outcome is not known, so the
 * farm is asked for the job's key before anything is sent again.
 */
import type { Context, Write } from '../context.ts';
import { type Farm, FarmError, type FarmJob } from '../farms/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { takeCalls, wantAccount } from './account.ts';
import { changeJob, type JobRow, lockJob, type RunRow } from './change.ts';
import { endJob } from './end-job.ts';
import { ArtifactForgotten, type FarmWork, withFarm } from './farm-job.ts';
import { giveFiles } from './farm-uploads.ts';
import { pollDelayMs, retryDelayMs } from './pacing.ts';
import { requireDevice } from './require-device.ts';

const BUSY_RETRY_MS = 5_000;
/** Another job gives the same file to the farm. */
const FILE_RETRY_MS = 2_000;
const CANCELLED = { outcome: 'cancelled', reason: 'Cancelled before it was started.' } as const;

export async function startJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const { jobId } = input;
  const wasAlone = await ctx.alone(`job|${jobId}`, () => startAlone(ctx, jobId));
  if (!wasAlone) await retryLater(ctx, jobId, BUSY_RETRY_MS);
}

async function startAlone(ctx: Context, jobId: string): Promise<void> {
  const { run, job, intent } = await ctx.write(async (write) => ({
    ...(await lockJob(write, jobId)),
    intent: await write.tx
      .selectFrom('intents')
      .select('state')
      .where('job_id', '=', jobId)
      .where('kind', '=', 'start')
      .executeTakeFirst(),
  }));
  if (job.state !== 'starting' || !intent) return;
  if (run.cancel_requested_at && intent.state === 'written') return end(ctx, jobId, CANCELLED);
  const known = { hasNothing: intent.state === 'written' };
  try {
    await withFarm(ctx, run, job, 'start', (work) => startWith(ctx, work, run, job, known));
  } catch (error) {
    await handleFailure(ctx, job, error, known.hasNothing);
  }
}

/** `known.hasNothing`: the farm has nothing of this job, as far as is known so far. */
async function startWith(
  ctx: Context,
  work: FarmWork,
  run: RunRow,
  job: JobRow,
  known: { hasNothing: boolean },
): Promise<void> {
  const { farm, job: farmJob } = work;
  const found = known.hasNothing ? null : await lookUp(farm, farmJob);
  if (found === 'cannot know') return needAttention(ctx, job.id);
  // A farm that was looked through; an idempotent one may still have it.
  if (!found && farm.features.start === 'lookup') known.hasNothing = true;
  if (known.hasNothing && run.cancel_requested_at) return end(ctx, job.id, CANCELLED);
  if (found) return started(ctx, job.id, found.externalId);
  const { granted, waitMs } = await takeCalls(ctx, job.connection_id, farm.features.limits, 1);
  if (granted === 0) return retryLater(ctx, job.id, waitMs * (1 + Math.random()));
  await requireDevice(ctx, job.connection_id, farm, farmJob.device);
  const uploads = await giveFiles(ctx, job.id, work);
  if (uploads === 'ended') return;
  if (uploads === 'busy') return retryLater(ctx, job.id, FILE_RETRY_MS);
  if (!(await aboutToSend(ctx, job.id, known))) return;
  const { externalId } = await farm.start(farmJob, uploads);
  await started(ctx, job.id, externalId);
}

/** What the farm has under the job's key, after a call whose outcome is not known. */
async function lookUp(farm: Farm, job: FarmJob): Promise<{ externalId: string } | 'cannot know' | null> {
  if (farm.features.start === 'blind') return 'cannot know';
  // An idempotent start is its own look-up.
  return farm.features.start === 'idempotent' ? null : farm.find(job);
}

/** The job may have been ended or cancelled while its files were given: then nothing is sent. */
async function aboutToSend(ctx: Context, jobId: string, known: { hasNothing: boolean }): Promise<boolean> {
  return ctx.write(async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (job.state !== 'starting') return false;
    if (known.hasNothing && run.cancel_requested_at) {
      await endJob(ctx, write, run, job, CANCELLED);
      return false;
    }
    await write.tx
      .updateTable('intents')
      .set({ state: 'sent' })
      .where('job_id', '=', jobId)
      .where('kind', '=', 'start')
      .execute();
    return true;
  });
}

async function started(ctx: Context, jobId: string, externalId: string): Promise<void> {
  await setIntent(ctx, jobId, 'done', async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (job.state === 'finished') return forgetLate(write, jobId, externalId);
    if (job.state !== 'starting') return;
    const now = ctx.now();
    const firstPoll = new Date(now.getTime() + pollDelayMs(0));
    await changeJob(ctx, write, run, job, 'queued', {
      external_id: externalId,
      queued_at: now,
      last_seen_at: now,
      failed_calls: 0,
      next_poll_at: firstPoll,
    });
    if (run.cancel_requested_at) await write.enqueue('runs.stop-job', { jobId });
    else await wantAccount(ctx, write, 'poll_at', job.connection_id, firstPoll);
  });
}

/** The job was ended while the farm was being asked, at the run's deadline: what was started must not stay. */
async function forgetLate({ tx, enqueue }: Write, jobId: string, externalId: string): Promise<void> {
  await tx.updateTable('jobs').set({ external_id: externalId, forgotten_at: null }).where('id', '=', jobId).execute();
  await enqueue('runs.forget-job', { jobId });
}

/** `hadNothing`: before the call that failed, the farm had nothing of this job. */
async function handleFailure(ctx: Context, job: JobRow, error: unknown, hadNothing: boolean): Promise<void> {
  if (error instanceof ArtifactForgotten) return end(ctx, job.id, { outcome: 'invalid', reason: error.message });
  if (!(error instanceof FarmError)) throw error;
  if (error.kind === 'refused') {
    if (hadNothing) await setIntent(ctx, job.id, 'refused');
    return end(ctx, job.id, { outcome: 'invalid', reason: error.message });
  }
  // `broken`: the farm has nothing of this call either, so the next try may send again without a look-up.
  if (error.kind === 'broken' && hadNothing) await setIntent(ctx, job.id, 'written');
  await ctx.db
    .updateTable('jobs')
    .set((eb) => ({ failed_calls: eb('failed_calls', '+', 1) }))
    .where('id', '=', job.id)
    .execute();
  await retryLater(ctx, job.id, retryDelayMs(job.failed_calls, error.retryAfterMs));
}

async function retryLater(ctx: Context, jobId: string, delayMs: number): Promise<void> {
  await ctx.write(({ enqueue }) =>
    enqueue('runs.start-job', { jobId }, { after: new Date(ctx.now().getTime() + delayMs) }),
  );
}

/** Nobody can say whether the farm has it: a person must look, and nothing is started a second time. */
async function needAttention(ctx: Context, jobId: string): Promise<void> {
  await ctx.write(async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (job.state !== 'starting') return;
    await write.tx.updateTable('runs').set({ attention: 'needs_attention' }).where('id', '=', run.id).execute();
    await write.tx
      .updateTable('intents')
      .set({ state: 'unknown', resolved_at: ctx.now() })
      .where('job_id', '=', jobId)
      .where('kind', '=', 'start')
      .execute();
    const reason = 'Whether the farm has started this job is not known, and it cannot be asked; look at its console.';
    await endJob(ctx, write, run, job, { outcome: 'errored', reason });
  });
}

async function end(
  ctx: Context,
  jobId: string,
  ending: { outcome: 'cancelled' | 'invalid'; reason: string },
): Promise<void> {
  await ctx.write(async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (job.state !== 'finished') await endJob(ctx, write, run, job, ending);
  });
}

async function setIntent(
  ctx: Context,
  jobId: string,
  state: 'written' | 'done' | 'refused',
  also: (write: Write) => Promise<void> = async () => {},
): Promise<void> {
  await ctx.write(async (write) => {
    await also(write);
    await write.tx
      .updateTable('intents')
      .set({ state, resolved_at: state === 'done' || state === 'refused' ? ctx.now() : null })
      .where('job_id', '=', jobId)
      .where('kind', '=', 'start')
      .execute();
  });
}

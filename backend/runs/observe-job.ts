/** Asks a farm how a job stands. A task that asks again later until the farm says that the job has ended. */
import type { Context, Write } from '../context.ts';
import { FarmError, type Observation } from '../farms/port.ts';
import { createRedactor } from '../results/redact.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { changeJob, changeRun, type JobRow, lockJob, type RunRow } from './change.ts';
import { endJob } from './end-job.ts';
import { ArtifactForgotten, withFarm } from './farm-job.ts';
import { pollDelayMs, retryDelayMs } from './pacing.ts';
import { sealReason } from './sealed.ts';
import { readRunSecrets } from './secrets.ts';

const OBSERVED = ['queued', 'running', 'cancelling'];
const STALE_AFTER_MS = 5 * 60_000;

export async function observeJob({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const { run, job } = await ctx.write((write) => lockJob(write, input.jobId));
  if (!OBSERVED.includes(job.state) || job.external_id === null) return;
  let seen: Observation;
  try {
    const externalId = job.external_id;
    seen = await withFarm(ctx, run, job, 'observe', ({ farm, job: farmJob }) => farm.observe(farmJob, externalId));
  } catch (error) {
    return handleFailure(ctx, run, job, error);
  }
  if (seen.state === 'ended' && seen.reason) {
    const { text } = createRedactor(await readRunSecrets(ctx, run.id));
    seen = { ...seen, reason: text(seen.reason) };
  }
  await ctx.write(async (write) => {
    const locked = await lockJob(write, job.id);
    if (OBSERVED.includes(locked.job.state)) await record(ctx, write, locked.run, locked.job, seen);
  });
}

async function record(ctx: Context, write: Write, lockedRun: RunRow, job: JobRow, seen: Observation): Promise<void> {
  const now = ctx.now();
  let run = lockedRun;
  if (run.attention === 'stale') {
    await write.tx.updateTable('runs').set({ attention: null }).where('id', '=', run.id).execute();
  }
  if (seen.state === 'ended') {
    if (run.state === 'queued') run = await changeRun(ctx, write, run, 'running', { started_at: now });
    // A job that was stopped for its time-out ends as that, whatever the farm calls it.
    const outcome = job.outcome === 'timed_out' && seen.outcome !== 'completed' ? 'timed_out' : seen.outcome;
    await changeJob(ctx, write, run, job, 'collecting', {
      outcome,
      ...(seen.reason ? { sealed_reason: await sealReason(ctx, run.id, job.id, seen.reason) } : {}),
      device_ms: seen.deviceMs ?? (job.started_at ? now.getTime() - job.started_at.getTime() : 0),
      started_at: job.started_at ?? now,
      last_seen_at: now,
    });
    await write.enqueue('results.collect', { jobId: job.id });
    return;
  }
  if (seen.state === 'running' && job.state === 'queued') {
    if (run.state === 'queued') run = await changeRun(ctx, write, run, 'running', { started_at: now });
    job = await changeJob(ctx, write, run, job, 'running', { started_at: now, last_seen_at: now, failed_calls: 0 });
  } else {
    await write.tx.updateTable('jobs').set({ last_seen_at: now, failed_calls: 0 }).where('id', '=', job.id).execute();
  }
  if (job.state !== 'cancelling' && isOverdue(run, job, now)) {
    await write.tx.updateTable('jobs').set({ outcome: 'timed_out' }).where('id', '=', job.id).execute();
    await write.enqueue('runs.stop-job', { jobId: job.id });
    return;
  }
  const delay = pollDelayMs(now.getTime() - (job.queued_at ?? now).getTime());
  await write.enqueue('runs.observe-job', { jobId: job.id }, { after: new Date(now.getTime() + delay) });
}

function isOverdue(run: RunRow, job: JobRow, now: Date): boolean {
  const passed = (since: Date | null, limitMs: number): boolean =>
    since !== null && now.getTime() - since.getTime() > limitMs;
  return job.state === 'running' ? passed(job.started_at, run.timeout_ms) : passed(job.queued_at, run.queue_timeout_ms);
}

/** A failed call is never a verdict: it is tried again, shown as stale after a while, and the run's deadline ends it. */
async function handleFailure(ctx: Context, run: RunRow, job: JobRow, error: unknown): Promise<void> {
  const isFinal = error instanceof ArtifactForgotten || (error instanceof FarmError && error.kind === 'refused');
  if (!isFinal && !(error instanceof FarmError)) throw error;
  await ctx.write(async (write) => {
    const locked = await lockJob(write, job.id);
    if (!OBSERVED.includes(locked.job.state)) return;
    if (isFinal) {
      await endJob(ctx, write, locked.run, locked.job, { outcome: 'errored', reason: (error as Error).message });
      return;
    }
    const now = ctx.now();
    await write.tx
      .updateTable('jobs')
      .set({ failed_calls: locked.job.failed_calls + 1 })
      .where('id', '=', job.id)
      .execute();
    if (now.getTime() - (locked.job.last_seen_at ?? now).getTime() > STALE_AFTER_MS) {
      await write.tx.updateTable('runs').set({ attention: 'stale' }).where('id', '=', run.id).execute();
    }
    const delay = retryDelayMs(locked.job.failed_calls, error.retryAfterMs);
    await write.enqueue('runs.observe-job', { jobId: job.id }, { after: new Date(now.getTime() + delay) });
  });
}

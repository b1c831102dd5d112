/** Keeps what a farm said of a job: most often nothing new, in one statement for many; a change by itself. */
import { sql } from 'kysely';
import type { Context, Write } from '../context.ts';
import type { FarmError, Observation } from '../farms/port.ts';
import { changeJob, changeRun, type JobRow, lockJob, OBSERVED, type RunRow } from './change.ts';
import { endJob } from './end-job.ts';
import { pollDelayMs, retryDelayMs } from './pacing.ts';
import { sealReason } from './seal-reason.ts';
import { sealConsoleUrl } from './sealed.ts';

export type Seen = { run: RunRow; job: JobRow } & (
  | { observation: Observation; error: null }
  | { observation: null; error: FarmError }
);

const STALE_AFTER_MS = 5 * 60_000;

const isNews = (ctx: Context, { run, job, observation }: Seen): boolean =>
  observation !== null &&
  (observation.state === 'ended' ||
    (observation.state === 'running' && job.state === 'queued') ||
    (observation.consoleUrl !== null && job.sealed_console_url === null) ||
    run.attention === 'stale' ||
    (job.state !== 'cancelling' && isOverdue(run, job, ctx.now())));

/** Of those that said nothing new, that they were seen. */
export async function keepUnchanged(ctx: Context, seen: readonly Seen[]): Promise<void> {
  const same = seen.filter((each) => each.error === null && !isNews(ctx, each));
  if (same.length === 0) return;
  const now = ctx.now();
  const rows = same.map(
    ({ job }) => sql`(${job.id}, ${nextPoll(job, now)}::timestamptz, ${job.next_poll_at}::timestamptz)`,
  );
  // Rows that somebody else changes now are left to them.
  await sql`
    with next (id, at, claimed) as (values ${sql.join(rows)}),
    free as (select jobs.id, at, claimed from jobs join next using (id) order by jobs.id for update of jobs skip locked)
    update jobs set last_seen_at = ${now}, failed_calls = 0,
      next_poll_at = case when next_poll_at = claimed then at else next_poll_at end
    from free where jobs.id = free.id
  `.execute(ctx.db);
}

/** Who asked for a look since this one was claimed, such as a stop, is not put off by what it saw before. */
function unlessAsked(locked: JobRow, claimed: JobRow, at: Date): Date | null {
  return locked.next_poll_at?.getTime() === claimed.next_poll_at?.getTime() ? at : locked.next_poll_at;
}

/** Jobs that began together must not be looked at together for ever. */
function nextPoll(job: JobRow, now: Date): Date {
  const jitter = 0.5 + Math.random() / 2;
  return new Date(now.getTime() + jitter * pollDelayMs(now.getTime() - (job.queued_at ?? now).getTime()));
}

/** Nothing, where there is no news. */
export async function sawChange(ctx: Context, seen: Seen): Promise<void> {
  const { job, observation } = seen;
  if (!observation || !isNews(ctx, seen)) return;
  await ctx.write(async (write) => {
    const locked = await lockJob(write, job.id);
    if (!OBSERVED.includes(locked.job.state)) return;
    const pollAt = unlessAsked(locked.job, job, nextPoll(locked.job, ctx.now()));
    await record(ctx, write, locked.run, locked.job, observation, pollAt);
  });
}

async function record(
  ctx: Context,
  write: Write,
  lockedRun: RunRow,
  lockedJob: JobRow,
  seen: Observation,
  pollAt: Date | null,
): Promise<void> {
  const now = ctx.now();
  let [run, job] = [lockedRun, lockedJob];
  if (run.attention === 'stale') {
    await write.tx.updateTable('runs').set({ attention: null }).where('id', '=', run.id).execute();
  }
  if (seen.consoleUrl !== null && job.sealed_console_url === null) {
    const sealed = await sealConsoleUrl(ctx, run.id, job.id, seen.consoleUrl);
    await write.tx.updateTable('jobs').set({ sealed_console_url: sealed }).where('id', '=', job.id).execute();
  }
  if (seen.state === 'ended') {
    if (run.state === 'queued') run = await changeRun(ctx, write, run, 'running', { started_at: now });
    // A job that was stopped for its time-out ends as that, whatever the farm calls it.
    const outcome = job.outcome === 'timed_out' && seen.outcome !== 'completed' ? 'timed_out' : seen.outcome;
    await changeJob(ctx, write, run, job, 'collecting', {
      outcome,
      ...(seen.reason ? { sealed_reason: await sealReason(ctx, write, run.id, job.id, seen.reason) } : {}),
      device_ms: seen.deviceMs ?? (job.started_at ? now.getTime() - job.started_at.getTime() : 0),
      started_at: job.started_at ?? now,
      last_seen_at: now,
    });
    await write.enqueue('results.collect', { jobId: job.id });
    return;
  }
  const pace = { last_seen_at: now, failed_calls: 0, next_poll_at: pollAt };
  if (seen.state === 'running' && job.state === 'queued') {
    if (run.state === 'queued') run = await changeRun(ctx, write, run, 'running', { started_at: now });
    job = await changeJob(ctx, write, run, job, 'running', { started_at: now, ...pace });
  } else {
    await write.tx.updateTable('jobs').set(pace).where('id', '=', job.id).execute();
  }
  if (job.state !== 'cancelling' && isOverdue(run, job, now)) {
    await write.tx.updateTable('jobs').set({ outcome: 'timed_out' }).where('id', '=', job.id).execute();
    await write.enqueue('runs.stop-job', { jobId: job.id });
  }
}

function isOverdue(run: RunRow, job: JobRow, now: Date): boolean {
  const passed = (since: Date | null, limitMs: number): boolean =>
    since !== null && now.getTime() - since.getTime() > limitMs;
  return job.state === 'running' ? passed(job.started_at, run.timeout_ms) : passed(job.queued_at, run.queue_timeout_ms);
}

/** A failed call is never a verdict: it is tried again, shown as stale after a while, and the run's deadline ends it. */
export async function missed(ctx: Context, { job, error }: Seen): Promise<void> {
  if (error?.kind === 'refused') return endUnseen(ctx, job.id, error.message);
  await ctx.write(async ({ tx }) => {
    const { run, job: locked } = await lockJob({ tx }, job.id);
    if (!OBSERVED.includes(locked.state)) return;
    const now = ctx.now();
    const delay = retryDelayMs(locked.failed_calls, error?.retryAfterMs ?? null);
    await tx
      .updateTable('jobs')
      .set({
        failed_calls: locked.failed_calls + 1,
        next_poll_at: unlessAsked(locked, job, new Date(now.getTime() + delay)),
      })
      .where('id', '=', job.id)
      .execute();
    if (now.getTime() - (locked.last_seen_at ?? now).getTime() > STALE_AFTER_MS) {
      await tx.updateTable('runs').set({ attention: 'stale' }).where('id', '=', run.id).execute();
    }
  });
}

/** The farm will not say how the job stands, and never will. */
export async function endUnseen(ctx: Context, jobId: string, reason: string): Promise<void> {
  await ctx.write(async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (OBSERVED.includes(job.state)) await endJob(ctx, write, run, job, { outcome: 'errored', reason });
  });
}

/** Jobs of a farm account that are being looked at: until the claim is over, nobody else looks at them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { type JobRow, OBSERVED } from './change.ts';

/** How long the jobs of a process that was killed are left alone. */
const CLAIM_MS = 15_000;
const RENEWED_EVERY_MS = 5_000;

/** Claims so many of those that are due, the longest due first. */
export async function claimJobs(ctx: Context, connectionId: string, count: number, dueBy: Date): Promise<JobRow[]> {
  return ctx.db
    .updateTable('jobs')
    .set({ next_poll_at: new Date(ctx.now().getTime() + CLAIM_MS) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('jobs')
        .select('id')
        .where('connection_id', '=', connectionId)
        .where('state', 'in', OBSERVED)
        .where('next_poll_at', '<=', dueBy)
        .orderBy('next_poll_at')
        .limit(count)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}

/**
 * Does what may take longer than a claim lasts: until it is done the claim is renewed, and each job has its newest end.
 *
 * @param jobs of one claim
 */
export async function whileClaimed<T>(
  ctx: Context,
  jobs: readonly JobRow[],
  work: () => Promise<T>,
  everyMs = RENEWED_EVERY_MS,
): Promise<T> {
  const done = new AbortController();
  const renewing = keepRenewing(ctx, jobs, everyMs, done.signal);
  try {
    return await work();
  } finally {
    done.abort();
    await renewing;
  }
}

async function keepRenewing(ctx: Context, jobs: readonly JobRow[], everyMs: number, done: AbortSignal): Promise<void> {
  let held = jobs;
  while (held.length > 0) {
    await sleep(everyMs, undefined, { signal: done }).catch(() => {});
    if (done.aborted) return;
    // A claim that is over costs a second look, and no more.
    held = await renew(ctx, held).catch((err: unknown) => {
      ctx.log.warn({ err }, 'a claim was not renewed');
      return held;
    });
  }
}

/**
 * Renews the claims that end together, and returns the jobs of those that still stood: who asked for a look since has changed
 * its job's time, and that one is left as it is.
 */
async function renew(ctx: Context, jobs: readonly JobRow[]): Promise<JobRow[]> {
  const until = new Date(ctx.now().getTime() + CLAIM_MS);
  const ids = jobs.map(({ id }) => id);
  const renewed = await ctx.db
    .updateTable('jobs')
    .set({ next_poll_at: until })
    .where('id', 'in', ids)
    .where('next_poll_at', '=', jobs[0]!.next_poll_at)
    .returning('id')
    .execute();
  const held = jobs.filter(({ id }) => renewed.some((row) => row.id === id));
  for (const job of held) job.next_poll_at = until;
  return held;
}

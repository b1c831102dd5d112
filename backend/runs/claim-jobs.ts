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

/** Does what may take longer than a claim lasts: until it is done the claim is renewed, and each job has its newest end. */
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
  while (!done.aborted) {
    await sleep(everyMs, undefined, { signal: done }).catch(() => {});
    // A claim that is over costs a second look, and no more.
    if (!done.aborted) await renew(ctx, jobs).catch((err: unknown) => ctx.log.warn({ err }, 'a claim was not renewed'));
  }
}

/** Who asked for a look since a job was claimed has changed its time: that one is left as it is. */
async function renew(ctx: Context, jobs: readonly JobRow[]): Promise<void> {
  const until = new Date(ctx.now().getTime() + CLAIM_MS);
  for (const [claimed, some] of Map.groupBy(jobs, ({ next_poll_at: at }) => at!.getTime())) {
    const renewed = await ctx.db
      .updateTable('jobs')
      .set({ next_poll_at: until })
      .where('next_poll_at', '=', new Date(claimed))
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .returning('id')
      .execute();
    const ids = new Set(renewed.map(({ id }) => id));
    for (const job of some) if (ids.has(job.id)) job.next_poll_at = until;
  }
}

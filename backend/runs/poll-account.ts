/**
 * Looks at the jobs of one farm account: those that are due, as fast as the account allows. A task that comes again while
 * there are any; safe to repeat and to run twice at once, since each claims the jobs that it looks at.
 */
import type { Context } from '../context.ts';
import { type Farm, FarmError } from '../farms/port.ts';
import { readFarmConnection } from '../integrations/read.ts';
import { withSecret } from '../integrations/with-secret.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { type AccountTask, beginAccountTask, pauseAccount, takeCalls, wantAccount } from './account.ts';
import { type JobRow, OBSERVED, type RunRow } from './change.ts';
import { claimJobs, whileClaimed } from './claim-jobs.ts';
import { readSeenJob } from './farm-job.ts';
import { endUnseen, keepUnchanged, missed, type Seen, sawChange } from './record-seen.ts';

/** Jobs that are claimed at once, and calls that wait for an answer at once. */
const BATCH = 32;
const AT_ONCE = 8;
/** Then another account has its turn. */
const SLICE_MS = 10_000;
const PAUSE_MS = 1_000;

export async function pollAccount({ ctx, input }: { ctx: Context; input: AccountTask }): Promise<void> {
  requireWorker(ctx);
  if (!(await beginAccountTask(ctx, 'poll_at', input))) return;
  const { connectionId } = input;
  const end = performance.now() + SLICE_MS;
  let waitMs = 0;
  // The queue goes by the database's clock: what it was sent for is due, even if this clock is a little behind.
  let dueBy = new Date(Math.max(ctx.now().getTime(), Date.parse(input.at)));
  while (performance.now() < end) {
    const due = await countDue(ctx, connectionId, dueBy);
    if (due === 0) break;
    waitMs = await lookAtSome(ctx, connectionId, Math.min(due, BATCH), dueBy);
    dueBy = ctx.now();
    if (waitMs > 0) break;
  }
  await comeAgain(ctx, connectionId, waitMs);
}

/** @returns milliseconds until the account may be called again; 0 where jobs were looked at */
async function lookAtSome(ctx: Context, connectionId: string, wanted: number, dueBy: Date): Promise<number> {
  const [any] = await unfinished(ctx, connectionId)
    .selectAll()
    .orderBy((eb) => eb('state', '=', 'cancelling'), 'desc')
    .limit(1)
    .execute();
  if (!any) return 0;
  const runOfAny = await ctx.db.selectFrom('runs').selectAll().where('id', '=', any.run_id).executeTakeFirstOrThrow();
  try {
    return await withSecret(
      ctx,
      connectionId,
      { purpose: 'observe', run: runOfAny },
      async (connection, credential) => {
        const farm = ctx.farms.open(connection, credential);
        const { granted, waitMs } = await takeCalls(ctx, connectionId, farm.features.limits, wanted);
        if (granted === 0) return waitMs;
        const jobs = await claimJobs(ctx, connectionId, granted, dueBy);
        const runs = await runsOf(ctx, jobs);
        const seen: Seen[] = [];
        const queue = jobs.values();
        // Several take from one list.
        const look = async (): Promise<void> => {
          for (const job of queue) seen.push(await lookAt(ctx, farm, runs.get(job.run_id)!, job));
        };
        await whileClaimed(ctx, jobs, () => Promise.all(Array.from({ length: AT_ONCE }, look)));
        await keepUnchanged(ctx, seen);
        for (const each of seen) await (each.error ? missed(ctx, each) : sawChange(ctx, each));
        const patience = Math.max(0, ...seen.map(({ error }) => error?.retryAfterMs ?? 0));
        if (patience > 0) await pauseAccount(ctx, connectionId, patience);
        return patience;
      },
    );
  } catch (error) {
    if (!(error instanceof FarmError) || error.kind !== 'refused') throw error;
    const { isDisconnected } = await readFarmConnection(ctx, connectionId);
    // Its runs are being cancelled: they are looked at when they are.
    if (isDisconnected) return PAUSE_MS;
    // The connection cannot be used any more: none of its jobs can be seen.
    for (const job of await claimJobs(ctx, connectionId, wanted, dueBy)) await endUnseen(ctx, job.id, error.message);
    return 0;
  }
}

async function lookAt(ctx: Context, farm: Farm, run: RunRow, job: JobRow): Promise<Seen> {
  try {
    const farmJob = await readSeenJob(ctx, run, job, farm);
    return { run, job, observation: await farm.observe(farmJob, job.external_id!), error: null };
  } catch (error) {
    if (error instanceof FarmError) return { run, job, observation: null, error };
    // A fault of this program or of the database must not keep the other jobs from being seen.
    ctx.log.warn({ err: error, jobId: job.id }, 'a job could not be looked at');
    const broken = new FarmError('broken', 'The job could not be looked at.', { cause: error });
    return { run, job, observation: null, error: broken };
  }
}

const unfinished = (ctx: Context, connectionId: string) =>
  ctx.db
    .selectFrom('jobs')
    .where('connection_id', '=', connectionId)
    .where('state', 'in', OBSERVED)
    .where('next_poll_at', 'is not', null);

async function countDue(ctx: Context, connectionId: string, dueBy: Date): Promise<number> {
  const { due } = await unfinished(ctx, connectionId)
    .where('next_poll_at', '<=', dueBy)
    .select((eb) => eb.fn.countAll<number>().as('due'))
    .executeTakeFirstOrThrow();
  return Number(due);
}

async function runsOf(ctx: Context, jobs: readonly JobRow[]): Promise<Map<string, RunRow>> {
  if (jobs.length === 0) return new Map();
  const ids = [...new Set(jobs.map((job) => job.run_id))];
  const rows = await ctx.db.selectFrom('runs').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((run) => [run.id, run]));
}

async function comeAgain(ctx: Context, connectionId: string, waitMs: number): Promise<void> {
  const { next } = await unfinished(ctx, connectionId)
    .select((eb) => eb.fn.min('next_poll_at').as('next'))
    .executeTakeFirstOrThrow();
  if (!next) return;
  const soonest = ctx.now().getTime() + Math.max(waitMs, next.getTime() <= ctx.now().getTime() ? 0 : PAUSE_MS / 4);
  const at = new Date(Math.max(next.getTime(), soonest));
  await ctx.write((write) => wantAccount(ctx, write, 'poll_at', connectionId, at));
}

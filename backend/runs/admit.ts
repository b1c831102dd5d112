/**
 * Lets waiting jobs of one farm account begin, as many as it has room for, and fair between projects. A task; safe to
 * repeat. It comes again while jobs wait.
 */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { readFarmConnection } from '../integrations/read.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { type AccountTask, beginAccountTask, wantAccount } from './account.ts';
import { hasRoom } from './budget.ts';
import { lockJob, ON_DEVICE } from './change.ts';
import { endJob } from './end-job.ts';
import { giveToFarm } from './give-to-farm.ts';

const LOOK_AGAIN_MS = 15_000;
const BUSY_MS = 1_000;
/** Jobs that one task lets begin; the next comes at once. */
const BATCH = 50;
/** Jobs that one task finds no room for: those of a project that waits must not hide those of another. */
const MOST_HELD_BACK = 500;

export async function admitJobs({ ctx, input }: { ctx: Context; input: AccountTask }): Promise<void> {
  requireWorker(ctx);
  if (!(await beginAccountTask(ctx, 'admit_at', input))) return;
  const { connectionId } = input;
  let again: number | null = BUSY_MS;
  await ctx.alone(`admit|${connectionId}`, async () => {
    again = await admit(ctx, connectionId);
  });
  if (again === null) return;
  const at = new Date(ctx.now().getTime() + again);
  await ctx.write((write) => wantAccount(ctx, write, 'admit_at', connectionId, at));
}

/** @returns milliseconds until it should be looked again; null where no job waits */
async function admit(ctx: Context, connectionId: string): Promise<number | null> {
  await endOverdue(ctx, connectionId);
  const waiting = await readWaiting(ctx, connectionId);
  if (waiting.length === 0) return null;
  const room = await roomAt(ctx, connectionId);
  let begun = 0;
  let heldBack = 0;
  for (const { id } of waiting) {
    if (begun === Math.min(room, BATCH) || heldBack === MOST_HELD_BACK) break;
    if (await begin(ctx, id)) begun += 1;
    else heldBack += 1;
  }
  if (begun === waiting.length) return null;
  return begun === BATCH ? 0 : LOOK_AGAIN_MS;
}

/** @returns false for one that its project or tenant has no room for now */
function begin(ctx: Context, jobId: string): Promise<boolean> {
  return ctx.write(async (write) => {
    const { run, job } = await lockJob(write, jobId);
    if (job.state !== 'planned' || run.state === 'cancelling' || run.state === 'finished') return true;
    if (!(await hasRoom(write.tx, run.project_id))) return false;
    await giveToFarm(ctx, write, run, job);
    return true;
  });
}

/** How many more jobs the account takes: what its connection says, else its farm. */
async function roomAt(ctx: Context, connectionId: string): Promise<number> {
  const connection = await readFarmConnection(ctx, connectionId);
  const { parallelJobs } = ctx.farms.open(connection).features.limits;
  if (parallelJobs === null) return Number.POSITIVE_INFINITY;
  const { live } = await ctx.db
    .selectFrom('jobs')
    .select((eb) => eb.fn.countAll<number>().as('live'))
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ON_DEVICE)
    .executeTakeFirstOrThrow();
  return Math.max(0, parallelJobs - Number(live));
}

/** A project's second job stands behind the first ones of all others; inside a project the oldest run is first. */
async function readWaiting(ctx: Context, connectionId: string): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    with live as (
      select runs.project_id, count(*) as jobs from jobs join runs on runs.id = jobs.run_id
      where jobs.connection_id = ${connectionId} and jobs.state in (${sql.join([...ON_DEVICE])})
      group by runs.project_id),
    waiting as (
      select jobs.id, runs.created_at, runs.project_id,
        row_number() over (partition by runs.project_id order by runs.created_at, jobs.position, jobs.id) as turn
      from jobs join runs on runs.id = jobs.run_id
      where jobs.connection_id = ${connectionId} and jobs.state = 'planned' and runs.state in ('queued', 'running'))
    select waiting.id from waiting left join live using (project_id)
    order by waiting.turn + coalesce(live.jobs, 0), waiting.created_at, waiting.id`.execute(ctx.db);
  return rows;
}

/** Those that have waited for a device longer than their run allows. */
async function endOverdue(ctx: Context, connectionId: string): Promise<void> {
  const overdue = await ctx.db
    .selectFrom('jobs')
    .innerJoin('runs', 'runs.id', 'jobs.run_id')
    .select('jobs.id')
    .where('jobs.connection_id', '=', connectionId)
    .where('jobs.state', '=', 'planned')
    .where('jobs.repeats', 'is', null)
    .where('runs.state', 'in', ['queued', 'running'])
    .where(sql<boolean>`runs.created_at + runs.queue_timeout_ms * interval '1 millisecond' < ${ctx.now()}`)
    .execute();
  for (const { id } of overdue) {
    await ctx.write(async (write) => {
      const { run, job } = await lockJob(write, id);
      if (job.state !== 'planned') return;
      const minutes = Math.round(run.queue_timeout_ms / 60_000);
      const reason = `No device of the farm account became free within ${minutes} minutes.`;
      await endJob(ctx, write, run, job, { outcome: 'timed_out', reason });
    });
  }
}

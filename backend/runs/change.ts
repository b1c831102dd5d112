/**
 * Changes of a run's and a job's state. Each locks the run's row first, writes an event that followers see, and asks for
 * the check to be posted again: all in the caller's transaction.
 */
import type { Selectable } from 'kysely';
import type { Context, Write } from '../context.ts';
import type { JobState, RunState } from '../contract/terms.ts';
import type { TenantTables } from '../db/tenant-tables.ts';
import { endRunHandles } from '../tokens/end-handles.ts';
import { wantAccount } from './account.ts';

export type RunRow = Selectable<TenantTables['runs']>;
export type JobRow = Selectable<TenantTables['jobs']>;

/** Locks a run: every change of it and its jobs happens one after the other. */
export async function lockRun({ tx }: Pick<Write, 'tx'>, runId: string): Promise<RunRow> {
  return tx.selectFrom('runs').selectAll().where('id', '=', runId).forUpdate().executeTakeFirstOrThrow();
}

/** Locks a job's run and then reads the job, so that locks are always taken in this order. */
export async function lockJob(write: Pick<Write, 'tx'>, jobId: string): Promise<{ run: RunRow; job: JobRow }> {
  const { run_id: runId } = await write.tx
    .selectFrom('jobs')
    .select('run_id')
    .where('id', '=', jobId)
    .executeTakeFirstOrThrow();
  const run = await lockRun(write, runId);
  const job = await write.tx.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow();
  return { run, job };
}

/** The changes of state that a run may make; none leads out of `finished`. */
const RUN_MOVES: Record<RunState, readonly RunState[]> = {
  planned: ['queued', 'cancelling', 'finished'],
  queued: ['running', 'cancelling', 'finished'],
  running: ['cancelling', 'finished'],
  cancelling: ['finished'],
  finished: [],
};

const JOB_MOVES: Record<JobState, readonly JobState[]> = {
  planned: ['starting', 'finished'],
  starting: ['queued', 'cancelling', 'finished'],
  queued: ['running', 'cancelling', 'collecting', 'finished'],
  running: ['cancelling', 'collecting', 'finished'],
  cancelling: ['collecting', 'finished'],
  collecting: ['finished'],
  finished: [],
};

type RunPatch = Partial<
  Pick<
    RunRow,
    | 'verdict'
    | 'exit_code'
    | 'conclusion'
    | 'attention'
    | 'started_at'
    | 'finished_at'
    | 'cancel_requested_at'
    | 'base_run_id'
  >
> & {
  counts?: string;
};

/** @throws Error for a move that the table does not have: a fault of this program */
export async function changeRun(
  ctx: Context,
  write: Write,
  run: RunRow,
  state: RunState,
  patch: RunPatch = {},
): Promise<RunRow> {
  if (!RUN_MOVES[run.state].includes(state)) throw new Error(`a run does not go from ${run.state} to ${state}`);
  const changed = await write.tx
    .updateTable('runs')
    .set({ ...patch, state })
    .where('id', '=', run.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(ctx, write, changed, null);
  if (state === 'finished') await endRunHandles(ctx, write.tx, run.id);
  await wantCheck(write, run.id);
  return changed;
}

type JobPatch = Partial<
  Pick<
    JobRow,
    | 'external_id'
    | 'outcome'
    | 'verdict'
    | 'sealed_reason'
    | 'expected_tests'
    | 'device_ms'
    | 'failed_calls'
    | 'queued_at'
    | 'started_at'
    | 'last_seen_at'
    | 'finished_at'
    | 'next_poll_at'
  >
>;

/** @throws Error for a move that the table does not have: a fault of this program */
export async function changeJob(
  ctx: Context,
  write: Write,
  run: RunRow,
  job: JobRow,
  state: JobState,
  patch: JobPatch = {},
): Promise<JobRow> {
  if (!JOB_MOVES[job.state].includes(state)) throw new Error(`a job does not go from ${job.state} to ${state}`);
  const changed = await write.tx
    .updateTable('jobs')
    .set({ ...patch, state })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(ctx, write, run, changed);
  if (state === 'finished') await wantCheck(write, run.id);
  if (ON_DEVICE.includes(job.state) && !ON_DEVICE.includes(state)) await letNextBegin(ctx, write, job.connection_id);
  return changed;
}

/** The farm has it, and is asked how it stands. */
export const OBSERVED: readonly JobState[] = ['queued', 'running', 'cancelling'];
/** What takes a place of the farm account. */
export const ON_DEVICE: readonly JobState[] = ['starting', ...OBSERVED];

/** A job that waits is told of the free place; one that is planned at this moment asks for itself. */
async function letNextBegin(ctx: Context, write: Write, connectionId: string): Promise<void> {
  const { tx } = write;
  // Where jobs are counted over all farms, a place here is one elsewhere.
  const isShared = await tx.selectFrom('limits').select('value').where('name', '=', 'jobsAtOnce').executeTakeFirst();
  const waiting = await tx
    .selectFrom('jobs')
    .select('connection_id')
    .distinct()
    .where('state', '=', 'planned')
    .$if(!isShared, (query) => query.where('connection_id', '=', connectionId))
    // In one order: two at once must not wait for each other.
    .orderBy('connection_id')
    .execute();
  for (const { connection_id: id } of waiting) await wantAccount(ctx, write, 'admit_at', id, ctx.now());
}

async function recordEvent(ctx: Context, { tx }: Write, run: RunRow, job: JobRow | null): Promise<void> {
  const { last_event: number } = await tx
    .updateTable('runs')
    .set((eb) => ({ last_event: eb('last_event', '+', 1) }))
    .where('id', '=', run.id)
    .returning('last_event')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('run_events')
    .values({
      run_id: run.id,
      number,
      state: run.state,
      verdict: run.verdict,
      job_id: job?.id ?? null,
      job_state: job?.state ?? null,
      job_verdict: job?.verdict ?? null,
      at: ctx.now(),
    })
    .execute();
}

/** Asks for the run's check to be posted again; a check that shows a newer run is left alone. */
export async function wantCheck({ tx, enqueue }: Write, runId: string): Promise<void> {
  const checks = await tx
    .updateTable('checks')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('run_id', '=', runId)
    .returning('id')
    .execute();
  for (const check of checks) await enqueue('reports.post-check', { checkId: check.id });
}

/** Follows a run: its changes by number, from any point, until it is finished. */
import type { Context } from '../context.ts';
import type { RunChange } from '../contract/runs.ts';
import { requireOperation } from '../tokens/permissions.ts';
import type { RunRow } from './change.ts';
import { findRun } from './read.ts';
import { openDevice } from './sealed.ts';

const BATCH = 200;

type Changes = {
  changes: { number: number; change: RunChange }[];
  /** The run is finished, and no change follows these. */
  isEnd: boolean;
};

/**
 * Changes after a number; none when there are none yet.
 * @throws DevicelaneError `not_found`
 */
export async function readChanges({
  ctx,
  input,
}: {
  ctx: Context;
  input: { runId: string; after: number };
}): Promise<Changes> {
  requireOperation(ctx, 'run:read');
  const run = await findRun(ctx, input.runId);
  if (run.cancel_when_lost) await keepFollowed(ctx, run);
  const rows = await ctx.db
    .selectFrom('run_events')
    .leftJoin('jobs', 'jobs.id', 'run_events.job_id')
    .selectAll('run_events')
    .select(['jobs.sealed_device', 'jobs.repeats'])
    .where('run_events.run_id', '=', run.id)
    .where('run_events.number', '>', input.after)
    .orderBy('run_events.number')
    .limit(BATCH)
    .execute();
  const changes = await Promise.all(
    rows.map(async (row) => ({
      number: row.number,
      change: {
        state: row.state,
        verdict: row.verdict,
        job:
          row.job_id && row.job_state && row.sealed_device
            ? {
                jobId: row.repeats ?? row.job_id,
                state: row.job_state,
                verdict: row.job_verdict,
                ...pickNames(await openDevice(ctx, run.id, row.job_id, row.sealed_device)),
              }
            : null,
        at: row.at.toISOString(),
      },
    })),
  );
  return { changes, isEnd: run.state === 'finished' && rows.length < BATCH };
}

const FOLLOWED_EVERY_MS = 15_000;

/** A CI job that reads its run's changes is not lost. */
async function keepFollowed(ctx: Context, run: RunRow): Promise<void> {
  const now = ctx.now();
  if (ctx.actor.kind !== 'capability') return;
  if (run.followed_at && now.getTime() - run.followed_at.getTime() < FOLLOWED_EVERY_MS) return;
  await ctx.db.updateTable('runs').set({ followed_at: now }).where('id', '=', run.id).execute();
}

const pickNames = ({ farm, label }: { farm: string; label: string }) => ({ farm, device: label });

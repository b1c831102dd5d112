/** Keeps how long a project's tests take, all of their history in one number each. */
import { sql } from 'kysely';
import type { Context, Write } from '../context.ts';
import type { FarmTest } from '../farms/port.ts';
import type { RunRow } from '../runs/change.ts';

/** What a new time counts against all earlier ones. */
const NEWEST_WEIGHT = 0.2;
/** Rows in one statement. */
const BATCH = 1000;

type Run = Pick<RunRow, 'project_id' | 'name_digest'>;

/** In the transaction that stores the results. Only what passed tells how long a test takes. */
export async function keepTimings(
  ctx: Context,
  { tx }: Write,
  run: Run,
  tests: readonly FarmTest[],
  keys: readonly Buffer[],
): Promise<void> {
  const times = new Map<string, number | null>();
  for (const [index, { outcome, durationMs }] of tests.entries()) {
    const key = keys[index]!.toString('hex');
    if (outcome === 'passed') times.set(key, durationMs);
    else if (!times.has(key)) times.set(key, null);
  }
  const rows = [...times]
    // Always in one order: two jobs at once must not wait for each other.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, ms]) => ({
      project_id: run.project_id,
      name_digest: run.name_digest,
      test_key: Buffer.from(key, 'hex'),
      mean_ms: ms,
      seen_at: ctx.now(),
    }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await tx
      .insertInto('test_timings')
      .values(rows.slice(start, start + BATCH))
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'name_digest', 'test_key']).doUpdateSet({
          seen_at: sql`excluded.seen_at`,
          mean_ms: sql`coalesce(
            test_timings.mean_ms + ${NEWEST_WEIGHT} * (excluded.mean_ms - test_timings.mean_ms),
            excluded.mean_ms, test_timings.mean_ms)`,
        }),
      )
      .execute();
  }
}

/** Reads how long the tests of a suite take, by class: what shards are made of. */
import type { Context } from '../context.ts';

/** Tests that no run has seen for so long are gone. */
const SEEN_WITHIN_MS = 30 * 86_400_000;

export type ClassTiming = { suite: string; ms: number };

/**
 * The classes of the suite's tests with the milliseconds that each takes. A test that has never passed takes the median of
 * its class, in a class where none has, that of all.
 */
export async function readTimings(ctx: Context, projectId: string, nameDigest: Buffer): Promise<ClassTiming[]> {
  const rows = await ctx.db
    .selectFrom('test_timings')
    .innerJoin('tests', (join) =>
      join
        .onRef('tests.project_id', '=', 'test_timings.project_id')
        .onRef('tests.test_key', '=', 'test_timings.test_key'),
    )
    .select(['test_timings.test_key', 'mean_ms', 'sealed_name'])
    .where('test_timings.project_id', '=', projectId)
    .where('name_digest', '=', nameDigest)
    .where('seen_at', '>', new Date(ctx.now().getTime() - SEEN_WITHIN_MS))
    .execute();
  const tests = await Promise.all(
    rows.map(async ({ test_key, mean_ms: ms, sealed_name }) => {
      const opened = await ctx.keys.open(projectId, `tests.sealed_name|${test_key.toString('hex')}`, sealed_name);
      const [suite] = JSON.parse(opened.toString('utf8')) as [string, string];
      return { suite, ms };
    }),
  );
  const known = (all: readonly { ms: number | null }[]): number[] => all.flatMap(({ ms }) => ms ?? []);
  const overall = median(known(tests));
  if (overall === null) return [];
  return [...Map.groupBy(tests, ({ suite }) => suite)].map(([suite, all]) => {
    const typical = median(known(all)) ?? overall;
    return { suite, ms: all.reduce((sum, { ms }) => sum + (ms ?? typical), 0) };
  });
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

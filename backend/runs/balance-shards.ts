/** Spreads classes of tests over shards so that all end at about the same time. Pure. */
import type { ClassTiming } from '../results/read-timings.ts';
import type { Selection } from './sealed.ts';

/** What a shard should take: shorter ones cost more in devices that start than they save. */
const SHARD_MS = 5 * 60_000;
const MAX_SHARDS = 20;

/** How many shards these tests are worth. */
export function shardsWorth(timings: readonly ClassTiming[], parallel: number | null): number {
  const total = timings.reduce((sum, { ms }) => sum + ms, 0);
  return Math.max(1, Math.min(Math.ceil(total / SHARD_MS), parallel ?? MAX_SHARDS, MAX_SHARDS));
}

/**
 * The longest first, each to the shard that has least so far. The last shard runs all that no other one names, so that a
 * class which nobody has timed yet runs, and runs once.
 *
 * @param timings of classes that are there; one that is not would be named in vain
 * @returns null where that makes fewer than two shards
 */
export function balanceShards(timings: readonly ClassTiming[], count: number): Selection[] | null {
  const used = Math.min(count, timings.length);
  if (used < 2) return null;
  const shards = Array.from({ length: used }, () => ({ ms: 0, suites: [] as string[] }));
  for (const { suite, ms } of [...timings].sort((a, b) => b.ms - a.ms || (a.suite < b.suite ? -1 : 1))) {
    const least = shards.reduce((best, shard) => (shard.ms < best.ms ? shard : best));
    least.suites.push(suite);
    least.ms += ms;
  }
  shards.sort((a, b) => b.ms - a.ms);
  const classes = (suites: readonly string[]) => suites.map((suite) => ({ suite, name: null }));
  return shards.map((shard, index) =>
    index < used - 1
      ? { only: classes(shard.suites), except: [] }
      : { only: null, except: classes(shards.slice(0, -1).flatMap(({ suites }) => suites)) },
  );
}

/** Plans the shards of a run on one farm: how many, and where past timings tell, which tests in each. */
import type { Context } from '../context.ts';
import type { StartRun } from '../contract/runs.ts';
import type { Framework } from '../contract/terms.ts';
import { DevicelaneError } from '../errors.ts';
import type { FarmFeatures } from '../farms/port.ts';
import type { ClassTiming } from '../results/read-timings.ts';
import { readTestClasses } from '../uploads/test-classes.ts';
import { balanceShards, shardsWorth } from './balance-shards.ts';
import type { Selection } from './sealed.ts';

export type PlannedShard = { shard: { index: number; count: number }; selection: Selection | null };

const WHOLE: PlannedShard[] = [{ shard: { index: 0, count: 1 }, selection: null }];

/** @param readTimings of this suite's earlier runs; asked only where they matter */
export async function planShards(
  ctx: Context,
  features: FarmFeatures,
  framework: Framework,
  request: Pick<StartRun, 'shards' | 'artifacts'>,
  readTimings: () => Promise<readonly ClassTiming[]>,
): Promise<PlannedShard[]> {
  if (!features.sharded.includes(framework) || request.shards === 1) return WHOLE;
  const isBalanced = features.filter.includes(framework) && features.excludes && framework === 'instrumentation';
  const timings = request.shards === 'auto' || isBalanced ? await readTimings() : [];
  const { parallelJobs, maxShards } = features.limits;
  const worth = () => Math.min(shardsWorth(timings, parallelJobs), maxShards ?? Number.POSITIVE_INFINITY);
  const count = request.shards === 'auto' ? worth() : request.shards;
  if (count === 1) return WHOLE;
  // The farm spreads one job itself, and sees what its devices do.
  if (features.shards === 'server') return [{ shard: { index: 0, count }, selection: null }];
  const selections = balanceShards(await stillThere(ctx, request, isBalanced ? timings : []), count);
  const used = selections?.length ?? count;
  return Array.from({ length: used }, (_, index) => ({
    shard: { index, count: used },
    selection: selections?.[index] ?? null,
  }));
}

/** Of the classes those that this build's tests define: a runner fails where it is given one that is not there. */
async function stillThere(
  ctx: Context,
  { artifacts }: Pick<StartRun, 'artifacts'>,
  timings: readonly ClassTiming[],
): Promise<ClassTiming[]> {
  const tests = artifacts.find(({ role }) => role === 'tests');
  if (!tests || timings.length === 0) return [];
  try {
    const defined = new Set(await readTestClasses(ctx, tests.artifactId));
    return timings.filter(({ suite }) => defined.has(suite));
  } catch (error) {
    // Shards of equal numbers need no names.
    if (error instanceof DevicelaneError && error.code === 'invalid_artifact') return [];
    throw error;
  }
}

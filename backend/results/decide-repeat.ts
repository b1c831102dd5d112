/** Decides, as a job's results are stored, whether it is tried again: its failed tests, or all of it where the farm broke. */
import type { Context, Write } from '../context.ts';
import type { FarmFeatures, FarmTest, TestName } from '../farms/port.ts';
import type { JobRow, RunRow } from '../runs/change.ts';
import { repeatJob } from '../runs/repeat-job.ts';
import { openPlan, openSelection } from '../runs/sealed.ts';
import { mergeTries } from './merge-tries.ts';
import { readTries } from './read-tries.ts';
import { finalOutcome } from './test-outcome.ts';

/** Of each job, beside the attempts that its tests have: a farm that breaks is not the tests' fault. */
const INFRASTRUCTURE_REPEATS = 2;
/** More failures than this are no flaky tests. */
const MAX_FAILED_TESTS = 200;

type Collected = {
  features: FarmFeatures;
  tests: readonly FarmTest[];
  /** Keyed ids of the tests, in their order. */
  keys: readonly Buffer[];
};

/**
 * In the transaction that stores the job's results, with its run locked.
 * @param job finished, with its results stored
 * @returns whether another try of it was begun
 */
export async function decideRepeat(
  ctx: Context,
  write: Write,
  run: RunRow,
  job: JobRow,
  collected: Collected,
): Promise<boolean> {
  if (run.cancel_requested_at || run.state === 'cancelling' || run.state === 'finished') return false;
  const { retries = 0, framework } = await openPlan(ctx, run.id, run.sealed_plan!);
  const { features } = collected;
  const mayRepeat =
    job.outcome === 'errored' || (retries > 0 && features.filter.includes(framework) && !features.retries);
  if (!mayRepeat) return false;
  const [tries] = await readTries(write.tx, run.id, { only: job.repeats ?? job.id });
  if (!tries) return false;
  const { first, all } = tries;
  const used = (reason: JobRow['repeat_reason']): number =>
    all.filter((each) => each.job.repeat_reason === reason).length;
  const number = all.length;
  if (job.outcome === 'errored') {
    if (used('infrastructure') >= INFRASTRUCTURE_REPEATS) return false;
    const selection = job.sealed_selection && (await openSelection(ctx, run.id, job.id, job.sealed_selection));
    await repeatJob(ctx, write, run, first, { reason: 'infrastructure', number, selection });
    return true;
  }
  if (used('failed_tests') >= retries) return false;
  const merged = mergeTries(
    all.map((each) => each.tried),
    (outcome) => outcome,
  );
  if (merged.outcome !== 'completed') return false;
  const failed = new Set(
    merged.tests.filter((test) => finalOutcome(test.attempts) === 'failed').map((test) => test.key),
  );
  if (failed.size === 0 || failed.size > MAX_FAILED_TESTS) return false;
  const only = namesOf(collected, failed);
  if (only.length === 0) return false;
  await repeatJob(ctx, write, run, first, { reason: 'failed_tests', number, selection: { only, except: [] } });
  return true;
}

/** As the farm knows them: a number that tells one of several of the same name apart is ours. */
function namesOf({ tests, keys }: Collected, failed: ReadonlySet<string>): TestName[] {
  const names = new Map<string, TestName>();
  for (const [index, { suite, name }] of tests.entries()) {
    if (!failed.has(keys[index]!.toString('hex'))) continue;
    const known = { suite, name: name.replace(/ #\d+$/, '') };
    names.set(JSON.stringify(known), known);
  }
  return [...names.values()];
}

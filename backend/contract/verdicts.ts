/**
 * The table of verdicts: what a run's outcome means for CI and for the check on the pull request.
 *
 * `failed` has two rows, since a failure that the base run has too does not block by default. Rows stand from worst to
 * best: the worst of several jobs is the run's.
 */
import * as z from 'zod/mini';
import type { FailOn } from './terms.ts';

export const VERDICTS = [
  'invalid',
  'errored',
  'incomplete',
  'timed_out',
  'failed',
  'cancelled',
  'skipped',
  'flaky',
  'passed',
] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;

export type Conclusion = 'success' | 'failure' | 'neutral' | 'timed_out' | 'cancelled';

export type VerdictRow = {
  verdict: Verdict;
  /** Whether some failure is one that the base run does not have; null where the question does not arise. */
  somethingNew: boolean | null;
  when: string;
  exitCode: Record<FailOn, number>;
  conclusion: Record<FailOn, Conclusion>;
};

const always = (exitCode: number): Record<FailOn, number> => ({ new: exitCode, any: exitCode, never: exitCode });
/** `fail-on: never` turns every conclusion that is not success into neutral. */
const concludes = (conclusion: Conclusion): Record<FailOn, Conclusion> => ({
  new: conclusion,
  any: conclusion,
  never: conclusion === 'success' ? 'success' : 'neutral',
});

export const VERDICT_TABLE: readonly VerdictRow[] = [
  {
    verdict: 'invalid',
    somethingNew: null,
    when: 'the farm refuses the files or the configuration',
    exitCode: always(3),
    conclusion: concludes('failure'),
  },
  {
    verdict: 'errored',
    somethingNew: null,
    when: 'the farm or the backend broke, after its own retries',
    exitCode: always(4),
    conclusion: concludes('failure'),
  },
  {
    verdict: 'incomplete',
    somethingNew: null,
    when: 'what came back does not add up to what was expected',
    exitCode: always(1),
    conclusion: concludes('failure'),
  },
  {
    verdict: 'timed_out',
    somethingNew: null,
    when: 'a bound was reached',
    exitCode: always(1),
    conclusion: concludes('timed_out'),
  },
  {
    verdict: 'failed',
    somethingNew: true,
    when: 'a failure that the base run does not have, or there is no finished base run',
    exitCode: { new: 1, any: 1, never: 0 },
    conclusion: concludes('failure'),
  },
  {
    verdict: 'failed',
    somethingNew: false,
    when: 'the base run fails the same tests on the same devices',
    exitCode: { new: 0, any: 1, never: 0 },
    conclusion: { new: 'neutral', any: 'failure', never: 'neutral' },
  },
  {
    verdict: 'cancelled',
    somethingNew: null,
    when: 'somebody or something stopped it',
    exitCode: always(130),
    conclusion: concludes('cancelled'),
  },
  {
    verdict: 'skipped',
    somethingNew: null,
    when: 'no test or no device',
    exitCode: always(1),
    conclusion: concludes('failure'),
  },
  {
    verdict: 'flaky',
    somethingNew: null,
    when: 'failures that passed in another attempt, none left',
    exitCode: always(0),
    conclusion: concludes('success'),
  },
  {
    verdict: 'passed',
    somethingNew: null,
    when: 'every expected test ran and passed',
    exitCode: always(0),
    conclusion: concludes('success'),
  },
];

/** The row for a verdict; `newFailures` tells the two rows of `failed` apart. */
export function verdictRow(verdict: Verdict, newFailures: number): VerdictRow {
  const row = VERDICT_TABLE.find(
    (candidate) =>
      candidate.verdict === verdict && (candidate.somethingNew === null || candidate.somethingNew === newFailures > 0),
  );
  if (!row) throw new RangeError(`no row for the verdict ${verdict}`);
  return row;
}

/** The worst of several verdicts; null of none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict | null {
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? null;
}

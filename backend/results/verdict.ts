/**
 * Decides what the outcome of a run means: the verdict of each job and of the run, what CI exits with, and how the check
 * concludes. Pure: the table of `contract/verdicts.ts` is the law, and nothing here is green by accident.
 */
import type { Counts } from '../contract/runs.ts';
import type { FailOn, TestOutcome } from '../contract/terms.ts';
import {
  type Conclusion,
  VERDICTS,
  type Verdict,
  type VerdictRow,
  verdictRow,
  worstVerdict,
} from '../contract/verdicts.ts';
import { finalOutcome } from './test-outcome.ts';

/** One test on one device, with its attempts in order. */
export type TestAttempts = { key: string; device: string; attempts: readonly TestOutcome[] };

export type JobOutcome = {
  jobId: string;
  /** How the farm says that it ended. */
  outcome: 'completed' | 'errored' | 'timed_out' | 'cancelled' | 'invalid';
  /** How many tests the farm said it would run; null where it does not say. */
  expected: number | null;
  tests: readonly TestAttempts[];
};

export type RunOutcome = {
  jobs: readonly JobOutcome[];
  /** What the finished base run failed, as `key@device`; null when there is no finished base run. */
  base: { failures: ReadonlySet<string> } | null;
  failOn: FailOn;
};

export type Decision = {
  verdict: Verdict;
  counts: Counts;
  jobs: { jobId: string; verdict: Verdict; counts: Counts }[];
  exitCode: number;
  conclusion: Conclusion;
  /** `key@device` of each failure that the base run does not have; sorted, each once. */
  newFailures: string[];
};

/** The name by which a failure is compared with the base run: the same test on the same device. */
export function failureKey(test: { key: string; device: string }): string {
  return `${test.key}@${test.device}`;
}

export function decideVerdict({ jobs, base, failOn }: RunOutcome): Decision {
  const newFailures = new Set<string>();
  const decided = jobs.map((job) => {
    const counts = countTests(job.tests, base, newFailures);
    return { jobId: job.jobId, verdict: jobVerdict(job, counts), counts };
  });
  const counts = sumCounts(decided.map((job) => job.counts));
  // Without a job there was no device.
  const verdict = worstVerdict(decided.map((job) => job.verdict)) ?? 'skipped';
  const verdicts = decided.map((job) => job.verdict);
  const row = decidingRow(verdict, verdicts, counts.newFailures, failOn);
  return {
    verdict,
    counts,
    jobs: decided,
    exitCode: row.exitCode[failOn],
    conclusion: row.conclusion[failOn],
    newFailures: [...newFailures].sort(),
  };
}

function jobVerdict(job: JobOutcome, counts: Counts): Verdict {
  // A job that did not complete proves nothing by what it did report; its failures are still counted.
  if (job.outcome !== 'completed') return job.outcome;
  if (job.expected !== null && counts.total < job.expected) return 'incomplete';
  if (counts.failed > 0) return 'failed';
  if (counts.flaky > 0) return 'flaky';
  // Tests that were all skipped have shown as little as no test.
  return counts.passed > 0 ? 'passed' : 'skipped';
}

/**
 * The row that CI obeys: that of the run's verdict, unless that row lets CI pass (known failures, or `fail-on: never`)
 * while another job's does not. A cancelled or empty job must not hide behind failures that are known already.
 */
function decidingRow(
  verdict: Verdict,
  jobVerdicts: readonly Verdict[],
  newFailures: number,
  failOn: FailOn,
): VerdictRow {
  const own = verdictRow(verdict, newFailures);
  const rows = VERDICTS.filter((each) => jobVerdicts.includes(each)).map((each) => verdictRow(each, newFailures));
  return rows.find((row) => row.exitCode[failOn] !== 0) ?? own;
}

function countTests(tests: readonly TestAttempts[], base: RunOutcome['base'], newFailures: Set<string>): Counts {
  const counts: Counts = { total: 0, passed: 0, failed: 0, newFailures: 0, flaky: 0, skipped: 0 };
  for (const test of tests) {
    const outcome = finalOutcome(test.attempts);
    if (outcome === null) continue;
    counts.total += 1;
    counts[outcome] += 1;
    if (outcome === 'failed' && !base?.failures.has(failureKey(test))) {
      counts.newFailures += 1;
      newFailures.add(failureKey(test));
    }
  }
  return counts;
}

function sumCounts(all: readonly Counts[]): Counts {
  const sum: Counts = { total: 0, passed: 0, failed: 0, newFailures: 0, flaky: 0, skipped: 0 };
  for (const counts of all) {
    for (const field of Object.keys(sum) as (keyof Counts)[]) sum[field] += counts[field];
  }
  return sum;
}

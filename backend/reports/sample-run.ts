/** A run as a check is composed from, for tests. */
import type { TestResult } from '../contract/results.ts';
import type { JobView, RunView } from '../contract/runs.ts';

export const counts = { total: 12, passed: 10, failed: 1, newFailures: 1, flaky: 1, skipped: 0 };

export function job(more: Partial<JobView> = {}): JobView {
  return {
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    shard: { index: 0, count: 1 },
    state: 'finished',
    verdict: 'failed',
    counts,
    reason: null,
    tries: 1,
    consoleUrl: null,
    ...more,
  };
}

export function run(more: Partial<RunView> = {}): RunView {
  return {
    runId: 'run_1',
    name: 'Devicelane',
    state: 'finished',
    verdict: 'failed',
    exitCode: 1,
    title: '1 new failure, 10 passed on Pixel 8 (34)',
    attention: null,
    failOn: 'new',
    commit: { sha: 'a'.repeat(40), branch: 'feature', title: null },
    changeRequest: { number: 7, baseBranch: 'main' },
    counts,
    deviceMinutes: 12.34,
    jobs: [job()],
    artifacts: [],
    reportUrl: 'https://devicelane.example/runs/run_1',
    createdAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:14:05.000Z',
    ...more,
  };
}

export function failure(
  more: Partial<TestResult> = {},
  words: { message?: string | null; stack?: string | null } = {},
): TestResult {
  const { message = 'expected: <1> but was: <2>', stack = 'java.lang.AssertionError\n\tat Login.kt:7' } = words;
  return {
    suite: 'com.example.LoginTest',
    name: 'signsIn',
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    outcome: 'failed',
    isNew: true,
    attempts: [{ attempt: 1, outcome: 'failed', durationMs: 100, message, stack }],
    ...more,
  };
}

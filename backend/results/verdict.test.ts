import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FailOn, TestOutcome } from '../contract/terms.ts';
import { VERDICT_TABLE, VERDICTS, type Verdict } from '../contract/verdicts.ts';
import { decideVerdict, type JobOutcome, type RunOutcome } from './verdict.ts';

const FAIL_ON: FailOn[] = ['new', 'any', 'never'];
const nothingKnown = { failures: new Set<string>() };

function job(jobId: string, attempts: Record<string, TestOutcome[]>, more: Partial<JobOutcome> = {}): JobOutcome {
  const tests = Object.entries(attempts).map(([key, list]) => ({ key, device: 'Pixel 8', attempts: list }));
  return { jobId, outcome: 'completed', expected: null, tests, ...more };
}

/** A run for each row of the table. */
const EXAMPLES: { verdict: Verdict; somethingNew: boolean | null; run: Omit<RunOutcome, 'failOn'> }[] = [
  { verdict: 'invalid', somethingNew: null, run: { jobs: [job('a', {}, { outcome: 'invalid' })], base: null } },
  { verdict: 'errored', somethingNew: null, run: { jobs: [job('a', {}, { outcome: 'errored' })], base: null } },
  {
    verdict: 'incomplete',
    somethingNew: null,
    run: { jobs: [job('a', { t: ['passed'] }, { expected: 2 })], base: nothingKnown },
  },
  { verdict: 'timed_out', somethingNew: null, run: { jobs: [job('a', {}, { outcome: 'timed_out' })], base: null } },
  { verdict: 'failed', somethingNew: true, run: { jobs: [job('a', { t: ['failed'] })], base: nothingKnown } },
  {
    verdict: 'failed',
    somethingNew: false,
    run: { jobs: [job('a', { t: ['failed'] })], base: { failures: new Set(['t@Pixel 8']) } },
  },
  { verdict: 'cancelled', somethingNew: null, run: { jobs: [job('a', {}, { outcome: 'cancelled' })], base: null } },
  { verdict: 'skipped', somethingNew: null, run: { jobs: [job('a', {})], base: nothingKnown } },
  { verdict: 'flaky', somethingNew: null, run: { jobs: [job('a', { t: ['failed', 'passed'] })], base: nothingKnown } },
  {
    verdict: 'passed',
    somethingNew: null,
    run: { jobs: [job('a', { t: ['passed'] }, { expected: 1 })], base: nothingKnown },
  },
];

describe('the table of verdicts', () => {
  const cases = VERDICT_TABLE.flatMap((row) => FAIL_ON.map((failOn) => ({ ...row, failOn })));

  test.each(cases)('$verdict (new: $somethingNew), fail-on $failOn', (row) => {
    const example = EXAMPLES.find((each) => each.verdict === row.verdict && each.somethingNew === row.somethingNew);
    const decision = decideVerdict({ ...example!.run, failOn: row.failOn });
    expect(decision).toMatchObject({
      verdict: row.verdict,
      exitCode: row.exitCode[row.failOn],
      conclusion: row.conclusion[row.failOn],
    });
  });
});

describe('what is never green', () => {
  test.each([
    ['no job', []],
    ['no test', [job('a', {})]],
    ['only skipped tests', [job('a', { t: ['skipped'] })]],
    ['tests without an attempt', [job('a', { t: [] })]],
    ['one empty job beside one that passed', [job('a', {}), job('b', { t: ['passed'] })]],
  ])('%s is skipped', (_, jobs) => {
    expect(decideVerdict({ jobs, base: nothingKnown, failOn: 'new' })).toMatchObject({
      verdict: 'skipped',
      exitCode: 1,
      conclusion: 'failure',
    });
  });

  test('no test where some were expected is incomplete, and not only skipped', () => {
    const jobs = [job('a', {}, { expected: 3 })];
    expect(decideVerdict({ jobs, base: null, failOn: 'new' }).verdict).toBe('incomplete');
  });

  test('without a finished base run every failure is new', () => {
    const jobs = [job('a', { b: ['failed'], a: ['errored'] })];
    const decision = decideVerdict({ jobs, base: null, failOn: 'new' });
    expect(decision).toMatchObject({ verdict: 'failed', exitCode: 1, newFailures: ['a@Pixel 8', 'b@Pixel 8'] });
  });

  test('a known failure on another device is new', () => {
    const base = { failures: new Set(['t@Pixel 7']) };
    expect(decideVerdict({ jobs: [job('a', { t: ['failed'] })], base, failOn: 'new' }).exitCode).toBe(1);
  });

  test('what a cancelled job reported does not make it passed', () => {
    const jobs = [job('a', { t: ['passed'] }, { outcome: 'cancelled', expected: 1 })];
    expect(decideVerdict({ jobs, base: null, failOn: 'new' })).toMatchObject({ verdict: 'cancelled', exitCode: 130 });
  });

  test.each([
    ['cancelled', job('b', {}, { outcome: 'cancelled' }), 130, 'cancelled'],
    ['empty', job('b', {}), 1, 'failure'],
  ])('a job that is %s does not hide behind known failures', (_, other, exitCode, conclusion) => {
    const base = { failures: new Set(['t@Pixel 8']) };
    const decision = decideVerdict({ jobs: [job('a', { t: ['failed'] }), other], base, failOn: 'new' });
    expect(decision).toMatchObject({ verdict: 'failed', exitCode, conclusion });
  });
});

const outcome = fc.constantFrom<TestOutcome>('passed', 'failed', 'errored', 'skipped');
const aTest = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  device: fc.constantFrom('Pixel 8', 'Galaxy S23'),
  attempts: fc.array(outcome, { maxLength: 3 }),
});
const aJob = fc.record({
  jobId: fc.uuid(),
  outcome: fc.constantFrom<JobOutcome['outcome']>('completed', 'errored', 'timed_out', 'cancelled', 'invalid'),
  expected: fc.option(fc.nat(6)),
  tests: fc.array(aTest, { maxLength: 6 }),
});
const aRun = fc.record({
  jobs: fc.array(aJob, { maxLength: 4 }),
  base: fc.option(fc.constantFrom('a@Pixel 8', 'b@Galaxy S23').map((known) => ({ failures: new Set([known]) }))),
  failOn: fc.constantFrom<FailOn>(...FAIL_ON),
});
const badness = (verdict: Verdict): number => VERDICTS.length - VERDICTS.indexOf(verdict);

describe('any run', () => {
  test('is not made better by one more failure', () => {
    fc.assert(
      fc.property(aRun, fc.nat(), (run, at) => {
        fc.pre(run.jobs.length > 0);
        const before = decideVerdict(run);
        const target = at % run.jobs.length;
        const failure = { key: 'worse', device: 'Pixel 8', attempts: ['failed' as const] };
        // One more test is one more that was expected.
        const jobs = run.jobs.map((each, index) =>
          index === target
            ? { ...each, expected: each.expected === null ? null : each.expected + 1, tests: [...each.tests, failure] }
            : each,
        );
        const after = decideVerdict({ ...run, jobs });
        expect(badness(after.verdict)).toBeGreaterThanOrEqual(badness(before.verdict));
        expect(after.counts.failed).toBe(before.counts.failed + 1);
      }),
    );
  });

  test('has one verdict, whatever the order of its jobs and tests', () => {
    fc.assert(
      fc.property(aRun, (run) => {
        const reversed = run.jobs.map((each) => ({ ...each, tests: [...each.tests].reverse() })).reverse();
        const { jobs, ...one } = decideVerdict(run);
        const { jobs: otherJobs, ...other } = decideVerdict({ ...run, jobs: reversed });
        expect(other).toEqual(one);
        expect([...otherJobs].reverse()).toEqual(jobs);
      }),
    );
  });

  test('has counts that add up', () => {
    fc.assert(
      fc.property(aRun, (run) => {
        const { counts, jobs } = decideVerdict(run);
        for (const each of [counts, ...jobs.map((one) => one.counts)]) {
          expect(each.passed + each.failed + each.flaky + each.skipped).toBe(each.total);
          expect(each.newFailures).toBeLessThanOrEqual(each.failed);
        }
        for (const field of Object.keys(counts) as (keyof typeof counts)[]) {
          expect(jobs.reduce((sum, one) => sum + one.counts[field], 0)).toBe(counts[field]);
        }
      }),
    );
  });

  test('succeeds only when something passed and nothing is left that failed', () => {
    fc.assert(
      fc.property(aRun, (run) => {
        const { conclusion, counts, verdict } = decideVerdict(run);
        expect(conclusion === 'success').toBe(verdict === 'passed' || verdict === 'flaky');
        if (conclusion === 'success') expect([counts.passed + counts.flaky > 0, counts.failed]).toEqual([true, 0]);
      }),
    );
  });
});

import { expect, test } from '@jest/globals';
import type { TestResult } from '../../backend/contract/results.ts';
import type { RunView } from '../../backend/contract/runs.ts';
import { outcomeLines } from './outcome-lines.ts';

const run = { jobs: [] as Partial<RunView['jobs'][number]>[] } as RunView;
const failed = (name: string, isNew: boolean, message: string | null): TestResult => ({
  suite: 'SignInTest',
  name,
  jobId: 'job_1',
  farm: 'lab',
  device: 'Pixel 8 (34)',
  outcome: 'failed',
  isNew,
  attempts: [{ attempt: 1, outcome: 'failed', durationMs: 1, message, stack: null }],
});

test('farm pain 42: new failures stand before known ones, each with its device and the first line of its message', () => {
  expect(outcomeLines(run, [failed('old', false, null), failed('fresh', true, 'expected 1\n  got 2')])).toEqual([
    'new: SignInTest › fresh on Pixel 8 (34): expected 1',
    'known: SignInTest › old on Pixel 8 (34)',
  ]);
});

test('a job that broke off says why', () => {
  const job = { device: 'Pixel 8', farm: 'lab', reason: 'the farm refuses it\nbecause' } as RunView['jobs'][number];
  expect(outcomeLines({ ...run, jobs: [job] }, [])).toEqual(['Pixel 8 on lab: the farm refuses it']);
});

test('flaky tests are no failures, and a flood is cut', () => {
  const many = Array.from({ length: 500 }, (_, index) => failed(`t${index}${'x'.repeat(1_000)}`, true, null));
  const lines = outcomeLines(run, [{ ...failed('shaky', false, null), outcome: 'flaky' }, ...many]);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('… and 480 more failures, in the report');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(300);
  expect(lines.join()).not.toContain('shaky');
});

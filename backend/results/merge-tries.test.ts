import { describe, expect, test } from '@jest/globals';
import type { TestOutcome } from '../contract/terms.ts';
import { mergeTries, type Try } from './merge-tries.ts';

const tried = (changes: Partial<Try<TestOutcome>> & { results?: Record<string, TestOutcome[]> }): Try<TestOutcome> => {
  const { results = {}, ...more } = changes;
  const tests = Object.entries(results).map(([key, attempts]) => ({ key, attempts }));
  return { reason: null, outcome: 'completed', expected: null, tests, ...more };
};
const merge = (...tries: Try<TestOutcome>[]) => {
  const { tests, ...rest } = mergeTries(tries, (outcome) => outcome);
  return { ...rest, tests: Object.fromEntries(tests.map(({ key, attempts }) => [key, attempts])) };
};
const first = tried({ expected: 3, results: { a: ['passed'], b: ['failed'], c: ['failed'] } });

describe('the tries of a job', () => {
  test('pain 43: failed tests get more attempts, and nothing is counted twice', () => {
    const again = tried({ reason: 'failed_tests', expected: 2, results: { b: ['passed'], c: ['failed'] } });
    expect(merge(first, again)).toEqual({
      outcome: 'completed',
      expected: 3,
      tests: { a: ['passed'], b: ['failed', 'passed'], c: ['failed', 'failed'] },
    });
  });

  test('pain 9: what the farm ran unasked adds nothing, whatever came of it', () => {
    const again = tried({ reason: 'failed_tests', results: { a: ['failed'], b: ['passed'], d: ['passed'] } });
    expect(merge(first, again).tests).toEqual({ a: ['passed'], b: ['failed', 'passed'], c: ['failed'] });
  });

  test('pain 46: a try that the farm broke off counts for nothing once another stands in its place', () => {
    const broken = tried({ outcome: 'errored', results: { a: ['failed'] } });
    const again = { ...first, reason: 'infrastructure' } as const;
    expect(merge(broken, again)).toEqual(merge(first));
  });

  test('broken off itself, a try of failed tests is replaced, and the first stands', () => {
    const broken = tried({ reason: 'failed_tests', outcome: 'errored', results: { b: ['errored'] } });
    const again = tried({ reason: 'infrastructure', results: { b: ['passed'], c: ['passed'] } });
    expect(merge(first, broken, again).tests).toEqual({
      a: ['passed'],
      b: ['failed', 'passed'],
      c: ['failed', 'passed'],
    });
  });

  test('a try that broke off and found no successor leaves the failures as they were', () => {
    const broken = tried({ reason: 'failed_tests', outcome: 'errored' });
    expect(merge(first, broken)).toEqual(merge(first));
  });

  test('cancelled while it is tried again, the job is cancelled', () => {
    expect(merge(first, tried({ reason: 'failed_tests', outcome: 'cancelled' }))).toMatchObject({
      outcome: 'cancelled',
    });
  });
});

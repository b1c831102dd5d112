/**
 * What the tries of one job come to together. Pure: what was tried again because tests failed adds attempts to those tests
 * and to no other, and what was tried again because the farm broke takes the place of the try that broke.
 */
import type { TestOutcome } from '../contract/terms.ts';
import { finalOutcome } from './test-outcome.ts';

export type TriedTest<T> = { key: string; attempts: readonly T[] };

export type Try<T> = {
  /** Null of the first. */
  reason: 'failed_tests' | 'infrastructure' | null;
  outcome: 'completed' | 'errored' | 'timed_out' | 'cancelled' | 'invalid';
  expected: number | null;
  tests: readonly TriedTest<T>[];
};

export type MergedTries<T> = Pick<Try<T>, 'outcome' | 'expected' | 'tests'>;

/** @param tries in their order, the first one first; `outcomeOf` an attempt */
export function mergeTries<T>(tries: readonly Try<T>[], outcomeOf: (attempt: T) => TestOutcome): MergedTries<T> {
  const standing: Try<T>[] = [];
  for (const each of tries) {
    if (each.reason === 'infrastructure') standing.pop();
    standing.push(each);
  }
  const [first, ...again] = standing;
  if (!first) throw new Error('a job has one try at least');
  const tests = new Map(first.tests.map(({ key, attempts }) => [key, [...attempts]]));
  for (const { key, attempts } of again.flatMap((each) => each.tests)) {
    const earlier = tests.get(key);
    // A farm that runs more than it was asked for has shown nothing by it.
    if (earlier && finalOutcome(earlier.map(outcomeOf)) === 'failed') earlier.push(...attempts);
  }
  return {
    // Whoever stopped it has seen no end of it, whatever had failed before.
    outcome: again.some(({ outcome }) => outcome === 'cancelled') ? 'cancelled' : first.outcome,
    expected: first.expected,
    tests: [...tests].map(([key, attempts]) => ({ key, attempts })),
  };
}

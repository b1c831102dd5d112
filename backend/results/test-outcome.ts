import type { TestOutcome } from '../contract/terms.ts';

export type FinalOutcome = 'passed' | 'failed' | 'flaky' | 'skipped';

/**
 * How a test ended after all its attempts: `flaky` failed in one and passed in another. An errored attempt is a failed
 * one: the test did not show that the app works.
 * @returns null when there was no attempt
 */
export function finalOutcome(attempts: readonly TestOutcome[]): FinalOutcome | null {
  if (attempts.length === 0) return null;
  const failed = attempts.includes('failed') || attempts.includes('errored');
  const passed = attempts.includes('passed');
  if (failed) return passed ? 'flaky' : 'failed';
  return passed ? 'passed' : 'skipped';
}

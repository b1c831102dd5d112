/** What a farm may say: its answers are untrusted, so each text and list has a bound. */
import type { FarmResults, FarmTest } from '../farms/port.ts';

const MAX_TESTS = 200_000;
const MAX_NAME = 1_000;
const MAX_MESSAGE = 8_192;
const MAX_STACK = 32_768;
const MAX_ATTEMPT = 100;
/** What an integer column holds: 24 days. */
const MAX_DURATION_MS = 2_147_483_647;

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/**
 * Bounds what a farm reports. Tests that share a suite, a name and an attempt (parameterised ones do) are told apart by a
 * number, so that none takes the place of another and the count stays the farm's.
 * @throws RangeError when there are more tests than any job has
 */
export function boundResults(results: FarmResults): FarmTest[] {
  if (results.tests.length > MAX_TESTS) {
    throw new RangeError(`the farm reports more than ${MAX_TESTS} tests for one job`);
  }
  const seen = new Map<string, number>();
  return results.tests.map((test) => {
    const suite = cut(test.suite, MAX_NAME);
    const name = cut(test.name, MAX_NAME);
    const attempt = Math.min(MAX_ATTEMPT, Math.max(1, Math.trunc(test.attempt) || 1));
    const key = JSON.stringify([suite, name, attempt]);
    const repeated = (seen.get(key) ?? 0) + 1;
    seen.set(key, repeated);
    return {
      suite,
      name: repeated === 1 ? name : `${name} #${repeated}`,
      attempt,
      outcome: test.outcome,
      durationMs: Math.min(MAX_DURATION_MS, Math.max(0, Math.round(test.durationMs) || 0)),
      message: test.message === null ? null : cut(test.message, MAX_MESSAGE),
      stack: test.stack === null ? null : cut(test.stack, MAX_STACK),
    };
  });
}

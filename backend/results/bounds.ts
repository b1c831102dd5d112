/** What a farm may say: its answers are untrusted, so each text and list has a bound. */
import type { FarmResults, FarmTest } from '../farms/port.ts';

const MAX_TESTS = 200_000;
const MAX_NAME = 1_000;
const MAX_MESSAGE = 8_192;
const MAX_STACK = 32_768;

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** @throws RangeError when there are more tests than any job has */
export function boundResults(results: FarmResults): FarmTest[] {
  if (results.tests.length > MAX_TESTS)
    throw new RangeError(`the farm reports more than ${MAX_TESTS} tests for one job`);
  return results.tests.map((test) => ({
    suite: cut(test.suite, MAX_NAME),
    name: cut(test.name, MAX_NAME),
    attempt: Math.max(1, Math.trunc(test.attempt)),
    outcome: test.outcome,
    durationMs: Math.min(2_147_483_647, Math.max(0, Math.round(test.durationMs) || 0)),
    message: test.message === null ? null : cut(test.message, MAX_MESSAGE),
    stack: test.stack === null ? null : cut(test.stack, MAX_STACK),
  }));
}

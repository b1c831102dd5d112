import { expect, test } from '@jest/globals';
import type { FarmTest } from '../farms/port.ts';
import { boundResults } from './bounds.ts';

const one: FarmTest = {
  suite: 'SignInTest',
  name: 'accepts[0]',
  attempt: 1,
  outcome: 'passed',
  durationMs: 12,
  message: null,
  stack: null,
};
const bound = (...tests: FarmTest[]) => boundResults({ expected: null, tests, evidence: [] });

test('tests of one name stay apart, and attempts of one test stay together', () => {
  const names = bound(one, { ...one, outcome: 'failed' }, { ...one, attempt: 2 }).map(({ name, attempt }) => [
    name,
    attempt,
  ]);
  expect(names).toEqual([
    ['accepts[0]', 1],
    ['accepts[0] #2', 1],
    ['accepts[0]', 2],
  ]);
});

test('texts and numbers from a farm have bounds', () => {
  const [test] = bound({
    ...one,
    name: 'n'.repeat(5_000),
    attempt: Number.NaN,
    durationMs: -1,
    message: 'm'.repeat(100_000),
    stack: 's'.repeat(100_000),
  });
  expect(test).toMatchObject({ attempt: 1, durationMs: 0 });
  expect([test?.name.length, test?.message?.length, test?.stack?.length]).toEqual([1_000, 8_192, 32_768]);
  expect(bound({ ...one, durationMs: Number.POSITIVE_INFINITY })[0]?.durationMs).toBe(2_147_483_647);
});

test('more tests than any job has are refused', () => {
  const many = Array.from({ length: 200_001 }, () => one);
  expect(() => bound(...many)).toThrow(RangeError);
});

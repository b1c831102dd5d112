import { describe, expect, test } from '@jest/globals';
import { deflatingPays, differencePays } from './costs.ts';

const MB = 1e6;

describe('a difference', () => {
  test.each([
    ['whatever it saves, where the speed is not known', 18 * MB, 17.9 * MB, null, true],
    ['that saves nearly all, on a slow line', 18 * MB, 0.3 * MB, 6 * MB, true],
    ['that saves nearly all, on a quick line', 18 * MB, 0.3 * MB, 120 * MB, true],
    ['that saves half, on a slow line', 18 * MB, 9 * MB, 6 * MB, true],
    ['that saves half, on a quick line', 18 * MB, 9 * MB, 120 * MB, false],
    ['that saves nothing, on a slow line', 18 * MB, 18 * MB, 6 * MB, false],
  ])('%s', (_, size, asItIs, rate, pays) => {
    expect(differencePays(size, asItIs, rate)).toBe(pays);
  });
});

test('an entry is deflated again where sending what that saves takes longer', () => {
  expect(deflatingPays(2 * MB, 5 * MB, null)).toBe(true);
  expect(deflatingPays(2 * MB, 5 * MB, 1 * MB)).toBe(true);
  expect(deflatingPays(2 * MB, 5 * MB, 100 * MB)).toBe(false);
  expect(deflatingPays(0, 5 * MB, 1 * MB)).toBe(false);
});

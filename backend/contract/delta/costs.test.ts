import { describe, expect, test } from '@jest/globals';
import { deflatingPays, differencePays } from './costs.ts';
import type { DeflateWay } from './deflate-again.ts';

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

test.each<[string, number, number, DeflateWay['maker'], number | null, boolean]>([
  ['whatever it saves, where the speed is not known', 2 * MB, 9, 'zlib', null, true],
  ['that saves much on a slow line', 2 * MB, 9, 'zlib', 1 * MB, true],
  ['of a quick level on a middling line', 2 * MB, 1, 'zlib', 6 * MB, true],
  ['of a slow level on the same line', 2 * MB, 9, 'zlib', 6 * MB, false],
  ['of a level that pays just so', 2 * MB, 6, 'zlib', 4 * MB, true],
  ['of that level as Info-ZIP does it', 2 * MB, 6, 'infoZip', 4 * MB, false],
  ['of a quick level on a quick line', 2 * MB, 1, 'zlib', 100 * MB, false],
  ['that saves nothing', 0, 1, 'zlib', 1 * MB, false],
])('a content of 5 MB is deflated again: one %s', (_, saved, level, maker, rate, pays) => {
  expect(deflatingPays(saved, 5 * MB, { maker, level }, rate)).toBe(pays);
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBuckets } from './buckets.ts';

/** A clock that a test turns, in milliseconds. */
function newClock() {
  let at = 0;
  return { now: () => at, turn: (ms: number) => (at += ms) };
}

describe('a bucket', () => {
  test('lets a burst through, then one for each moment that the rate gives', () => {
    const { now, turn } = newClock();
    const buckets = createBuckets({ burst: 3, perSecond: 2 }, now);
    expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 0]);
    expect(buckets.take('a')).toBe(1);
    turn(499);
    expect(buckets.take('a')).toBe(1);
    turn(1);
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 1]);
  });

  test('says how many seconds to wait, and is right', () => {
    const { now, turn } = newClock();
    const buckets = createBuckets({ burst: 1, perSecond: 0.1 }, now);
    buckets.take('a');
    expect(buckets.take('a')).toBe(10);
    turn(3_000);
    expect(buckets.wait('a')).toBe(7);
    turn(7_000);
    expect(buckets.take('a')).toBe(0);
  });

  test('is one for each key', () => {
    const buckets = createBuckets({ burst: 1, perSecond: 1 }, newClock().now);
    expect([buckets.take('a'), buckets.take('b'), buckets.take('a')]).toEqual([0, 0, 1]);
  });

  test('is only looked at by asking how long to wait', () => {
    const buckets = createBuckets({ burst: 1, perSecond: 1 }, newClock().now);
    for (let i = 0; i < 5; i++) expect(buckets.wait('a')).toBe(0);
    expect([buckets.size(), buckets.take('a'), buckets.size()]).toEqual([0, 0, 1]);
  });

  test('of so many keys at most is remembered, the last used ones', () => {
    const buckets = createBuckets({ burst: 1, perSecond: 0.001 }, newClock().now, 100);
    for (let key = 0; key < 10_000; key++) buckets.take(`key ${key}`);
    expect(buckets.size()).toBe(100);
    expect(buckets.wait('key 9999')).toBeGreaterThan(0);
    expect(buckets.wait('key 9899')).toBe(0);
  });

  test('never lets more through than the burst and what its rate gives', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(2_000), { maxLength: 200 }),
        (burst, perSecond, waits) => {
          const { now, turn } = newClock();
          const buckets = createBuckets({ burst, perSecond }, now);
          let taken = 0;
          for (const wait of waits) {
            turn(wait);
            if (buckets.take('a') === 0) taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(burst + (now() / 1000) * perSecond + 1e-6);
        },
      ),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../testing/e2e/seeded-random.ts';
import { balanceShards, shardsWorth } from './balance-shards.ts';

const MINUTE = 60_000;
const timings = (minutes: Record<string, number>) =>
  Object.entries(minutes).map(([suite, each]) => ({ suite, ms: each * MINUTE }));

describe('how many shards tests are worth', () => {
  test.each([
    [{}, null, 1],
    [{ a: 5 }, null, 1],
    [{ a: 5, b: 1 }, null, 2],
    [{ a: 30, b: 30 }, null, 12],
    [{ a: 30, b: 30 }, 5, 5],
    [{ a: 600 }, null, 20],
  ])('%j with room for %j is worth %d', (minutes, parallel, count) => {
    expect(shardsWorth(timings(minutes as Record<string, number>), parallel)).toBe(count);
  });
});

describe('shards by past timings', () => {
  test('end at about the same time, and the last takes what nobody named', () => {
    expect(balanceShards(timings({ a: 9, b: 5, c: 4, d: 1, e: 1 }), 2)).toEqual([
      { only: [suite('a'), suite('d')], except: [] },
      { only: null, except: [suite('a'), suite('d')] },
    ]);
  });

  test('pain 44: no class is in two shards or in none, and none takes longer than the mean and one class more', () => {
    const { next: random } = seededRandom();
    for (let round = 0; round < 200; round += 1) {
      const all = timings(
        Object.fromEntries(Array.from({ length: 2 + random() * 60 }, (_, i) => [`c${i}`, random() * 9])),
      );
      const count = 2 + Math.floor(random() * 8);
      const shards = balanceShards(all, count)!;
      const runs = (name: string) =>
        shards.filter(({ only, except }) =>
          only ? only.some((each) => each.suite === name) : !except.some((each) => each.suite === name),
        ).length;
      expect(all.map((each) => runs(each.suite))).toEqual(all.map(() => 1));
      expect(runs('a class that is new')).toBe(1);
      const took = shards.map((shard) => {
        const inIt = all.filter((each) =>
          shard.only
            ? shard.only.some(({ suite: s }) => s === each.suite)
            : !shard.except.some(({ suite: s }) => s === each.suite),
        );
        return inIt.reduce((sum, { ms }) => sum + ms, 0);
      });
      // Of any list: the longest shard was the shortest before its last class came.
      const mean = all.reduce((sum, { ms }) => sum + ms, 0) / shards.length;
      expect(Math.max(...took)).toBeLessThanOrEqual(mean + Math.max(...all.map(({ ms }) => ms)) + 1);
    }
  });

  test('are none where there are fewer than two classes', () => {
    expect(balanceShards(timings({ a: 9 }), 4)).toBeNull();
    expect(balanceShards([], 4)).toBeNull();
  });
});

function suite(name: string) {
  return { suite: name, name: null };
}

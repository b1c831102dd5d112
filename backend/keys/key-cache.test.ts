import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { KeyCache } from './key-cache.ts';

function makeCache() {
  const state = { now: 0, loads: 0 };
  const load = async () => {
    state.loads++;
    return createSecretKey(randomBytes(32));
  };
  return { state, load, cache: new KeyCache(() => state.now, 1000) };
}

describe('the cache of unwrapped keys', () => {
  test('loads a key once for those that ask at the same time and after', async () => {
    const { state, load, cache } = makeCache();
    const [a, b] = await Promise.all([cache.get(['t', 'k'], load), cache.get(['t', 'k'], load)]);
    expect(await cache.get(['t', 'k'], load)).toBe(a);
    expect(b).toBe(a);
    expect(state.loads).toBe(1);
  });

  test('forgets a key when its time is over, however often it was used', async () => {
    const { state, load, cache } = makeCache();
    await cache.get(['t', 'k'], load);
    for (state.now = 100; state.now < 1000; state.now += 100) await cache.get(['t', 'k'], load);
    expect(state.loads).toBe(1);
    state.now = 1000;
    await cache.get(['t', 'k'], load);
    expect(state.loads).toBe(2);
  });

  test('does not keep a failure', async () => {
    const { load, cache } = makeCache();
    await expect(cache.get(['t', 'k'], () => Promise.reject(new Error('the vault is away')))).rejects.toThrow('away');
    await expect(cache.get(['t', 'k'], load)).resolves.toBeDefined();
  });

  test('drops a path with all below it, and no neighbour', async () => {
    const { state, load, cache } = makeCache();
    const paths = [['t'], ['t', 'k'], ['t2', 'k']];
    for (const path of paths) await cache.get(path, load);
    cache.drop(['t']);
    for (const path of paths) await cache.get(path, load);
    expect(state.loads).toBe(5);
  });

  test('does not keep a key that was dropped while it was loaded', async () => {
    const { state, load, cache } = makeCache();
    const loaded = Promise.withResolvers<KeyObject>();
    const first = cache.get(['t', 'k'], () => loaded.promise);
    cache.drop(['t', 'k']);
    loaded.resolve(createSecretKey(randomBytes(32)));
    await first;
    await cache.get(['t', 'k'], load);
    expect(state.loads).toBe(1);
  });

  test('holds 10,000 keys, and forgets the oldest beyond', async () => {
    const { state, load, cache } = makeCache();
    for (let i = 0; i <= 10_000; i++) await cache.get(['t', String(i)], load);
    await cache.get(['t', '10000'], load);
    await cache.get(['t', '1'], load);
    expect(state.loads).toBe(10_001);
    await cache.get(['t', '0'], load);
    expect(state.loads).toBe(10_002);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createKeyring } from './keyring.ts';
import { KeyDestroyed, type Keyring, type KeyringStore, type RootKey, SealBroken } from './port.ts';
import { makeSampleKeyring } from './sample-keyring.ts';
import { bytesOf, collect, cut } from './sample-streams.ts';
import { makeTenantKey } from './tenant-key.ts';

const MINUTE = 60_000;

let root: RootKey;
let store: KeyringStore;
let keyring: Keyring;
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ root, store, keyring, dispose } = await makeSampleKeyring());
});
afterEach(() => dispose());

/** The keyring as another process has it. */
const another = () => createKeyring({ root, store });
const tenant = () => keyring.tenant('t1');

describe('destroying', () => {
  test('a data key leaves the others, and what it sealed is gone at once in this process', async () => {
    await tenant().createDataKey('run_1');
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    const kept = await tenant().seal('run_1', 'blob', 'y');
    await tenant().destroyDataKey('art_1');
    await tenant().destroyDataKey('art_1');
    await expect(tenant().open('art_1', 'blob', sealed)).rejects.toThrow(KeyDestroyed);
    await expect(tenant().seal('art_1', 'blob', 'x')).rejects.toThrow(KeyDestroyed);
    await expect(collect(tenant().sealStream('art_1', 'blob', cut(bytesOf(1), [])))).rejects.toThrow(KeyDestroyed);
    expect((await tenant().open('run_1', 'blob', kept)).toString()).toBe('y');
  });

  test('does not bring the old key back when a key of that name is made again', async () => {
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    await tenant().destroyDataKey('art_1');
    await tenant().createDataKey('art_1');
    await expect(tenant().open('art_1', 'blob', sealed)).rejects.toThrow(SealBroken);
  });

  test('a tenant takes all below it, and no other tenant', async () => {
    await keyring.createTenant('t10');
    await keyring.tenant('t10').createDataKey('art_1');
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    const others = await keyring.tenant('t10').seal('art_1', 'blob', 'y');
    await tenant().secret('database');
    await keyring.destroyTenant('t1');
    await keyring.destroyTenant('t1');
    for (const each of [keyring, another()]) {
      await expect(each.tenant('t1').open('art_1', 'blob', sealed)).rejects.toThrow(KeyDestroyed);
      await expect(each.tenant('t1').createDataKey('art_9')).rejects.toThrow(KeyDestroyed);
      await expect(each.tenant('t1').secret('database')).rejects.toThrow(KeyDestroyed);
      await expect(each.tenant('t1').digest('email', 'a@b')).rejects.toThrow(KeyDestroyed);
      expect((await each.tenant('t10').open('art_1', 'blob', others)).toString()).toBe('y');
    }
    expect(await store.list([])).toEqual(['t10']);
  });

  test('a tenant’s key is enough: data keys that are still there open nothing', async () => {
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    await store.destroy(['t1', 'kek']);
    expect(await store.read(['t1', 'data', 'art_1'])).not.toBeNull();
    await expect(another().tenant('t1').open('art_1', 'blob', sealed)).rejects.toThrow(KeyDestroyed);
  });

  test('in another process counts here after 15 minutes, however often the key was used', async () => {
    let now = 0;
    const cached = createKeyring({ root, store, clock: () => now }).tenant('t1');
    const sealed = await cached.seal('art_1', 'blob', 'x');
    await another().destroyTenant('t1');
    now = 15 * MINUTE - 1;
    expect((await cached.open('art_1', 'blob', sealed)).toString()).toBe('x');
    await expect(cached.createDataKey('art_2')).rejects.toThrow(KeyDestroyed);
    now = 15 * MINUTE;
    await expect(cached.open('art_1', 'blob', sealed)).rejects.toThrow(KeyDestroyed);
  });

  test('in another process counts at once without a cache', async () => {
    const uncached = createKeyring({ root, store, cacheMs: 0 }).tenant('t1');
    const sealed = await uncached.seal('art_1', 'blob', 'x');
    await another().tenant('t1').destroyDataKey('art_1');
    await expect(uncached.open('art_1', 'blob', sealed)).rejects.toThrow(KeyDestroyed);
  });
});

describe('the records', () => {
  test('stay as they are when a key is made again', async () => {
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    await another().createTenant('t1');
    await another().tenant('t1').createDataKey('art_1');
    expect((await another().tenant('t1').open('art_1', 'blob', sealed)).toString()).toBe('x');
  });

  test('do not open in another’s place', async () => {
    await keyring.createTenant('t2');
    await keyring.tenant('t2').createDataKey('art_1');
    await tenant().createDataKey('art_2');
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    const secret = await tenant().secret('database');
    const move = async (from: string[], to: string[]) => store.replace(to, (await store.read(from))!);

    await move(['t1', 'data', 'art_2'], ['t1', 'data', 'art_1']);
    await expect(another().tenant('t1').open('art_1', 'blob', sealed)).rejects.toThrow(SealBroken);
    await move(['t2', 'data', 'art_1'], ['t1', 'data', 'art_1']);
    await expect(another().tenant('t1').open('art_1', 'blob', sealed)).rejects.toThrow(SealBroken);
    await move(['t1', 'data', 'art_2'], ['t1', 'secret', 'database']);
    await expect(another().tenant('t1').secret('database')).rejects.toThrow(SealBroken);
    expect(secret).toHaveLength(43);

    await move(['t2', 'kek', '1'], ['t1', 'kek', '1']);
    await expect(another().tenant('t1').open('art_2', 'blob', sealed)).rejects.toThrow("is not this tenant's");
    await move(['t2', 'kek', '1'], ['t2', 'kek', '2']);
    await expect(another().tenant('t2').createDataKey('art_3')).rejects.toThrow("is not this tenant's");
  });

  test('are refused when damaged, without a word of what stands in them', async () => {
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    const record = JSON.parse(Buffer.from((await store.read(['t1', 'data', 'art_1']))!).toString());
    for (const damaged of [
      '',
      '{',
      'null',
      JSON.stringify({ ...record, v: 2 }),
      JSON.stringify({ ...record, more: 1 }),
      JSON.stringify({ ...record, tenantKeyVersion: 0 }),
      JSON.stringify({ ...record, wrapped: `${record.wrapped.slice(0, -2)}AA` }),
      JSON.stringify({ ...record, wrapped: record.wrapped.slice(0, 40) }),
      JSON.stringify({ ...record, wrapped: '%%%' }),
    ]) {
      await store.replace(['t1', 'data', 'art_1'], Buffer.from(damaged));
      const error = await another()
        .tenant('t1')
        .open('art_1', 'blob', sealed)
        .catch((thrown: Error) => thrown);
      expect(error).toBeInstanceOf(SealBroken);
      expect((error as Error).message).not.toContain(record.wrapped.slice(0, 8));
    }
  });

  test('carry on with a new version of the tenant’s key, and open what the old one wrapped', async () => {
    const sealed = await tenant().seal('art_1', 'blob', 'x');
    await store.create(['t1', 'kek', '2'], await makeTenantKey(root, 't1', 2));
    await keyring.createTenant('t1');
    await tenant().createDataKey('art_2');
    const record = JSON.parse(Buffer.from((await store.read(['t1', 'data', 'art_2']))!).toString());
    expect(record.tenantKeyVersion).toBe(2);
    expect((await another().tenant('t1').open('art_1', 'blob', sealed)).toString()).toBe('x');
    await store.destroy(['t1', 'kek', '1']);
    await expect(another().tenant('t1').open('art_1', 'blob', sealed)).rejects.toThrow(KeyDestroyed);
    await expect(another().tenant('t1').seal('art_2', 'blob', 'y')).resolves.toBeDefined();
  });
});

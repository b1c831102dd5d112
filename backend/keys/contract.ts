/** What every store of the keyring must do; each provider's test runs this against itself. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeyringStore } from './port.ts';

export type KeyringStoreUnderTest = {
  store: KeyringStore;
  /** Another view of the same records, as another process has it. */
  reopen(): Promise<KeyringStore>;
  dispose(): Promise<void>;
};

const one = Buffer.from('{"record":"one"}');
const two = Buffer.from('{"record":"two, and longer"}');

export function describeKeyringStore(name: string, make: () => Promise<KeyringStoreUnderTest>): void {
  describe(`${name} keeps the keyring's records`, () => {
    let made: KeyringStoreUnderTest;
    let store: KeyringStore;
    beforeEach(async () => {
      made = await make();
      store = made.store;
    });
    afterEach(() => made.dispose());

    const read = async (...path: string[]) => {
      const record = await store.read(path);
      return record && Buffer.from(record).toString();
    };

    test('has nothing at first', async () => {
      expect(await store.read(['tenant', 'data', 'key'])).toBeNull();
      expect(await store.list(['tenant'])).toEqual([]);
      expect(await store.list([])).toEqual([]);
    });

    test('creates a record once', async () => {
      expect(await store.create(['tenant', 'data', 'key'], one)).toBe(true);
      expect(await store.create(['tenant', 'data', 'key'], two)).toBe(false);
      expect(await read('tenant', 'data', 'key')).toBe(one.toString());
    });

    test('lets one of several creators win, and all see that one’s record', async () => {
      const stores = [store, await made.reopen(), await made.reopen()];
      const records = Array.from({ length: 12 }, (_, i) => Buffer.from(`record ${i}`));
      const won = await Promise.all(records.map((record, i) => stores[i % 3]!.create(['t', 'secret', 's'], record)));
      expect(won.filter(Boolean)).toHaveLength(1);
      for (const each of stores) expect(await each.read(['t', 'secret', 's'])).toEqual(records[won.indexOf(true)]);
    });

    test('replaces a record, and makes one that is absent', async () => {
      await store.replace(['tenant', 'kek', '1'], one);
      expect(await read('tenant', 'kek', '1')).toBe(one.toString());
      await store.replace(['tenant', 'kek', '1'], two);
      expect(await read('tenant', 'kek', '1')).toBe(two.toString());
      expect(await store.list(['tenant', 'kek'])).toEqual(['1']);
    });

    test('shows a reader the old record or the new one, never a part or a mixture', async () => {
      await store.create(['tenant', 'kek', '1'], one);
      const other = await made.reopen();
      let replacing = true;
      const replaced = (async () => {
        for (let i = 0; i < 40; i++) await other.replace(['tenant', 'kek', '1'], i % 2 ? one : two);
        replacing = false;
      })();
      const seen = new Set<string | null>();
      while (replacing) seen.add(await read('tenant', 'kek', '1'));
      await replaced;
      for (const record of seen) expect([one.toString(), two.toString()]).toContain(record);
    });

    test('lists the names directly below a path', async () => {
      await store.create(['tenant', 'data', 'b.1'], one);
      await store.create(['tenant', 'data', 'a'], one);
      await store.create(['tenant', 'data', 'a', 'below'], one);
      await store.create(['tenant', 'kek', '1'], one);
      await store.create(['tenant-2', 'kek', '1'], one);
      expect((await store.list(['tenant', 'data'])).sort()).toEqual(['a', 'b.1']);
      expect((await store.list(['tenant'])).sort()).toEqual(['data', 'kek']);
      expect((await store.list([])).sort()).toEqual(['tenant', 'tenant-2']);
    });

    test('destroys a record with all below it, and nothing beside it; absent is success', async () => {
      await store.create(['tenant'], one);
      await store.create(['tenant', 'data', 'key'], one);
      await store.create(['tenant', 'data', 'key-2'], two);
      await store.create(['tenant-2', 'data', 'key'], two);

      await store.destroy(['tenant', 'data', 'key']);
      expect(await read('tenant', 'data', 'key')).toBeNull();
      expect(await read('tenant', 'data', 'key-2')).toBe(two.toString());

      await store.destroy(['tenant']);
      await store.destroy(['tenant']);
      await store.destroy(['never', 'there', 'was']);
      expect(await read('tenant')).toBeNull();
      expect(await read('tenant', 'data', 'key-2')).toBeNull();
      expect(await read('tenant-2', 'data', 'key')).toBe(two.toString());
      expect(await store.list([])).toEqual(['tenant-2']);
    });

    test('creates again what was destroyed', async () => {
      await store.create(['tenant', 'data', 'key'], one);
      await store.destroy(['tenant', 'data', 'key']);
      expect(await store.create(['tenant', 'data', 'key'], two)).toBe(true);
      expect(await read('tenant', 'data', 'key')).toBe(two.toString());
    });

    test('shows another process what was done at once', async () => {
      const other = await made.reopen();
      await store.create(['tenant', 'data', 'key'], one);
      expect(await other.read(['tenant', 'data', 'key'])).toEqual(one);
      await other.destroy(['tenant', 'data', 'key']);
      expect(await read('tenant', 'data', 'key')).toBeNull();
    });

    test.each(['', '.', '..', '../tenant', 'a/b', 'a\\b', 'a\0', '~', 'ä', 'a'.repeat(129)])(
      'refuses %j in a path',
      async (bad) => {
        for (const path of [[bad], [bad, 'key'], ['tenant', bad]]) {
          await expect((async () => store.read(path))()).rejects.toThrow(RangeError);
          await expect((async () => store.create(path, one))()).rejects.toThrow(RangeError);
          await expect((async () => store.replace(path, one))()).rejects.toThrow(RangeError);
          await expect((async () => store.destroy(path))()).rejects.toThrow(RangeError);
          await expect((async () => store.list(path))()).rejects.toThrow(RangeError);
        }
      },
    );

    test('refuses to destroy everything at once', async () => {
      await store.create(['tenant', 'kek', '1'], one);
      await expect((async () => store.destroy([]))()).rejects.toThrow(RangeError);
      expect(await read('tenant', 'kek', '1')).toBe(one.toString());
    });
  });
}

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createKeyring } from './keyring.ts';
import { type Keyring, type KeyringStore, type RootKey, SealBroken } from './port.ts';
import { makeSampleKeyring } from './sample-keyring.ts';
import { bytesOf, collect, cut } from './sample-streams.ts';
import { makeTenantKey } from './tenant-key.ts';

const CHUNK = 16 * 1024;

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

describe('sealing', () => {
  test('opens in another process what was sealed in this one', async () => {
    const sealed = await tenant().seal('art_1', 'runs|title|run_1', 'Grüße');
    expect(sealed.includes('Gr')).toBe(false);
    const opened = await another().tenant('t1').open('art_1', 'runs|title|run_1', sealed);
    expect(opened.toString()).toBe('Grüße');
  });

  test('seals streams, and opens them whole and in ranges; small values and streams are one format', async () => {
    const plaintext = bytesOf(20 * CHUNK + 7);
    const sealed = await collect(tenant().sealStream('art_1', 'blob', cut(plaintext, [5, 70_000])));
    expect(sealed.subarray(0, 10).toString('latin1')).toBe('DLE1\x05art_1');
    expect((await collect(tenant().openStream('art_1', 'blob', cut(sealed, [3, 9])))).equals(plaintext)).toBe(true);
    expect((await tenant().open('art_1', 'blob', sealed)).equals(plaintext)).toBe(true);
    expect(tenant().plaintextSize('art_1', sealed.length)).toBe(plaintext.length);

    const read = (range: { offset: number; length: number }) =>
      cut(sealed.subarray(range.offset, range.offset + range.length), []);
    const range = { offset: 16 * CHUNK - 3, length: 10 };
    const opened = await collect(tenant().openRange('art_1', 'blob', sealed.length, range, read));
    expect(opened.equals(plaintext.subarray(range.offset, range.offset + range.length))).toBe(true);
  });

  test('refuses another tenant, key and context, and bytes that were altered, in each way of opening', async () => {
    await keyring.createTenant('t2');
    for (const [id, keyId] of [
      ['t1', 'art_2'],
      ['t1', 'art_11'],
      ['t2', 'art_1'],
    ] as const) {
      await keyring.tenant(id).createDataKey(keyId);
    }
    const sealed = await tenant().seal('art_1', 'blob', 'before release');
    const renamed = Buffer.concat([Buffer.from('DLE1\x05art_2'), sealed.subarray(10)]);
    const flipped = [...sealed.keys()].map((at) => Buffer.from(sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))));
    const cases: [string, string, string, Buffer][] = [
      ['t2', 'art_1', 'blob', sealed],
      ['t1', 'art_2', 'blob', sealed],
      ['t1', 'art_2', 'blob', renamed],
      ['t1', 'art_11', 'blob', sealed],
      ['t1', 'art_1', 'blob2', sealed],
      ['t1', 'art_1', '', sealed],
      ['t1', 'art_1', 'blob', Buffer.alloc(0)],
      ...flipped.map((bytes): [string, string, string, Buffer] => ['t1', 'art_1', 'blob', bytes]),
    ];
    const whole = { offset: 0, length: 'before release'.length };
    for (const [id, keyId, context, bytes] of cases) {
      const keys = keyring.tenant(id);
      await expect(keys.open(keyId, context, bytes)).rejects.toThrow(SealBroken);
      await expect(collect(keys.openStream(keyId, context, cut(bytes, [])))).rejects.toThrow(SealBroken);
      const read = ({ offset, length }: typeof whole) => cut(bytes.subarray(offset, offset + length), []);
      const size = sealed.length - 5 + keyId.length;
      await expect(collect(keys.openRange(keyId, context, size, whole, read))).rejects.toThrow(SealBroken);
    }
  });

  test('keeps the parts of what it binds apart', async () => {
    await keyring.createTenant('t');
    await keyring.tenant('t').createDataKey('1');
    const sealed = await keyring.tenant('t').seal('1', '","x', 'value');
    await expect(keyring.tenant('t').open('1', '', sealed)).rejects.toThrow(SealBroken);
    await expect(keyring.tenant('t').open('1', '\\",\\"x', sealed)).rejects.toThrow(SealBroken);
    expect((await keyring.tenant('t').open('1', '","x', sealed)).toString()).toBe('value');
  });

  test('closes the source of a stream that does not open', async () => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield Buffer.alloc(1000);
      } finally {
        closed = true;
      }
    }
    await expect(collect(tenant().openStream('art_1', 'blob', source()))).rejects.toThrow(SealBroken);
    expect(closed).toBe(true);
  });

  test('refuses sizes that nothing sealed has', () => {
    for (const size of [0, 9, 10, 66, 81]) expect(() => tenant().plaintextSize('art_1', size)).toThrow(SealBroken);
    expect(tenant().plaintextSize('art_1', 82)).toBe(0);
  });

  test.each(['', '.', '..', '../t2', 'a/b', 'ä', 'a'.repeat(129)])('refuses the id %j', async (bad) => {
    await expect(keyring.createTenant(bad)).rejects.toThrow(RangeError);
    await expect(keyring.destroyTenant(bad)).rejects.toThrow(RangeError);
    expect(() => keyring.tenant(bad)).toThrow(RangeError);
    await expect((async () => tenant().createDataKey(bad))()).rejects.toThrow(RangeError);
    await expect((async () => tenant().destroyDataKey(bad))()).rejects.toThrow(RangeError);
    await expect((async () => tenant().secret(bad))()).rejects.toThrow(RangeError);
    await expect(tenant().seal(bad, '', 'x')).rejects.toThrow(RangeError);
  });
});

describe('secrets and digests', () => {
  test('are one and the same for processes that make them at once', async () => {
    const processes = Array.from({ length: 6 }, () => another().tenant('t1'));
    const secrets = await Promise.all(processes.map((process) => process.secret('database')));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const digests = await Promise.all(processes.map((process) => process.digest('email', 'a@example.com')));
    expect(new Set(digests.map((digest) => digest.toString('hex'))).size).toBe(1);
    expect(digests[0]).toHaveLength(32);
  });

  test('differ by tenant, name, purpose and value', async () => {
    await keyring.createTenant('t2');
    const other = keyring.tenant('t2');
    const secrets = [await tenant().secret('a'), await tenant().secret('b'), await other.secret('a')];
    expect(new Set(secrets).size).toBe(3);
    const digests = [
      await tenant().digest('email', 'a'),
      await tenant().digest('email', 'b'),
      await tenant().digest('branch', 'a'),
      await tenant().digest('emaila', ''),
      await tenant().digest('', 'emaila'),
      await other.digest('email', 'a'),
    ];
    expect(new Set(digests.map((digest) => digest.toString('hex'))).size).toBe(6);
  });

  test('do not change with the tenant’s key', async () => {
    const before = [await tenant().secret('a'), (await tenant().digest('email', 'a')).toString('hex')];
    await store.create(['t1', 'kek', '2'], await makeTenantKey(root, 't1', 2));
    const after = another().tenant('t1');
    expect([await after.secret('a'), (await after.digest('email', 'a')).toString('hex')]).toEqual(before);
  });
});

import { link, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeKeyringStore } from './contract.ts';
import { openKeyringFolder } from './keyring-folder.ts';
import type { KeyringStore } from './port.ts';

describeKeyringStore('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'keyring-'));
  return {
    store: await openKeyringFolder(root),
    reopen: () => openKeyringFolder(root),
    dispose: () => rm(root, { recursive: true }),
  };
});

describe('a keyring folder', () => {
  let root: string;
  let store: KeyringStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'keyring-'));
    store = await openKeyringFolder(root);
  });
  afterEach(() => rm(root, { recursive: true }));

  const record = Buffer.from('a wrapped key, as far as the disk is concerned');
  const data = () => join(root, 'tenant.keys', 'data.keys');

  test('is closed to everybody but its owner', async () => {
    await store.create(['tenant', 'data', 'key'], record);
    expect((await stat(join(data(), 'key.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(data())).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, 'tenant.keys'))).mode & 0o777).toBe(0o700);
  });

  test('leaves no unfinished file behind, and lists none that a killed process left', async () => {
    await store.create(['tenant', 'data', 'key'], record);
    await store.create(['tenant', 'data', 'key'], record);
    await store.replace(['tenant', 'data', 'key'], record);
    expect(await readdir(join(data(), '~'))).toEqual([]);

    await writeFile(join(data(), '~', 'other~0011'), record);
    expect(await store.list(['tenant', 'data'])).toEqual(['key']);
    expect(await store.read(['tenant', 'data', 'other'])).toBeNull();
  });

  test.each([
    ['destroyed', () => store.destroy(['tenant', 'data', 'key'])],
    ['destroyed with its tenant', () => store.destroy(['tenant'])],
    ['replaced', () => store.replace(['tenant', 'data', 'key'], Buffer.from('new'))],
  ])('overwrites the bytes of a record that is %s', async (_, act) => {
    await store.create(['tenant', 'data', 'key'], record);
    const file = await open(join(data(), 'key.key'), 'r');
    await act();
    const left = await file.readFile();
    await file.close();
    expect(left).toHaveLength(record.length);
    expect(left.equals(record)).toBe(false);
  });

  test('destroys with a record the copies that killed processes left of it, and not its neighbour’s', async () => {
    await store.create(['tenant', 'data', 'key'], record);
    await link(join(data(), 'key.key'), join(data(), '~', 'key~linked'));
    await writeFile(join(data(), '~', 'key~unlinked'), record);
    await writeFile(join(data(), '~', 'key-2~unlinked'), record);
    await store.destroy(['tenant', 'data', 'key']);
    expect(await readdir(join(data(), '~'))).toEqual(['key-2~unlinked']);
    await store.destroy(['tenant']);
    expect(await readdir(root)).toEqual([]);
  });

  test('finishes a destruction that was cut short', async () => {
    await store.create(['tenant', 'data', 'key'], record);
    await store.create(['tenant', 'data', 'key-2'], record);
    await writeFile(join(data(), 'key.key'), Buffer.alloc(record.length, 0xa5));
    await store.destroy(['tenant', 'data', 'key']);
    expect(await store.list(['tenant', 'data'])).toEqual(['key-2']);
  });

  test('does not read a record that is too large to be one', async () => {
    await mkdir(data(), { recursive: true });
    await writeFile(join(data(), 'key.key'), Buffer.alloc(16 * 1024 + 1));
    await expect(store.read(['tenant', 'data', 'key'])).rejects.toThrow('16384 are allowed');
  });

  test('does not tell one name’s record from another’s folder by chance', async () => {
    await store.create(['a'], Buffer.from('record a'));
    await store.create(['a.key'], Buffer.from('record a.key'));
    await store.create(['a.keys', 'b'], Buffer.from('record b'));
    expect(await store.list([])).toEqual(['a', 'a.key', 'a.keys']);
    expect(await readFile(join(root, 'a.key'), 'utf8')).toBe('record a');
    await store.destroy(['a']);
    expect(await store.list([])).toEqual(['a.key', 'a.keys']);
  });
});

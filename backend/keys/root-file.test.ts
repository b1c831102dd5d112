import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SealBroken } from './port.ts';
import { openFileRootKey } from './root-file.ts';

describe('a root key file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'root-key-'));
    path = join(folder, 'keys', 'root.key');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const tenantKey = Buffer.alloc(32, 7);

  test('is made at the first start, for its owner alone, and stays', async () => {
    const { rootKeyId, wrapped } = await (await openFileRootKey(path)).wrap(tenantKey);
    const bytes = await readFile(path);
    expect(bytes).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'keys'))).toEqual(['root.key']);

    const again = await openFileRootKey(path);
    expect(Buffer.from(await again.unwrap(rootKeyId, wrapped)).equals(tenantKey)).toBe(true);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  test('is one key when several processes start at once', async () => {
    const roots = await Promise.all(Array.from({ length: 8 }, () => openFileRootKey(path)));
    const { rootKeyId, wrapped } = await roots[0]!.wrap(tenantKey);
    for (const root of roots) {
      expect(Buffer.from(await root.unwrap(rootKeyId, wrapped)).equals(tenantKey)).toBe(true);
    }
  });

  test.each([0o640, 0o604, 0o660, 0o666])('is refused when others may use it: %i', async (mode) => {
    await openFileRootKey(path);
    await chmod(path, mode);
    await expect(openFileRootKey(path)).rejects.toThrow(`(mode 0${mode.toString(8)}); make its mode 0600`);
  });

  test('may be read-only', async () => {
    await openFileRootKey(path);
    await chmod(path, 0o400);
    await expect(openFileRootKey(path)).resolves.toBeDefined();
  });

  test.each([0, 31, 33, 64])('is refused with %i bytes, and not replaced', async (length) => {
    await mkdir(join(folder, 'keys'));
    await writeFile(path, Buffer.alloc(length), { mode: 0o600 });
    await expect(openFileRootKey(path)).rejects.toThrow(`has ${length} bytes; a root key has 32`);
    expect(await readFile(path)).toHaveLength(length);
  });

  test('is refused when it is a folder', async () => {
    await mkdir(path, { recursive: true });
    await expect(openFileRootKey(path)).rejects.toThrow('is not a file');
  });

  test('opens nothing that was altered, or wrapped by another root key', async () => {
    const root = await openFileRootKey(path);
    const { rootKeyId, wrapped } = await root.wrap(tenantKey);
    for (let i = 0; i < wrapped.length; i++) {
      const altered = Buffer.from(wrapped);
      altered[i]! ^= 1;
      await expect(root.unwrap(rootKeyId, altered)).rejects.toThrow(SealBroken);
    }
    for (let length = 0; length < wrapped.length; length++) {
      await expect(root.unwrap(rootKeyId, wrapped.subarray(0, length))).rejects.toThrow(SealBroken);
    }
    const other = await openFileRootKey(join(folder, 'other.key'));
    await expect(other.unwrap(rootKeyId, wrapped)).rejects.toThrow('was wrapped by root key file:');
    const { rootKeyId: otherId } = await other.wrap(tenantKey);
    await expect(other.unwrap(otherId, wrapped)).rejects.toThrow(SealBroken);
  });
});

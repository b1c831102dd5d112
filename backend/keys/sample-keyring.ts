import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyring } from './keyring.ts';
import { openKeyringFolder } from './keyring-folder.ts';
import { openFileRootKey } from './root-file.ts';

/** Makes a keyring in a folder of its own, with tenant `t1` and its data key `art_1`, for the tests of this folder. */
export async function makeSampleKeyring() {
  const folder = await mkdtemp(join(tmpdir(), 'keyring-'));
  const root = await openFileRootKey(join(folder, 'root.key'));
  const store = await openKeyringFolder(join(folder, 'keyring'));
  const keyring = createKeyring({ root, store });
  await keyring.createTenant('t1');
  await keyring.tenant('t1').createDataKey('art_1');
  return { root, store, keyring, dispose: () => rm(folder, { recursive: true }) };
}

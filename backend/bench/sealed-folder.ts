/** Sealed blobs in a folder, with all that they need, and nothing else of the server. */
import { join } from 'node:path';
import { openBlobFolder } from '../blobs/folder.ts';
import type { SealedBlobs } from '../context.ts';
import { createKeyring } from '../keys/keyring.ts';
import { openKeyringFolder } from '../keys/keyring-folder.ts';
import { openFileRootKey } from '../keys/root-file.ts';
import { createSealedBlobs } from '../sealed-blobs.ts';

/** The key that everything in it is sealed under. */
export const KEY = 'artifact';

export async function makeSealedFolder(folder: string): Promise<SealedBlobs> {
  const keyring = createKeyring({
    root: await openFileRootKey(join(folder, 'root')),
    store: await openKeyringFolder(join(folder, 'keyring')),
  });
  await keyring.createTenant('tenant');
  const keys = keyring.tenant('tenant');
  await keys.createDataKey(KEY);
  const store = await openBlobFolder(join(folder, 'blobs'));
  await store.createContainer('container');
  return createSealedBlobs(store, 'container', keys);
}

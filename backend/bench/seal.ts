/** An artifact's way to the disk, hashed, sealed and durable, against OpenSSL reading the same file for its SHA-256 alone. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobFolder } from '../blobs/folder.ts';
import { createKeyring } from '../keys/keyring.ts';
import { openKeyringFolder } from '../keys/keyring-folder.ts';
import { openFileRootKey } from '../keys/root-file.ts';
import { createSealedBlobs } from '../sealed-blobs.ts';
import { byTurns, type Figure } from './by-turns.ts';

const MIB = 1024 * 1024;
const BYTES = 256 * MIB;

export async function seal(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-seal-'));
  try {
    const file = join(folder, 'app');
    const handle = await open(file, 'w');
    for (let written = 0; written < BYTES; written += MIB) await handle.write(randomBytes(MIB));
    await handle.close();
    const keyring = createKeyring({
      root: await openFileRootKey(join(folder, 'root')),
      store: await openKeyringFolder(join(folder, 'keyring')),
    });
    await keyring.createTenant('tenant');
    const keys = keyring.tenant('tenant');
    await keys.createDataKey('artifact');
    const store = await openBlobFolder(join(folder, 'blobs'));
    await store.createContainer('container');
    const blobs = createSealedBlobs(store, 'container', keys);
    const ours = async (): Promise<void> => {
      const hash = createHash('sha256');
      const name = randomBytes(8).toString('hex');
      async function* hashed() {
        for await (const chunk of createReadStream(file, { highWaterMark: MIB })) {
          hash.update(chunk);
          yield chunk as Buffer;
        }
      }
      await blobs.write('artifact', name, hashed());
      await blobs.remove(name);
    };
    const openssl = async (): Promise<void> => {
      if (spawnSync('openssl', ['dgst', '-sha256', file]).status !== 0) throw new Error('openssl is not here');
    };
    return await byTurns(
      { 'hash, seal and write': ours, 'openssl dgst -sha256': openssl },
      { rounds: 5, bytes: BYTES },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { errorCode, makeFolder, publishFile, withFile } from './durable-file.ts';
import { type RootKey, SealBroken } from './port.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OTHERS = 0o077;

/**
 * The root key as a local file of 32 random bytes, made at the first start.
 * @throws Error when the file has another length, or others than its owner may read it
 */
export async function openFileRootKey(path: string): Promise<RootKey> {
  const file = resolve(path);
  const key = (await readKey(file)) ?? (await makeKey(file));
  const rootKeyId = `file:${createHmac('sha256', key).update('devicelane root key id').digest('hex').slice(0, 16)}`;
  return {
    wrap: async (tenantKey) => ({ rootKeyId, wrapped: wrap(key, rootKeyId, tenantKey) }),
    unwrap: async (id, wrapped) => {
      if (id !== rootKeyId) throw new SealBroken(`the key was wrapped by root key ${id}; this one is ${rootKeyId}`);
      return unwrap(key, rootKeyId, wrapped);
    },
  };
}

async function makeKey(path: string): Promise<KeyObject> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomBytes(8).toString('hex')}.new`;
  // Another process may make it at the same time: then its key counts, and ours was never used.
  await publishFile(path, randomBytes(KEY_BYTES), temporary);
  const key = await readKey(path);
  if (!key) throw new Error(`The root key file ${path} vanished while it was made.`);
  return key;
}

/** null when there is no file. */
async function readKey(path: string): Promise<KeyObject | null> {
  try {
    return await withFile(path, 'r', async (file) => {
      // Asked of the open file: its name may point elsewhere a moment later.
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error(`The root key ${path} is not a file.`);
      if ((stats.mode & OTHERS) !== 0) {
        const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
        throw new Error(`The root key file ${path} is open to others (mode ${mode}); make its mode 0600.`);
      }
      if (stats.size !== KEY_BYTES) {
        throw new Error(`The root key file ${path} has ${stats.size} bytes; a root key has ${KEY_BYTES}.`);
      }
      return createSecretKey(await file.readFile());
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function wrap(key: KeyObject, rootKeyId: string, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(rootKeyId));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function unwrap(key: KeyObject, rootKeyId: string, wrapped: Uint8Array): Buffer {
  if (wrapped.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('a wrapped key is too short');
  const decipher = createDecipheriv(CIPHER, key, wrapped.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(rootKeyId));
  decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
  const plaintext = decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken('a wrapped key was altered', { cause });
  }
  return plaintext;
}

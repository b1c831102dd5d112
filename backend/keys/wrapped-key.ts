/** Keys under a tenant's key: AES-256-GCM, bound to tenant, name and the version of the tenant's key that wrapped them. */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { SealBroken } from './port.ts';
import { parseRecord } from './record.ts';

export const KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `wrapped`: nonce, ciphertext and tag in base64url. */
const WrappedKey = z.strictObject({ v: z.literal(1), tenantKeyVersion: z.int().positive(), wrapped: z.base64url() });

/** Where a wrapped key belongs; `kind` keeps data keys, secrets and the index key apart. */
export type KeyPlace = { tenantId: string; kind: 'data' | 'secret' | 'index'; name: string };

/** Makes a random key of 32 bytes and returns its record. */
export function wrapNewKey(place: KeyPlace, tenantKeyVersion: number, tenantKey: KeyObject): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, tenantKey, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundPlace(place, tenantKeyVersion));
  const ciphertext = Buffer.concat([cipher.update(randomBytes(KEY_BYTES)), cipher.final()]);
  const wrapped = Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url');
  return Buffer.from(canonicalize({ v: 1, tenantKeyVersion, wrapped } satisfies z.infer<typeof WrappedKey>)!);
}

/** Opens a record of `wrapNewKey`. @throws SealBroken when it was altered, or belongs elsewhere */
export async function unwrapKey(
  place: KeyPlace,
  record: Uint8Array,
  tenantKey: (version: number) => Promise<KeyObject>,
): Promise<KeyObject> {
  const { tenantKeyVersion, wrapped } = parseRecord(WrappedKey, record, place.name);
  const bytes = Buffer.from(wrapped, 'base64url');
  if (bytes.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES)
    throw new SealBroken(`the record of ${place.name} is damaged`);

  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, await tenantKey(tenantKeyVersion), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundPlace(place, tenantKeyVersion));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const key = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken(`the record of ${place.name} was altered, or belongs elsewhere`, { cause });
  }
  return createSecretKey(key);
}

function boundPlace({ tenantId, kind, name }: KeyPlace, tenantKeyVersion: number): Buffer {
  return Buffer.from(JSON.stringify(['devicelane wrapped key', 1, tenantId, kind, name, tenantKeyVersion]));
}

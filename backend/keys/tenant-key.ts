/** A tenant's key: random, wrapped by the root key, one record for each version. */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { type RootKey, SealBroken } from './port.ts';
import { parseRecord } from './record.ts';
import { KEY_BYTES } from './wrapped-key.ts';

const TenantKey = z.strictObject({
  v: z.literal(1),
  version: z.int().positive(),
  rootKeyId: z.string().min(1),
  wrapped: z.base64url(),
  check: z.base64url(),
});

/** Makes a version of a tenant's key and returns its record. */
export async function makeTenantKey(root: RootKey, tenantId: string, version: number): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  const { rootKeyId, wrapped } = await root.wrap(key);
  const record: z.infer<typeof TenantKey> = {
    v: 1,
    version,
    rootKeyId,
    wrapped: Buffer.from(wrapped).toString('base64url'),
    check: checkValue(createSecretKey(key), tenantId, version).toString('base64url'),
  };
  return Buffer.from(canonicalize(record)!);
}

/**
 * Opens a record of `makeTenantKey`. The root key may bind nothing (RSA-OAEP has no associated data), so the check value
 * beside the wrapped key is what tells that it is this tenant's, in this version.
 * @throws SealBroken
 */
export async function openTenantKey(
  root: RootKey,
  tenantId: string,
  version: number,
  record: Uint8Array,
): Promise<KeyObject> {
  const { rootKeyId, wrapped, check, ...rest } = parseRecord(TenantKey, record, tenantId);
  const bytes = await root.unwrap(rootKeyId, Buffer.from(wrapped, 'base64url'));
  if (bytes.length !== KEY_BYTES || rest.version !== version) throw swapped(tenantId);
  const key = createSecretKey(bytes);
  const expected = checkValue(key, tenantId, version);
  const found = Buffer.from(check, 'base64url');
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) throw swapped(tenantId);
  return key;
}

function checkValue(key: KeyObject, tenantId: string, version: number): Buffer {
  return createHmac('sha256', key).update(`kcv|v1|${tenantId}|${version}`).digest();
}

function swapped(tenantId: string): SealBroken {
  return new SealBroken(`the key kept for tenant ${tenantId} is not this tenant's`);
}

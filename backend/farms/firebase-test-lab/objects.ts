/** Files in the tenant's bucket: named by their keys, so that one whose answer was lost is found again, and forgotten. */
import { fileNameOf, nameOfKey } from '../key-names.ts';
import { FarmError, type FarmFile, type UploadRequest } from '../port.ts';
import type { GoogleClient } from './client.ts';
import type { FirebaseSettings } from './settings.ts';
import { Bucket, Objects, StoredObject } from './wire.ts';

const DAY_SECONDS = 86_400;

type Settings = Pick<FirebaseSettings, 'bucket' | 'softDeleteDays'>;

const uploadFolder = (key: string): string => `devicelane/uploads/${nameOfKey(key)}/`;
export const resultsFolder = (key: string): string => `devicelane/results/${nameOfKey(key)}/`;
export const objectPath = (bucket: string, name: string): string =>
  `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
export const addressOf = (bucket: string, name: string): string => `gs://${bucket}/${name}`;

/** The object's name in a `gs://` address of this bucket; null for anything else. */
export function nameInBucket(bucket: string, address: string): string | null {
  const prefix = `gs://${bucket}/`;
  return address.startsWith(prefix) && address.length > prefix.length ? address.slice(prefix.length) : null;
}

/**
 * Google's buckets keep what was deleted for seven days unless their owner has said otherwise.
 * @throws FarmError `refused` where the bucket keeps more than the connection says
 */
export async function requireForgetting(client: GoogleClient, { bucket, softDeleteDays }: Settings): Promise<void> {
  const fields = 'softDeletePolicy,versioning,retentionPolicy';
  const found = await client.get('storage', `/storage/v1/b/${bucket}`, { fields }, Bucket);
  const kept = (found.softDeletePolicy?.retentionDurationSeconds ?? 0) / DAY_SECONDS;
  if (kept > softDeleteDays) {
    throw new FarmError(
      'refused',
      `The bucket keeps what is deleted for ${Math.ceil(kept)} days: switch its soft delete off, or say so in settings.softDeleteDays.`,
    );
  }
  if (found.versioning?.enabled) throw new FarmError('refused', 'The bucket keeps versions of what is deleted.');
  if (found.retentionPolicy) throw new FarmError('refused', 'The bucket’s retention policy forbids to delete.');
}

/** Returns its `gs://` address. The same key leaves one object. @throws FarmError */
export async function giveObject(
  client: GoogleClient,
  bucket: string,
  { key, role, file }: Pick<UploadRequest, 'key' | 'role' | 'file'>,
): Promise<string> {
  const name = uploadFolder(key) + fileNameOf(role, file.kind);
  if (await isThere(client, bucket, name, file)) return addressOf(bucket, name);
  const query = { uploadType: 'media', name, ifGenerationMatch: 0 };
  const status = await client.send(`/upload/storage/v1/b/${bucket}/o`, query, file.size, file.open());
  if (status === 200) return addressOf(bucket, name);
  if (status === 412) {
    // Another was first; or what is there broke off, and goes before the next try.
    if (await isThere(client, bucket, name, file)) return addressOf(bucket, name);
    await client.remove('storage', objectPath(bucket, name));
  }
  const kind = status === 412 || status === 429 || status >= 500 ? 'broken' : 'refused';
  throw new FarmError(kind, `Google’s store did not take the file (status ${status}).`);
}

async function isThere(client: GoogleClient, bucket: string, name: string, file: FarmFile): Promise<boolean> {
  const found = await client.find('storage', objectPath(bucket, name), { fields: 'name,size' }, StoredObject);
  return found?.size === file.size;
}

export const dropUpload = (client: GoogleClient, bucket: string, key: string): Promise<void> =>
  dropBelow(client, bucket, uploadFolder(key));

/** Verified by listing again. @throws FarmError */
export async function dropBelow(client: GoogleClient, bucket: string, prefix: string): Promise<void> {
  const names = await namesBelow(client, bucket, prefix);
  for (const name of names) await client.remove('storage', objectPath(bucket, name));
  if (names.length > 0 && (await namesBelow(client, bucket, prefix)).length > 0) {
    throw new FarmError('broken', 'The bucket still has a file that was to be deleted.');
  }
}

async function namesBelow(client: GoogleClient, bucket: string, prefix: string): Promise<string[]> {
  const query = { prefix, maxResults: 1000, fields: 'items/name,nextPageToken' };
  const pages = await client.list('storage', `/storage/v1/b/${bucket}/o`, query, Objects);
  return pages.flatMap(({ items }) => items.map(({ name }) => name));
}

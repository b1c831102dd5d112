/**
 * What stands before a sealed message, in the database and in blobs alike: `DLE1`, then the data key's id (one byte of length,
 * ASCII). It says which key opens the bytes. Nothing in it is trusted: the id and the version are bound into the keys.
 */
import { SealBroken } from './port.ts';

const MAGIC = Buffer.from('DLE1', 'latin1');
const FORMAT_VERSION = 1;
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** Returns a name that may stand in a record's path and in a header. @throws RangeError */
export function checkedName(name: string): string {
  if (!NAME.test(name) || name === '.' || name === '..') {
    throw new RangeError('a key or tenant id has 1 to 128 letters, digits, "_", "." or "-"');
  }
  return name;
}

export function header(keyId: string): Buffer {
  const id = Buffer.from(checkedName(keyId), 'latin1');
  return Buffer.concat([MAGIC, Uint8Array.of(id.length), id]);
}

/** @throws SealBroken unless `bytes` are the header of this key's messages */
export function checkHeader(keyId: string, bytes: Uint8Array): void {
  if (!header(keyId).equals(bytes)) throw new SealBroken(`these bytes were not sealed under key ${keyId}`);
}

/** What a message is bound to. JSON keeps the parts apart, whatever stands in them. */
export function boundContext(tenantId: string, keyId: string, context: string): string {
  return JSON.stringify([tenantId, keyId, context, FORMAT_VERSION]);
}

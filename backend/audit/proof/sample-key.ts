/** A log's key pair, for tests. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { NoteKey } from './note.ts';

/** The key whose 32 bytes count up from `first`. */
export function sampleKey(
  first = 0,
  name = 'devicelane.example/audit/0123456789',
): NoteKey & { privateKey: KeyObject } {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => first + index));
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const privateKey = createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
  return { name, privateKey, publicKey: createPublicKey(privateKey) };
}

/** The seal of an entry: a signature over its place and its hash, by which a changed entry is told from its neighbours. */
import { type KeyObject, sign, verify } from 'node:crypto';

export type Sealed = { seq: number; leaf: Buffer };

const textOf = ({ seq, leaf }: Sealed): Buffer =>
  Buffer.from(`devicelane audit entry 1\n${seq}\n${leaf.toString('base64')}\n`);

export function sealEntry(entry: Sealed, privateKey: KeyObject): Buffer {
  return sign(null, textOf(entry), privateKey);
}

export function isSealed(entry: Sealed, seal: Uint8Array, publicKey: KeyObject): boolean {
  return verify(null, textOf(entry), publicKey, seal);
}

/**
 * Signed notes with Ed25519, as C2SP's signed-note has them: a text, a blank line, and a line for the signature that names
 * its key.
 */
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** A key under the name that its signatures carry. */
export type NoteKey = { name: string; publicKey: KeyObject };

const ED25519 = Buffer.from([1]);
const ID_BYTES = 4;

export function bytesOfKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function idOf({ name, publicKey }: NoteKey): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), ED25519, bytesOfKey(publicKey)]);
  return hash('sha256', named, 'buffer').subarray(0, ID_BYTES);
}

/** The key as it is published: name, id and key in one word. */
export function formatKey(key: NoteKey): string {
  const bytes = Buffer.concat([ED25519, bytesOfKey(key.publicKey)]);
  return `${key.name}+${idOf(key).toString('hex')}+${bytes.toString('base64')}`;
}

/** null when the text is not a key of this kind. */
export function parseKey(text: string): NoteKey | null {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(A[A-Za-z0-9+/]{43})$/.exec(text);
  if (!match?.[1] || !match[3]) return null;
  const x = Buffer.from(match[3], 'base64').subarray(1).toString('base64url');
  const key = { name: match[1], publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
  return formatKey(key) === text ? key : null;
}

/** @param text ends with a newline */
export function signNote(text: string, key: NoteKey, privateKey: KeyObject): string {
  const signature = Buffer.concat([idOf(key), sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${key.name} ${signature.toString('base64')}\n`;
}

/** The text of a note that this key signed under this name; null for any other. */
export function openNote(note: string, key: NoteKey): string | null {
  const match = /^((?:[^\n]+\n)+)\n— ([^+\s]+) ([A-Za-z0-9+/]+={0,2})\n$/.exec(note);
  const [, text, name, encoded] = match ?? [];
  if (!text || !encoded || name !== key.name) return null;
  const signature = Buffer.from(encoded, 'base64');
  if (signature.toString('base64') !== encoded || !signature.subarray(0, ID_BYTES).equals(idOf(key))) return null;
  return verify(null, Buffer.from(text), key.publicKey, signature.subarray(ID_BYTES)) ? text : null;
}

/**
 * Cobblestone-256 (c2sp.org/chunked-encryption): a message in chunks of 16 KiB under AES-256-GCM, each with a tag of its own.
 *
 * A message begins with a random salt and a commitment to its key. The last chunk is always shorter than the others, so that a
 * message cut short at any byte does not open. This file has the keys of a message and its chunks; cobblestone-stream.ts and
 * cobblestone-range.ts read and write whole messages.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { SealBroken } from './port.ts';

export const CHUNK_BYTES = 16 * 1024;
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const SALT_BYTES = 24;
const COMMITMENT_BYTES = 32;
/** What stands before the chunks: salt and commitment. */
export const PREFIX_BYTES = SALT_BYTES + COMMITMENT_BYTES;
/** Chunks worked on in one go: streams move in pieces of 256 KiB. */
export const BLOCK_CHUNKS = 16;

const CIPHER = 'aes-256-gcm';
const GCM = { authTagLength: TAG_BYTES };
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const MAX_CHUNKS = 2 ** 38;
const INFO = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'latin1');

/** The keys of one message. */
export type MessageKeys = { key: KeyObject; baseNonce: Buffer; commitment: Buffer };

/** HKDF-Expand of RFC 5869 with SHA-512; at most 16,320 bytes. Node's own `hkdf` would put an Extract before it. */
export function hkdfExpand(key: KeyObject, info: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  let block = Buffer.alloc(0);
  for (let counter = 1; blocks.length * 64 < length; counter++) {
    block = createHmac('sha512', key).update(block).update(info).update(Uint8Array.of(counter)).digest();
    blocks.push(block);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** Derives a message's keys. `inputKey` has 32 random bytes; `salt` never repeats under it. */
export function deriveMessageKeys(inputKey: KeyObject, salt: Uint8Array, context: string): MessageKeys {
  if (inputKey.symmetricKeySize !== KEY_BYTES || salt.length !== SALT_BYTES) {
    throw new RangeError('a message needs a key of 32 bytes and a salt of 24');
  }
  const info = Buffer.concat([INFO, salt, Buffer.from(context)]);
  const bytes = hkdfExpand(inputKey, info, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES);
  return {
    key: createSecretKey(bytes.subarray(0, KEY_BYTES)),
    baseNonce: bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: bytes.subarray(KEY_BYTES + NONCE_BYTES),
  };
}

/** Derives the keys that a message's first bytes ask for. @throws SealBroken unless they commit to the same keys */
export function checkPrefix(inputKey: KeyObject, context: string, prefix: Uint8Array): MessageKeys {
  if (prefix.length !== PREFIX_BYTES) throw new SealBroken('the sealed bytes end before their first chunk');
  const message = deriveMessageKeys(inputKey, prefix.subarray(0, SALT_BYTES), context);
  if (!timingSafeEqual(prefix.subarray(SALT_BYTES), message.commitment)) {
    throw new SealBroken('the bytes were sealed under another key, or for another place');
  }
  return message;
}

/**
 * Seals chunks from number `first` on. With `last`, the message ends here: after the full chunks comes a shorter one, which
 * may be empty. Without, `plaintext` must be full chunks.
 */
export function sealChunks(message: MessageKeys, first: number, plaintext: Uint8Array, last: boolean): Buffer {
  const count = Math.floor(plaintext.length / CHUNK_BYTES) + (last ? 1 : 0);
  const sealed = Buffer.allocUnsafe(Math.min(count * CHUNK_BYTES, plaintext.length) + count * TAG_BYTES);
  for (let i = 0; i < count; i++) {
    const chunk = plaintext.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    sealChunk(message, first + i, chunk, sealed.subarray(i * SEALED_CHUNK_BYTES));
  }
  return sealed;
}

/** Seals one chunk to the beginning of `sealed`. One shorter than the others is the message's last. */
export function sealChunk(message: MessageKeys, index: number, chunk: Uint8Array, sealed: Uint8Array): void {
  const cipher = createCipheriv(CIPHER, message.key, chunkNonce(message, index), GCM);
  const ciphertext = cipher.update(chunk);
  cipher.final();
  sealed.set(ciphertext);
  sealed.set(cipher.getAuthTag(), ciphertext.length);
  release(ciphertext);
}

/**
 * Opens chunks from number `first` on, and returns their plaintext once every tag was right.
 * @throws SealBroken also when a shorter chunk is missing at the end (with `last`) or stands elsewhere (without)
 */
export function openChunks(message: MessageKeys, first: number, sealed: Uint8Array, last: boolean): Buffer {
  const full = Math.floor(sealed.length / SEALED_CHUNK_BYTES);
  const rest = sealed.length % SEALED_CHUNK_BYTES;
  if (last ? rest < TAG_BYTES : rest !== 0) throw new SealBroken('the sealed bytes were cut short');
  const count = full + (last ? 1 : 0);
  const plaintext = Buffer.allocUnsafe(sealed.length - count * TAG_BYTES);
  for (let i = 0; i < count; i++) {
    const chunk = sealed.subarray(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES);
    openChunk(message, first + i, chunk, plaintext.subarray(i * CHUNK_BYTES));
  }
  return plaintext;
}

/**
 * Opens one chunk to the beginning of `plaintext`, once its tag was right.
 * @throws SealBroken
 */
export function openChunk(message: MessageKeys, index: number, sealed: Uint8Array, plaintext: Uint8Array): void {
  const end = sealed.length - TAG_BYTES;
  if (end < 0) throw new SealBroken('the sealed bytes were cut short');
  const decipher = createDecipheriv(CIPHER, message.key, chunkNonce(message, index), GCM);
  decipher.setAuthTag(sealed.subarray(end));
  const opened = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken(`chunk ${index} of the sealed bytes was altered`, { cause });
  }
  plaintext.set(opened);
  release(opened);
}

/** The base nonce XOR the chunk's number, which stands big-endian in the nonce's last five bytes. */
function chunkNonce({ baseNonce }: MessageKeys, index: number): Buffer {
  if (index >= MAX_CHUNKS) throw new RangeError('a message has at most 4 PiB');
  const nonce = Buffer.from(baseNonce);
  nonce.writeUInt8(nonce.readUInt8(7) ^ Math.floor(index / 2 ** 32), 7);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ (index % 2 ** 32)) >>> 0, 8);
  return nonce;
}

/**
 * Gives memory back at once, when it is all of a buffer of its own. Left to the collector, it would pile up, and each chunk
 * would get memory that no cache holds.
 */
export function release({ buffer, length }: Buffer<ArrayBuffer>): void {
  if (length >= CHUNK_BYTES && buffer.byteLength === length) buffer.transfer(0);
}

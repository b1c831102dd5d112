/** Whole Cobblestone messages, as streams: memory stays at a few blocks of 256 KiB, whatever the message's size. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { ByteReader } from './byte-reader.ts';
import {
  BLOCK_CHUNKS,
  CHUNK_BYTES,
  checkPrefix,
  deriveMessageKeys,
  type MessageKeys,
  openChunk,
  openChunks,
  PREFIX_BYTES,
  release,
  SALT_BYTES,
  SEALED_CHUNK_BYTES,
  sealChunk,
  sealChunks,
  TAG_BYTES,
} from './cobblestone.ts';

/**
 * Encrypts a message. A piece's memory is used again once the next one is asked for.
 * @param salt given by tests alone: one that repeats under a key breaks what it protects
 */
export async function* encrypt(
  inputKey: KeyObject,
  context: string,
  plaintext: AsyncIterable<Uint8Array>,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): AsyncGenerator<Buffer> {
  const message = deriveMessageKeys(inputKey, salt, context);
  const reader = new ByteReader(plaintext);
  const memory = Buffer.allocUnsafeSlow(BLOCK_CHUNKS * SEALED_CHUNK_BYTES);
  try {
    yield Buffer.concat([salt, message.commitment]);
    for (let index = 0, last = false; !last; index += BLOCK_CHUNKS) {
      const block = await sealBlock(message, index, reader, memory);
      last = block.length < BLOCK_CHUNKS * SEALED_CHUNK_BYTES;
      yield block;
    }
  } finally {
    release(memory);
    await reader.close();
  }
}

/** Seals the next chunks of a source; fewer than a block, or a shorter one, where it ends. */
async function sealBlock(message: MessageKeys, first: number, reader: ByteReader, sealed: Buffer): Promise<Buffer> {
  for (let filled = 0, index = first; filled < sealed.length; index++) {
    // A view where the piece at hand has a whole chunk: its bytes are not copied to be sealed.
    const chunk = reader.take(CHUNK_BYTES) ?? (await reader.read(CHUNK_BYTES));
    sealChunk(message, index, chunk, sealed.subarray(filled));
    filled += chunk.length + TAG_BYTES;
    if (chunk.length < CHUNK_BYTES) return sealed.subarray(0, filled);
  }
  return sealed;
}

/** Encrypts a message that is in memory already. */
export function encryptBytes(inputKey: KeyObject, context: string, plaintext: Uint8Array): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const message = deriveMessageKeys(inputKey, salt, context);
  return Buffer.concat([salt, message.commitment, sealChunks(message, 0, plaintext, true)]);
}

/**
 * Decrypts the message that `reader` stands before, and nothing behind it. The caller closes the reader.
 * @param lend whether a piece's memory is used again once the next one is asked for
 * @throws SealBroken
 */
export async function* decrypt(
  inputKey: KeyObject,
  context: string,
  reader: ByteReader,
  lend = false,
): AsyncGenerator<Buffer> {
  const message = checkPrefix(inputKey, context, await reader.read(PREFIX_BYTES));
  const blockBytes = BLOCK_CHUNKS * CHUNK_BYTES;
  const memory = lend ? Buffer.allocUnsafeSlow(blockBytes) : null;
  try {
    for (let index = 0, last = false; !last; index += BLOCK_CHUNKS) {
      const block = await openBlock(message, index, reader, memory ?? Buffer.allocUnsafe(blockBytes));
      last = block.length < blockBytes;
      if (block.length > 0) yield block;
    }
  } finally {
    if (memory) release(memory);
  }
}

/** Opens the next chunks of a message; fewer than a block, or a shorter one, where it ends. */
async function openBlock(message: MessageKeys, first: number, reader: ByteReader, plaintext: Buffer): Promise<Buffer> {
  for (let filled = 0, index = first; filled < plaintext.length; index++) {
    const chunk = reader.take(SEALED_CHUNK_BYTES) ?? (await reader.read(SEALED_CHUNK_BYTES));
    openChunk(message, index, chunk, plaintext.subarray(filled));
    filled += chunk.length - TAG_BYTES;
    if (chunk.length < SEALED_CHUNK_BYTES) return plaintext.subarray(0, filled);
  }
  return plaintext;
}

/** Decrypts a message that is in memory already. @throws SealBroken */
export function decryptBytes(inputKey: KeyObject, context: string, sealed: Uint8Array): Buffer {
  const message = checkPrefix(inputKey, context, sealed.subarray(0, PREFIX_BYTES));
  return openChunks(message, 0, sealed.subarray(PREFIX_BYTES), true);
}

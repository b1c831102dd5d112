/** Parts of a Cobblestone message, found by their place: only the chunks that hold them are read. */
import { ByteReader } from './byte-reader.ts';
import {
  BLOCK_CHUNKS,
  CHUNK_BYTES,
  type MessageKeys,
  openChunk,
  PREFIX_BYTES,
  release,
  SEALED_CHUNK_BYTES,
  TAG_BYTES,
} from './cobblestone.ts';
import { SealBroken } from './port.ts';

/** Bytes. */
export type Range = { offset: number; length: number };
export type ReadRange = (range: Range) => AsyncIterable<Uint8Array>;

/** Bytes of the plaintext in a message of `sealedBytes`. @throws SealBroken when no message has that length */
export function plaintextBytes(sealedBytes: number): number {
  const chunks = sealedBytes - PREFIX_BYTES;
  const rest = chunks % SEALED_CHUNK_BYTES;
  if (!Number.isSafeInteger(sealedBytes) || chunks < TAG_BYTES || rest < TAG_BYTES) {
    throw new SealBroken(`no sealed message has ${sealedBytes} bytes`);
  }
  return Math.floor(chunks / SEALED_CHUNK_BYTES) * CHUNK_BYTES + rest - TAG_BYTES;
}

/**
 * Decrypts a range of the message of `sealedBytes` that `read` reads, whose prefix was checked already. A range that reaches the end opens the last chunk too,
 * which proves that the end is the end.
 * @param lend whether a piece's memory is used again once the next one is asked for
 * @throws SealBroken
 * @throws RangeError when the range is not inside the message
 */
export async function* decryptRange(
  message: MessageKeys,
  sealedBytes: number,
  { offset, length }: Range,
  read: ReadRange,
  lend = false,
): AsyncGenerator<Buffer> {
  const total = plaintextBytes(sealedBytes);
  const end = offset + length;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || end > total) {
    throw new RangeError(`the range ${offset}+${length} is not inside ${total} bytes`);
  }
  const toTheEnd = end === total;
  if (length === 0 && !toTheEnd) return;
  const first = Math.floor(offset / CHUNK_BYTES);
  const from = PREFIX_BYTES + first * SEALED_CHUNK_BYTES;
  const afterLastChunk = PREFIX_BYTES + Math.ceil(end / CHUNK_BYTES) * SEALED_CHUNK_BYTES;
  const to = toTheEnd ? sealedBytes : Math.min(sealedBytes, afterLastChunk);
  const blockBytes = CHUNK_BYTES * Math.min(BLOCK_CHUNKS, Math.ceil((to - from) / SEALED_CHUNK_BYTES));

  const reader = new ByteReader(read({ offset: from, length: to - from }));
  const memory = lend ? Buffer.allocUnsafeSlow(blockBytes) : null;
  try {
    for (let left = to - from, index = first; left > 0; index += BLOCK_CHUNKS) {
      const sealed = Math.min(left, BLOCK_CHUNKS * SEALED_CHUNK_BYTES);
      const plaintext = await openBlock(message, index, reader, sealed, memory ?? Buffer.allocUnsafe(blockBytes));
      left -= sealed;
      const wanted = plaintext.subarray(Math.max(0, offset - index * CHUNK_BYTES), end - index * CHUNK_BYTES);
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    if (memory) release(memory);
    await reader.close();
  }
}

/** Opens so many sealed bytes, whole chunks or the message's last ones, to the beginning of `plaintext`. */
async function openBlock(
  message: MessageKeys,
  first: number,
  reader: ByteReader,
  sealed: number,
  plaintext: Buffer,
): Promise<Buffer> {
  let filled = 0;
  for (let left = sealed, index = first; left > 0; index++) {
    const chunk = await readExactly(reader, Math.min(left, SEALED_CHUNK_BYTES));
    openChunk(message, index, chunk, plaintext.subarray(filled));
    filled += chunk.length - TAG_BYTES;
    left -= chunk.length;
  }
  return plaintext.subarray(0, filled);
}

/** Reads a range that is small enough to be held. @throws SealBroken when it is not all there */
export async function readWhole(range: Range, read: ReadRange): Promise<Uint8Array> {
  const reader = new ByteReader(read(range));
  try {
    return await readExactly(reader, range.length);
  } finally {
    await reader.close();
  }
}

async function readExactly(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = reader.take(length) ?? (await reader.read(length));
  if (bytes.length !== length) throw new SealBroken('the sealed bytes end early');
  return bytes;
}

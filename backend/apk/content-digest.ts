/**
 * The digest over an APK's contents that schemes v2 and newer sign.
 *
 * The file without its signing block is cut into chunks of 1 MiB; each is hashed behind 0xa5 and its length, and the
 * hashes are hashed behind 0x5a and their number. Source: Android, "APK Signature Scheme v2", Integrity-protected contents.
 */
import { createHash } from 'node:crypto';
import type { ByteSource } from './byte-source.ts';
import type { EndRecord } from './end-record.ts';

const CHUNK_BYTES = 1024 * 1024;

export type DigestAlgorithm = 'sha256' | 'sha512';

/** Reads the file once for all the algorithms. */
export async function contentDigests(
  source: ByteSource,
  end: EndRecord,
  blockOffset: number,
  algorithms: ReadonlySet<DigestAlgorithm>,
): Promise<Map<DigestAlgorithm, Buffer>> {
  // The end record is hashed as if the directory began where the signing block does.
  const endRecord = Buffer.from(end.bytes);
  endRecord.writeUInt32LE(blockOffset, 16);
  const hashes = new Map([...algorithms].map((algorithm): [DigestAlgorithm, Buffer[]] => [algorithm, []]));

  function add(chunk: Uint8Array): void {
    for (const [algorithm, chunkHashes] of hashes) {
      chunkHashes.push(createHash(algorithm).update(prefix(0xa5, chunk.length)).update(chunk).digest());
    }
  }

  async function addRange(from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += CHUNK_BYTES) add(await source.read(at, Math.min(CHUNK_BYTES, to - at)));
  }

  await addRange(0, blockOffset);
  await addRange(end.directoryOffset, end.offset);
  for (let at = 0; at < endRecord.length; at += CHUNK_BYTES) add(endRecord.subarray(at, at + CHUNK_BYTES));

  const digests = new Map<DigestAlgorithm, Buffer>();
  for (const [algorithm, chunkHashes] of hashes) {
    const all = createHash(algorithm).update(prefix(0x5a, chunkHashes.length));
    for (const hash of chunkHashes) all.update(hash);
    digests.set(algorithm, all.digest());
  }
  return digests;
}

function prefix(tag: number, count: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(tag);
  bytes.writeUInt32LE(count, 1);
  return bytes;
}

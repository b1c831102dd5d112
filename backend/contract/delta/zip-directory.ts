/** Finds a zip's directory from its end, by the records of PKWARE APPNOTE 6.3.10, 4.3.14 to 4.3.16. */
import type { ByteSource } from './bytes.ts';
import { DELTA_LIMITS } from './limits.ts';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_BYTES = 56;

type Place = { offset: number; size: number };

/** Null for a file that has none, or one too large to be held in memory. */
export async function findDirectory(source: ByteSource): Promise<Place | null> {
  const tailSize = Math.min(source.size, END_BYTES + LONGEST_COMMENT + LOCATOR_BYTES);
  const tail = Buffer.from(await source.read(source.size - tailSize, tailSize));
  for (let at = tailSize - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE || tail.readUInt16LE(at + 20) !== tailSize - at - END_BYTES) continue;
    const narrow = { offset: tail.readUInt32LE(at + 16), size: tail.readUInt32LE(at + 12) };
    const hasLocator = at >= LOCATOR_BYTES && tail.readUInt32LE(at - LOCATOR_BYTES) === LOCATOR_SIGNATURE;
    const place = hasLocator ? await readZip64End(source, tail.readBigUInt64LE(at - LOCATOR_BYTES + 8)) : narrow;
    if (!place || place.size > DELTA_LIMITS.directory) return null;
    return place.offset + place.size <= source.size - tailSize + at ? place : null;
  }
  return null;
}

async function readZip64End(source: ByteSource, at: bigint): Promise<Place | null> {
  if (at > BigInt(source.size - ZIP64_END_BYTES)) return null;
  const record = Buffer.from(await source.read(Number(at), ZIP64_END_BYTES));
  const [size, offset] = [record.readBigUInt64LE(40), record.readBigUInt64LE(48)];
  if (record.readUInt32LE(0) !== ZIP64_END_SIGNATURE || size + offset > at) return null;
  return { offset: Number(offset), size: Number(size) };
}

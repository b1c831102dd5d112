/**
 * The end of central directory record, with which reading a zip begins.
 *
 * Source: PKWARE APPNOTE 6.3.10, 4.3.14 to 4.3.16.
 */
import type { ByteSource } from './byte-source.ts';
import { unusable } from './unusable.ts';
import { checkAgainst, readZip64Record } from './zip64-record.ts';

const SIGNATURE = 0x06054b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const FIXED_BYTES = 22;
const LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;

export type EndRecord = {
  /** Where the record begins. */
  offset: number;
  /** The record to the file's last byte, comment included. */
  bytes: Buffer;
  directoryOffset: number;
  directorySize: number;
  /** Where the first record behind the directory begins: this one, or that of zip64. */
  directoryEnd: number;
  entryCount: number;
};

/** @throws DevicelaneError `invalid_artifact` when there is no such record, or it points outside the file */
export async function readEndRecord(source: ByteSource): Promise<EndRecord> {
  const tailSize = Math.min(source.size, FIXED_BYTES + MAX_COMMENT_BYTES + LOCATOR_BYTES);
  const tailStart = source.size - tailSize;
  const tail = Buffer.from(await source.read(tailStart, tailSize));
  for (let at = tailSize - FIXED_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== SIGNATURE) continue;
    if (tail.readUInt16LE(at + 20) !== tailSize - at - FIXED_BYTES) continue;
    const short = {
      offset: tailStart + at,
      bytes: tail.subarray(at),
      entryCount: tail.readUInt16LE(at + 10),
      directorySize: tail.readUInt32LE(at + 12),
      directoryOffset: tail.readUInt32LE(at + 16),
      directoryEnd: tailStart + at,
    };
    if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== short.entryCount) {
      throw unusable('The zip is split over several files: upload it as one.');
    }
    const hasLocator = at >= LOCATOR_BYTES && tail.readUInt32LE(at - LOCATOR_BYTES) === LOCATOR_SIGNATURE;
    const record = hasLocator ? await withZip64(source, short, tail.subarray(at - LOCATOR_BYTES, at)) : short;
    if (record.directoryOffset + record.directorySize > record.directoryEnd) {
      throw unusable('The zip is damaged: its directory overlaps its end. Build and upload it again.');
    }
    return record;
  }
  throw unusable('The file is not an APK, AAB or IPA: it is not a zip, or it was cut off.');
}

async function withZip64(source: ByteSource, short: EndRecord, locator: Buffer): Promise<EndRecord> {
  const { offset, ...counts } = await readZip64Record(source, locator, short.offset - LOCATOR_BYTES);
  checkAgainst([
    [short.entryCount, 0xffff, counts.entryCount],
    [short.directorySize, 0xffffffff, counts.directorySize],
    [short.directoryOffset, 0xffffffff, counts.directoryOffset],
  ]);
  return { ...short, ...counts, directoryEnd: offset };
}

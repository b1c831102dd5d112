/**
 * The end of central directory record, with which reading a zip begins.
 *
 * Source: PKWARE APPNOTE 6.3.10, 4.3.14 to 4.3.16.
 */
import type { ByteSource } from './byte-source.ts';
import { unusable } from './unusable.ts';

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
    if (at >= LOCATOR_BYTES && tail.readUInt32LE(at - LOCATOR_BYTES) === LOCATOR_SIGNATURE) {
      // Android's signing tools refuse zip64 too, and its 64-bit counts invite lies: 65,535 entries remain the bound.
      throw unusable('The file is a zip64 archive, which is not supported: build it as an ordinary zip.');
    }
    const record: EndRecord = {
      offset: tailStart + at,
      bytes: tail.subarray(at),
      entryCount: tail.readUInt16LE(at + 10),
      directorySize: tail.readUInt32LE(at + 12),
      directoryOffset: tail.readUInt32LE(at + 16),
    };
    if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== record.entryCount) {
      throw unusable('The zip is split over several files: upload it as one.');
    }
    if (record.directoryOffset + record.directorySize > record.offset) {
      throw unusable('The zip is damaged: its directory overlaps its end. Build and upload it again.');
    }
    return record;
  }
  throw unusable('The file is not an APK, AAB or IPA: it is not a zip, or it was cut off.');
}

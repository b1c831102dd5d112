/**
 * The end record of a zip whose counts need 64 bits.
 *
 * Source: PKWARE APPNOTE 6.3.10, 4.3.14 and 4.3.15.
 */
import type { ByteSource } from './byte-source.ts';
import { unusable } from './unusable.ts';

const SIGNATURE = 0x06064b50;
const FIXED_BYTES = 56;
/** Of the record, those that its own size does not count. */
const UNCOUNTED_BYTES = 12;

export type Zip64Record = {
  offset: number;
  entryCount: number;
  directorySize: number;
  directoryOffset: number;
};

/**
 * Reads the record that a locator points to. It must stand right before the locator: readers that follow the pointer
 * and readers that look there would otherwise see different files.
 *
 * @param at where the locator begins
 * @throws DevicelaneError `invalid_artifact`
 */
export async function readZip64Record(source: ByteSource, locator: Buffer, at: number): Promise<Zip64Record> {
  const offset = Number(locator.readBigUInt64LE(8));
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) {
    throw unusable('The zip is split over several files: upload it as one.');
  }
  if (offset + FIXED_BYTES > at) throw lying();
  const record = Buffer.from(await source.read(offset, FIXED_BYTES));
  const size = Number(record.readBigUInt64LE(4));
  if (record.readUInt32LE(0) !== SIGNATURE || offset + size + UNCOUNTED_BYTES !== at) throw lying();
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0 || number(record, 24) !== number(record, 32)) {
    throw unusable('The zip is split over several files: upload it as one.');
  }
  return {
    offset,
    entryCount: number(record, 32),
    directorySize: number(record, 40),
    directoryOffset: number(record, 48),
  };
}

/** A count of 32 or 16 bits must be the greatest of its kind, which says "see there", or the same. */
export function checkAgainst(counts: readonly [short: number, greatest: number, long: number][]): void {
  if (counts.some(([short, greatest, long]) => short !== greatest && short !== long)) throw lying();
}

/** Above 2^53 it is the nearest double: far outside of any file, which is all that matters. */
function number(record: Buffer, at: number): number {
  return Number(record.readBigUInt64LE(at));
}

function lying(): Error {
  return unusable('The zip is damaged: its zip64 records contradict the file. Build and upload it again.');
}

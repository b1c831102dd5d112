/**
 * Where everything lies in a zip, byte by byte: before each entry's data a gap (the local header, alignment padding, a data
 * descriptor), after the last one the signing block, the directory, and the end records. Nothing is left out, so that the
 * file can be put together again from its pieces.
 *
 * Source: PKWARE APPNOTE 6.3.10, 4.3 to 4.5. A file that does not fit has no layout, and goes whole.
 */
import type { ByteSource } from './bytes.ts';
import { DELTA_LIMITS } from './limits.ts';
import { findDirectory } from './zip-directory.ts';

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const RECORD_SIGNATURE = 0x02014b50;
const RECORD_BYTES = 46;
const ZIP64_EXTRA = 1;
const MOST = 0xffffffff;

/** The method of an entry that is deflated. */
export const DEFLATED = 8;

export type LayoutEntry = {
  name: Buffer;
  /** 0: stored; `DEFLATED`. */
  method: number;
  gapOffset: number;
  dataOffset: number;
  /** As it lies in the file. */
  dataLength: number;
  /** Inflated, as the directory declares. */
  contentLength: number;
  /** The entry's record in the directory, as it lies in the file. */
  record: Buffer;
  /** Its place in the directory. */
  position: number;
};

export type ZipLayout = {
  /** In the order of their data. */
  entries: LayoutEntry[];
  /** Where the last entry's data ends. */
  dataEnd: number;
  directoryOffset: number;
  directoryEnd: number;
};

/** The layout of a zip; null for a file that is none, or none that this can take apart. */
export async function readLayout(source: ByteSource): Promise<ZipLayout | null> {
  const directory = await findDirectory(source);
  if (!directory) return null;
  const bytes = Buffer.from(await source.read(directory.offset, directory.size));
  const entries = readRecords(bytes);
  if (!entries) return null;
  entries.sort((a, b) => a.headerOffset - b.headerOffset);

  const placed: LayoutEntry[] = [];
  let end = 0;
  for (const { headerOffset, ...entry } of entries) {
    if (headerOffset < end || headerOffset + LOCAL_BYTES > directory.offset) return null;
    const header = Buffer.from(await source.read(headerOffset, LOCAL_BYTES));
    if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) return null;
    const dataOffset = headerOffset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (dataOffset - end > DELTA_LIMITS.gap || dataOffset + entry.dataLength > directory.offset) return null;
    placed.push({ ...entry, gapOffset: end, dataOffset });
    end = dataOffset + entry.dataLength;
  }
  const directoryEnd = directory.offset + directory.size;
  if (directory.offset - end > DELTA_LIMITS.tail || source.size - directoryEnd > DELTA_LIMITS.tail) return null;
  return { entries: placed, dataEnd: end, directoryOffset: directory.offset, directoryEnd };
}

type Listed = Omit<LayoutEntry, 'gapOffset' | 'dataOffset'> & { headerOffset: number };

function readRecords(directory: Buffer): Listed[] | null {
  const listed: Listed[] = [];
  for (let at = 0; at < directory.length; ) {
    if (directory.length - at < RECORD_BYTES || directory.readUInt32LE(at) !== RECORD_SIGNATURE) return null;
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const end = at + RECORD_BYTES + nameLength + extraLength + directory.readUInt16LE(at + 32);
    if (end > directory.length || listed.length === DELTA_LIMITS.entries) return null;
    const record = directory.subarray(at, end);
    const name = record.subarray(RECORD_BYTES, RECORD_BYTES + nameLength);
    const wide = readWideSizes(record, record.subarray(RECORD_BYTES + nameLength).subarray(0, extraLength));
    if (!wide) return null;
    listed.push({ name, method: record.readUInt16LE(10), record, position: listed.length, ...wide });
    at = end;
  }
  return listed;
}

/** Sizes and offset of an entry, from the zip64 extra field where the record has no room for them. */
function readWideSizes(record: Buffer, extra: Buffer) {
  const narrow = [record.readUInt32LE(24), record.readUInt32LE(20), record.readUInt32LE(42)];
  if (narrow.includes(MOST)) {
    const field = zip64Field(extra);
    let at = 0;
    for (const [index, value] of narrow.entries()) {
      if (value !== MOST) continue;
      if (!field || field.length < at + 8) return null;
      const wide = field.readBigUInt64LE(at);
      if (wide > BigInt(Number.MAX_SAFE_INTEGER)) return null;
      narrow[index] = Number(wide);
      at += 8;
    }
  }
  const [contentLength, dataLength, headerOffset] = narrow as [number, number, number];
  return { contentLength, dataLength, headerOffset };
}

function zip64Field(extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_EXTRA) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

/** Where a record keeps the offset of its entry's local header; entries further on have it in an extra field. */
const OFFSET_FIELD = 42;

/**
 * The record with its offset counted from elsewhere: by the end of the data before it, the records of entries that only
 * moved are the same in both files. Counting by the same number backwards gives the record again.
 */
export function shiftRecord(record: Uint8Array, by: number): Buffer {
  const shifted = Buffer.from(record);
  if (shifted.length < RECORD_BYTES) return shifted;
  const offset = shifted.readUInt32LE(OFFSET_FIELD);
  shifted.writeUInt32LE((((offset + by) % 2 ** 32) + 2 ** 32) % 2 ** 32, OFFSET_FIELD);
  return shifted;
}

/**
 * The signatures of an artifact, as they are stored and sent: an index of everything in the zip, in a zstd frame, and then
 * the block signatures of its contents. Names are digests: who asks has its own, and compares.
 */
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { DELTA_LIMITS } from './limits.ts';
import { DATA_DIGEST_BYTES, HEAD_DIGEST_BYTES, NAME_DIGEST_BYTES, TAIL_DIGEST_BYTES } from './short-digest.ts';

export type IndexedEntry = {
  gapLength: number;
  dataLength: number;
  isDeflated: boolean;
  /** Inflated; of an entry that is not deflated, the data's. */
  contentLength: number;
  recordLength: number;
  /** Its place in the directory. */
  position: number;
  dataDigest: Buffer;
  /** Of the gap and the shifted record. */
  headDigest: Buffer;
  nameDigest: Buffer;
  /** Whether its blocks were signed: contents that are too short, too long or broken are not. */
  isSigned: boolean;
  /** Whether those of its comparable form were signed as well: it is code. */
  isComparable: boolean;
  /** Whether that form is one of native code: hashes of what its references are to follow the blocks' signatures. */
  isNative: boolean;
};

export type SignatureIndex = {
  entries: IndexedEntry[];
  /** Between the last entry and the directory. */
  middleLength: number;
  middleDigest: Buffer;
  /** After the directory. */
  endLength: number;
  endDigest: Buffer;
};

const FORMAT = 1;
const FLAG = { deflated: 1, signed: 2, comparable: 4, native: 8 } as const;
const MOST_FLAGS = Object.values(FLAG).reduce((all, flag) => all | flag, 0);
/** The length of the compressed index, before it. */
export const LENGTH_BYTES = 4;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The index as it stands at the beginning of the signatures, with its length. */
export async function encodeIndex(index: SignatureIndex): Promise<Buffer> {
  const writer = new ByteWriter().number(FORMAT).number(index.entries.length);
  for (const { gapLength } of index.entries) writer.number(gapLength);
  for (const { dataLength } of index.entries) writer.number(dataLength);
  for (const entry of index.entries) writer.number(flagsOf(entry));
  for (const { isDeflated, contentLength } of index.entries) if (isDeflated) writer.number(contentLength);
  for (const { recordLength } of index.entries) writer.number(recordLength);
  for (const [number, { position }] of index.entries.entries()) writer.signed(position - number);
  for (const entry of index.entries) writer.bytes(entry.dataDigest).bytes(entry.headDigest).bytes(entry.nameDigest);
  writer.number(index.middleLength).bytes(index.middleDigest).number(index.endLength).bytes(index.endDigest);
  const frame = await compress(writer.take());
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(frame.length);
  return Buffer.concat([length, frame]);
}

function flagsOf({ isDeflated, isSigned, isComparable, isNative }: IndexedEntry): number {
  const ofForm = (isComparable ? FLAG.comparable : 0) | (isNative ? FLAG.native : 0);
  return (isDeflated ? FLAG.deflated : 0) | (isSigned ? FLAG.signed : 0) | ofForm;
}

/** Bytes of the compressed index, which the signatures begin with. @throws Malformed */
export function indexLength(start: Uint8Array): number {
  if (start.length < LENGTH_BYTES) throw new Malformed('the signatures are cut off');
  const length = Buffer.from(start).readUInt32LE(0);
  if (length > DELTA_LIMITS.index) throw new Malformed('the index is too large');
  return length;
}

/** Reads the compressed index. @throws Malformed */
export async function decodeIndex(frame: Uint8Array, fileSize: number): Promise<SignatureIndex> {
  const bytes = await decompress(frame, { maxOutputLength: DELTA_LIMITS.index }).catch((error: Error) => {
    throw new Malformed(`the index cannot be decompressed: ${error.message}`);
  });
  const reader = new ByteReader(bytes);
  if (reader.number() !== FORMAT) throw new Malformed('the index is of another format');
  const count = reader.number(DELTA_LIMITS.entries);
  const column = <T>(read: (number: number) => T): T[] => Array.from({ length: count }, (_, number) => read(number));
  const gaps = column(() => reader.number(DELTA_LIMITS.gap));
  const data = column(() => reader.number(fileSize));
  const flags = column(() => reader.number(MOST_FLAGS));
  const contents = column((n) => ((flags[n] as number) & FLAG.deflated ? reader.number() : data[n]) as number);
  const records = column(() => reader.number(DELTA_LIMITS.directory));
  const positions = column((n) => n + reader.signed());
  if (new Set(positions).size !== count || positions.some((position) => position < 0 || position >= count)) {
    throw new Malformed('the directory has no order');
  }
  const entries = column(
    (n): IndexedEntry => ({
      gapLength: gaps[n] as number,
      dataLength: data[n] as number,
      isDeflated: ((flags[n] as number) & FLAG.deflated) !== 0,
      contentLength: contents[n] as number,
      recordLength: records[n] as number,
      position: positions[n] as number,
      dataDigest: reader.bytes(DATA_DIGEST_BYTES),
      headDigest: reader.bytes(HEAD_DIGEST_BYTES),
      nameDigest: reader.bytes(NAME_DIGEST_BYTES),
      isSigned: ((flags[n] as number) & FLAG.signed) !== 0,
      isComparable: ((flags[n] as number) & FLAG.comparable) !== 0,
      isNative: ((flags[n] as number) & FLAG.native) !== 0,
    }),
  );
  return {
    entries,
    middleLength: reader.number(DELTA_LIMITS.tail),
    middleDigest: reader.bytes(TAIL_DIGEST_BYTES),
    endLength: reader.number(DELTA_LIMITS.tail),
    endDigest: reader.bytes(TAIL_DIGEST_BYTES),
  };
}

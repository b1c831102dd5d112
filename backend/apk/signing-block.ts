/**
 * Finds the APK Signing Block, which stands right before the zip's central directory.
 *
 * Source: Android, "APK Signature Scheme v2", APK Signing Block format.
 */
import type { ByteSource } from './byte-source.ts';
import type { EndRecord } from './end-record.ts';
import { APK_LIMITS } from './limits.ts';

const MAGIC = 'APK Sig Block 42';
const FOOTER_BYTES = 24;

export type SigningBlock = {
  /** Where the block begins, which is where the zip's entries end. */
  offset: number;
  /** Each scheme's own bytes, by its id. */
  values: ReadonlyMap<number, Buffer>;
};

/** Returns null when there is no block; one that is damaged is none either, as for the platform. */
export async function readSigningBlock(source: ByteSource, end: EndRecord): Promise<SigningBlock | null> {
  const { directoryOffset } = end;
  // The platform demands that the directory ends where the end record begins.
  if (directoryOffset + end.directorySize !== end.offset || directoryOffset < FOOTER_BYTES + 8) return null;
  const footer = Buffer.from(await source.read(directoryOffset - FOOTER_BYTES, FOOTER_BYTES));
  if (footer.toString('latin1', 8) !== MAGIC) return null;
  const size = Number(footer.readBigUInt64LE(0));
  const offset = directoryOffset - size - 8;
  if (size < FOOTER_BYTES || size > APK_LIMITS.signingBlock || offset < 0) return null;
  const block = Buffer.from(await source.read(offset, size + 8));
  if (Number(block.readBigUInt64LE(0)) !== size) return null;
  const values = readPairs(block.subarray(8, block.length - FOOTER_BYTES));
  return values && { offset, values };
}

function readPairs(pairs: Buffer): Map<number, Buffer> | null {
  const values = new Map<number, Buffer>();
  for (let at = 0; at < pairs.length; ) {
    if (at + 12 > pairs.length) return null;
    const length = Number(pairs.readBigUInt64LE(at));
    if (length < 4 || at + 8 + length > pairs.length) return null;
    const id = pairs.readUInt32LE(at + 8);
    if (!values.has(id)) values.set(id, pairs.subarray(at + 12, at + 8 + length));
    at += 8 + length;
  }
  return values;
}

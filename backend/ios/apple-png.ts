/**
 * Makes a plain PNG of Apple's own form, in which Xcode packs an app's icons and which no browser shows.
 *
 * It differs in a chunk `CgBI` before the header, in image data without the zlib frame, and in blue standing before red.
 * Colours are multiplied by their alpha too, which is left so: icons have none. PNG's filters work on each channel by
 * itself, so that the channels can be exchanged beneath them. Source: "CgBI file format", iPhone Development Wiki.
 */
import { crc32, deflateSync, inflateRawSync } from 'node:zlib';
import { ICON_LIMITS } from '../apk/limits.ts';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum. */
const CHUNK_BYTES = 12;
const BYTES_A_PIXEL = 4;
/** 8 bits a channel, RGB with alpha, not interlaced: what Xcode writes. */
const FORM = Buffer.from([8, 6, 0, 0, 0]);

/** Returns null where it is no such picture. */
export function plainPng(bytes: Buffer): Buffer | null {
  const chunks = chunksOf(bytes);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (chunks[0]?.type !== 'CgBI' || header?.length !== 13 || !header.subarray(8).equals(FORM)) return null;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (width > ICON_LIMITS.pixels || height > ICON_LIMITS.pixels) return null;
  const rows = inflated(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)), {
    rowBytes: 1 + width * BYTES_A_PIXEL,
    height,
  });
  if (rows === null) return null;
  const signature = bytes.subarray(0, SIGNATURE_BYTES);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = SIGNATURE_BYTES; at + CHUNK_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + CHUNK_BYTES + length > bytes.length) break;
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += CHUNK_BYTES + length;
  }
  return chunks;
}

/** The rows, each behind the byte that names its filter, with red first. */
function inflated(data: Buffer, { rowBytes, height }: { rowBytes: number; height: number }): Buffer | null {
  let rows: Buffer;
  try {
    rows = inflateRawSync(data, { maxOutputLength: rowBytes * height + 1 });
  } catch {
    // Damaged, or more than the picture has: no icon, as for any other that cannot be shown.
    return null;
  }
  if (rows.length !== rowBytes * height) return null;
  for (let row = 0; row < rows.length; row += rowBytes) {
    for (let at = row + 1; at < row + rowBytes; at += BYTES_A_PIXEL) {
      const blue = rows.readUInt8(at);
      rows.writeUInt8(rows.readUInt8(at + 2), at);
      rows.writeUInt8(blue, at + 2);
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(CHUNK_BYTES + data.length);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), 8 + data.length);
  return bytes;
}

/** A small picture out of a build, told by its own bytes and never by its name. */
import { ICON_LIMITS } from './limits.ts';

export type Picture = { type: 'image/png' | 'image/webp'; bytes: Uint8Array };

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * Returns null for anything but a PNG or WebP that a browser shows and that is small, in bytes and in pixels.
 *
 * Source: PNG (W3C, 2025), 11.2.1; WebP (RFC 9649), 2.5 to 2.7.
 */
export function pictureOf(bytes: Buffer): Picture | null {
  if (bytes.length > ICON_LIMITS.bytes) return null;
  const png = pngSides(bytes);
  const sides = png ?? webpSides(bytes);
  if (sides === null || sides.some((side) => side < 1 || side > ICON_LIMITS.pixels)) return null;
  return { type: png === null ? 'image/webp' : 'image/png', bytes };
}

/** Width and height. Apple's own form of PNG, with a chunk `CgBI` before the header, is none that a browser shows. */
function pngSides(bytes: Buffer): [number, number] | null {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(PNG) || bytes.toString('latin1', 12, 16) !== 'IHDR')
    return null;
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

function webpSides(bytes: Buffer): [number, number] | null {
  const isWebp =
    bytes.length >= 30 && bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  if (!isWebp || bytes.readUInt32LE(4) + 8 > bytes.length) return null;
  const form = bytes.toString('latin1', 12, 16);
  if (form === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  if (form === 'VP8 ') return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  if (form !== 'VP8L') return null;
  const packed = bytes.readUInt32LE(21);
  return [(packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1];
}

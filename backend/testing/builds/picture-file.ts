/** Small pictures for tests. */
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Of one colour, with alpha. `apple`: in the form in which Xcode packs it. */
export function pngFile(width: number, height: number, options: { apple?: boolean } = {}): Buffer {
  const [red, green, blue] = [0x1c, 0x4e, 0xd8];
  const pixel = options.apple ? [blue, green, red, 0xff] : [red, green, blue, 0xff];
  const row = Buffer.from([0, ...Array.from({ length: width }, () => pixel).flat()]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...(options.apple ? [chunk('CgBI', Buffer.from([0x50, 0, 0x20, 2]))] : []),
    chunk('IHDR', header),
    chunk('IDAT', options.apple ? deflateRawSync(rows) : deflateSync(rows)),
    chunk('IEND'),
  ]);
}

/** The head of a lossless WebP; the rest is zeros. */
export function webpFile(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WEBPVP8L', 8, 'latin1');
  bytes.writeUInt32LE(bytes.length - 20, 16);
  bytes.writeUInt8(0x2f, 20);
  bytes.writeUInt32LE((width - 1) | ((height - 1) << 14), 21);
  return bytes;
}

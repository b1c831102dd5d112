import { describe, expect, test } from '@jest/globals';
import { zipFile } from '../../testing/apks/zip-file.ts';
import { difference, rebuilt, sourceOf } from '../../testing/differences.ts';
import { readLayout, shiftRecord } from './zip-layout.ts';

const parts = [
  { name: 'a', content: 'first' },
  { name: 'b', content: 'second', method: 0 },
];

/** The same zip, its sizes and offsets in zip64 fields alone (APPNOTE 4.5.3, 4.3.14 and 4.3.15). */
function zip64(content: Buffer): Buffer {
  const plain = zipFile([{ name: 'a', content, method: 0 }]);
  const end = plain.length - 22;
  const start = plain.readUInt32LE(end + 16);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(content.length), 4);
  extra.writeBigUInt64LE(BigInt(content.length), 12);
  extra.writeBigUInt64LE(0n, 20);
  const record = Buffer.concat([plain.subarray(start, end), extra]);
  record.writeUInt16LE(extra.length, 30);
  for (const field of [20, 24, 42]) record.writeUInt32LE(0xffffffff, field);
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(record.length), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + record.length), 8);
  const last = Buffer.from(plain.subarray(end));
  last.fill(0xff, 8, 20);
  return Buffer.concat([plain.subarray(0, start), record, end64, locator, last]);
}

describe('the layout of a zip', () => {
  test('says where each byte belongs', async () => {
    const zip = zipFile(parts, { beforeDirectory: Buffer.alloc(100), comment: Buffer.from('done') });
    const layout = await readLayout(sourceOf(zip));
    expect(layout?.entries.map((entry) => entry.name.toString())).toEqual(['a', 'b']);
    const second = layout?.entries[1];
    expect(zip.subarray(second?.dataOffset, layout?.dataEnd).toString()).toBe('second');
    expect((layout?.directoryOffset ?? 0) - (layout?.dataEnd ?? 0)).toBe(100);
    expect(zip.length - (layout?.directoryEnd ?? 0)).toBe(22 + 4);
  });

  test('is read from zip64 fields, and the file comes back', async () => {
    const [earlier, later] = [zip64(Buffer.alloc(9000, 1)), zip64(Buffer.alloc(9100, 1))];
    const layout = await readLayout(sourceOf(later));
    expect(layout?.entries).toMatchObject([{ dataLength: 9100, contentLength: 9100 }]);
    const frame = await difference(earlier, later);
    expect((await rebuilt(earlier, frame as Buffer, later.length)).equals(later)).toBe(true);
  });

  test.each([
    ['overlap', zipFile([...parts, { name: 'c', localOffset: 0 }])],
    ['lie outside', zipFile([{ name: 'c', localOffset: 0x7fffffff }])],
    ['are longer than the file', zipFile([{ name: 'c', compressedSize: 1000 }])],
    ['are not where the directory says', zipFile([{ name: 'c', localOffset: 3 }])],
    ['have a directory outside', zipFile(parts, { directoryOffset: 0x7fffffff })],
  ])('is none where entries %s', async (_what, zip) => {
    expect(await readLayout(sourceOf(zip))).toBeNull();
  });

  test('moves a record there and back', () => {
    const record = Buffer.alloc(60, 7);
    for (const by of [0, 5, -5, 2 ** 32 - 1, -(2 ** 40)]) {
      expect(shiftRecord(shiftRecord(record, by), -by).equals(record)).toBe(true);
    }
  });
});

/** Writes zips for tests: honest ones, and ones that lie in a chosen field. Source: PKWARE APPNOTE 6.3.10. */
import { crc32, deflateRawSync } from 'node:zlib';

export type ZipPart = {
  name: string | Buffer;
  content?: Uint8Array | string;
  /** Compressed bytes as they are to lie in the file, in place of the deflated content. */
  compressed?: Uint8Array;
  method?: number;
  flags?: number;
  externalAttributes?: number;
  /** What the directory, and the local header too, declares in place of the truth. */
  inflatedSize?: number;
  compressedSize?: number;
  /** The local header alone. */
  localName?: string;
  localInflatedSize?: number;
  localOffset?: number;
  /** Sizes and place stand in 64 bits in the extra fields, whether they need them or not. */
  zip64?: boolean;
  /** What the zip64 field of the directory declares in place of the inflated size. */
  zip64InflatedSize?: bigint;
};

export type ZipShape = {
  /** Bytes between the last entry and the directory. */
  beforeDirectory?: Uint8Array;
  comment?: Uint8Array;
  entryCount?: number;
  directorySize?: number;
  directoryOffset?: number;
  beforeEnd?: Uint8Array;
  /** An end record of 64 bits stands before the other, which points to it; with what it declares in place of the truth. */
  zip64?: { entryCount?: bigint; directorySize?: bigint; directoryOffset?: bigint; recordOffset?: bigint };
};

export function zipFile(parts: ZipPart[], shape: ZipShape = {}): Buffer {
  const body: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const part of parts) {
    const { local, central } = headers(part, offset);
    body.push(...local);
    directory.push(central);
    offset += local.reduce((sum, bytes) => sum + bytes.length, 0);
  }
  const before = shape.beforeDirectory ?? Buffer.alloc(0);
  const directorySize = directory.reduce((sum, bytes) => sum + bytes.length, 0);
  const directoryOffset = offset + before.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(shape.entryCount ?? (shape.zip64 ? 0xffff : parts.length), 8);
  end.writeUInt16LE(shape.entryCount ?? (shape.zip64 ? 0xffff : parts.length), 10);
  end.writeUInt32LE(shape.directorySize ?? (shape.zip64 ? 0xffffffff : directorySize), 12);
  end.writeUInt32LE(shape.directoryOffset ?? (shape.zip64 ? 0xffffffff : directoryOffset), 16);
  end.writeUInt16LE(shape.comment?.length ?? 0, 20);
  return Buffer.concat([
    ...body,
    before,
    ...directory,
    shape.beforeEnd ?? Buffer.alloc(0),
    shape.zip64
      ? zip64Records(shape.zip64, { count: parts.length, size: directorySize, offset: directoryOffset })
      : Buffer.alloc(0),
    end,
    shape.comment ?? Buffer.alloc(0),
  ]);
}

function zip64Records(
  claims: NonNullable<ZipShape['zip64']>,
  truth: { count: number; size: number; offset: number },
): Buffer {
  const records = Buffer.alloc(56 + 20);
  records.writeUInt32LE(0x06064b50, 0);
  records.writeBigUInt64LE(44n, 4);
  records.writeBigUInt64LE(claims.entryCount ?? BigInt(truth.count), 24);
  records.writeBigUInt64LE(claims.entryCount ?? BigInt(truth.count), 32);
  records.writeBigUInt64LE(claims.directorySize ?? BigInt(truth.size), 40);
  records.writeBigUInt64LE(claims.directoryOffset ?? BigInt(truth.offset), 48);
  records.writeUInt32LE(0x07064b50, 56);
  records.writeBigUInt64LE(claims.recordOffset ?? BigInt(truth.offset + truth.size), 56 + 8);
  records.writeUInt32LE(1, 56 + 16);
  return records;
}

/** The field 1 of APPNOTE 4.5.3. */
function zip64Field(values: bigint[]): Buffer {
  const bytes = Buffer.alloc(4 + values.length * 8);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(values.length * 8, 2);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(value, 4 + index * 8);
  return bytes;
}

function headers(part: ZipPart, offset: number): { local: Uint8Array[]; central: Uint8Array } {
  const content = Buffer.from(part.content ?? '');
  const method = part.method ?? 8;
  const compressed = part.compressed ?? (method === 0 ? content : deflateRawSync(content));
  const name = Buffer.from(part.name);
  const localName = Buffer.from(part.localName ?? name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(part.flags ?? 0x0800, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(part.compressedSize ?? compressed.length, 14);
  common.writeUInt32LE(part.inflatedSize ?? content.length, 18);
  common.writeUInt16LE(name.length, 22);

  const local = Buffer.from(common);
  local.writeUInt16LE(localName.length, 22);
  if (part.localInflatedSize !== undefined) local.writeUInt32LE(part.localInflatedSize, 18);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  common.copy(central, 6);
  central.writeUInt32LE(part.externalAttributes ?? 0, 38);
  central.writeUInt32LE(part.localOffset ?? offset, 42);
  if (!part.zip64) {
    return {
      local: [Buffer.from('PK\u0003\u0004'), local, localName, compressed],
      central: Buffer.concat([central, name]),
    };
  }
  const sizes = [BigInt(content.length), BigInt(compressed.length)];
  const localExtra = zip64Field(sizes);
  const extra = zip64Field([
    part.zip64InflatedSize ?? BigInt(content.length),
    BigInt(compressed.length),
    BigInt(offset),
  ]);
  local.writeUInt32LE(0xffffffff, 14);
  local.writeUInt32LE(0xffffffff, 18);
  local.writeUInt16LE(localExtra.length, 24);
  central.writeUInt32LE(0xffffffff, 20);
  central.writeUInt32LE(0xffffffff, 24);
  central.writeUInt16LE(extra.length, 30);
  central.writeUInt32LE(0xffffffff, 42);
  return {
    local: [Buffer.from('PK\u0003\u0004'), local, localName, localExtra, compressed],
    central: Buffer.concat([central, name, extra]),
  };
}

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
};

export type ZipShape = {
  /** Bytes between the last entry and the directory. */
  beforeDirectory?: Uint8Array;
  comment?: Uint8Array;
  entryCount?: number;
  directorySize?: number;
  directoryOffset?: number;
  beforeEnd?: Uint8Array;
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
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(shape.entryCount ?? parts.length, 8);
  end.writeUInt16LE(shape.entryCount ?? parts.length, 10);
  end.writeUInt32LE(shape.directorySize ?? directorySize, 12);
  end.writeUInt32LE(shape.directoryOffset ?? offset + before.length, 16);
  end.writeUInt16LE(shape.comment?.length ?? 0, 20);
  return Buffer.concat([
    ...body,
    before,
    ...directory,
    shape.beforeEnd ?? Buffer.alloc(0),
    end,
    shape.comment ?? Buffer.alloc(0),
  ]);
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
  return {
    local: [Buffer.from('PK\u0003\u0004'), local, localName, compressed],
    central: Buffer.concat([central, name]),
  };
}

/** Writes Android's binary XML for tests, with attributes under their resource ids as the Android tools do. */

/** A string, a boolean, an integer, or a reference to a resource. */
export type Value = string | boolean | number | { reference: number };
export type Node = { name: string; attributes?: Record<string, Value>; children?: Node[] };

/** The framework's attribute ids by name; an attribute that is not among them has none. */
export const ATTRIBUTE_IDS: Readonly<Record<string, number>> = {
  label: 0x01010001,
  icon: 0x01010002,
  name: 0x01010003,
  permission: 0x01010006,
  readPermission: 0x01010007,
  writePermission: 0x01010008,
  enabled: 0x0101000e,
  debuggable: 0x0101000f,
  exported: 0x01010010,
  targetPackage: 0x01010021,
  drawable: 0x01010199,
  minSdkVersion: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  targetSdkVersion: 0x01010270,
  testOnly: 0x01010272,
  allowBackup: 0x01010280,
  fullBackupContent: 0x010104eb,
  usesCleartextTraffic: 0x010104ec,
  networkSecurityConfig: 0x01010527,
};

/** `blankNames` leaves the names of the framework's attributes empty, as some packers do: only their ids tell. */
export function binaryXml(root: Node, options: { blankNames?: boolean } = {}): Buffer {
  const known = Object.keys(ATTRIBUTE_IDS);
  const strings = [...known];
  const indexOf = (text: string) => {
    const found = strings.indexOf(text, known.length);
    return found === -1 ? strings.push(text) - 1 : found;
  };
  const nodes = elementChunks(root, known, indexOf);
  const pool = stringPool(strings.map((text, index) => (options.blankNames && index < known.length ? '' : text)));
  const ids = chunk(0x0180, 8, Buffer.concat(known.map((name) => uint32(ATTRIBUTE_IDS[name] as number))));
  return chunk(0x0003, 8, Buffer.concat([pool, ids, ...nodes]));
}

function elementChunks(node: Node, known: string[], indexOf: (text: string) => number): Buffer[] {
  const attributes = Object.entries(node.attributes ?? {}).map(([name, value]) => {
    const nameIndex = known.includes(name) ? known.indexOf(name) : indexOf(name);
    const { type, data } = typed(value, indexOf);
    const raw = typeof value === 'string' ? data : 0xffffffff;
    return Buffer.concat([
      uint32(0xffffffff),
      uint32(nameIndex),
      uint32(raw),
      Buffer.from([8, 0, 0, type]),
      uint32(data),
    ]);
  });
  const name = indexOf(node.name);
  const extension = Buffer.alloc(20);
  extension.writeUInt32LE(0xffffffff, 0);
  extension.writeUInt32LE(name, 4);
  extension.writeUInt16LE(20, 8);
  extension.writeUInt16LE(20, 10);
  extension.writeUInt16LE(attributes.length, 12);
  const line = Buffer.concat([uint32(1), uint32(0xffffffff)]);
  return [
    chunk(0x0102, 16, Buffer.concat([line, extension, ...attributes])),
    ...(node.children ?? []).flatMap((child) => elementChunks(child, known, indexOf)),
    chunk(0x0103, 16, Buffer.concat([line, uint32(0xffffffff), uint32(name)])),
  ];
}

function typed(value: Value, indexOf: (text: string) => number): { type: number; data: number } {
  if (typeof value === 'string') return { type: 0x03, data: indexOf(value) };
  if (typeof value === 'boolean') return { type: 0x12, data: value ? 0xffffffff : 0 };
  if (typeof value === 'number') return { type: 0x10, data: value };
  return { type: 0x01, data: value.reference };
}

function stringPool(strings: string[]): Buffer {
  const encoded = strings.map((text) => {
    const bytes = Buffer.alloc(2 + text.length * 2 + 2);
    bytes.writeUInt16LE(text.length);
    bytes.write(text, 2, 'utf16le');
    return bytes;
  });
  let at = 0;
  const offsets = encoded.map((bytes) => {
    at += bytes.length;
    return uint32(at - bytes.length);
  });
  const start = 28 + offsets.length * 4;
  const head = Buffer.concat([uint32(strings.length), uint32(0), uint32(0), uint32(start), uint32(0)]);
  const text = Buffer.concat(encoded);
  return chunk(0x0001, 28, Buffer.concat([head, ...offsets, text, Buffer.alloc(-text.length & 3)]));
}

/** `header` counts the 8 bytes of type and sizes; the body begins right behind these. */
function chunk(type: number, header: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(header, 2);
  head.writeUInt32LE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Writes property lists for tests, in both forms. */

export type Plain = string | number | boolean | Date | Uint8Array | Plain[] | { [key: string]: Plain };

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

export function xmlPlist(root: Plain): Buffer {
  return Buffer.from(`${HEAD}<plist version="1.0">${xml(root)}</plist>\n`);
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function xml(value: Plain): string {
  if (typeof value === 'string') return `<string>${escaped(value)}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `<${value}/>`;
  if (value instanceof Date) return `<date>${value.toISOString()}</date>`;
  if (value instanceof Uint8Array) return `<data>${Buffer.from(value).toString('base64')}</data>`;
  if (Array.isArray(value)) return `<array>${value.map(xml).join('\n')}</array>`;
  const pairs = Object.entries(value).map(([key, each]) => `<key>${escaped(key)}</key>${xml(each)}`);
  return `<dict>${pairs.join('\n')}</dict>`;
}

/** Binary objects with references of two bytes; `top` is the first of them. */
export function binaryObjects(objects: Uint8Array[], claim: { count?: number } = {}): Buffer {
  const head = Buffer.from('bplist00');
  const offsets: Buffer[] = [];
  let at = head.length;
  for (const object of objects) {
    offsets.push(uint(at, 4));
    at += object.length;
  }
  const trailer = Buffer.alloc(32);
  trailer.writeUInt8(4, 6);
  trailer.writeUInt8(2, 7);
  trailer.writeUInt32BE(claim.count ?? objects.length, 12);
  trailer.writeUInt32BE(at, 28);
  return Buffer.concat([head, ...objects, ...offsets, trailer]);
}

/** An array (0xa) or dictionary (0xd) that refers to others by their places. */
export function binaryReferences(kind: 0xa | 0xd, references: number[]): Buffer {
  const length = kind === 0xd ? references.length / 2 : references.length;
  return Buffer.concat([marker(kind, length), ...references.map((reference) => uint(reference, 2))]);
}

export function binaryPlist(root: Plain): Buffer {
  const objects: Uint8Array[] = [];
  add(root);
  return binaryObjects(objects);

  function add(value: Plain): number {
    const place = objects.push(Buffer.alloc(0)) - 1;
    objects[place] = encoded(value);
    return place;
  }

  function encoded(value: Plain): Buffer {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return Buffer.concat([Buffer.from([0x12]), uint(value, 4)]);
    if (typeof value === 'boolean') return Buffer.from([value ? 9 : 8]);
    if (value instanceof Date) return date(value);
    if (value instanceof Uint8Array) return Buffer.concat([marker(4, value.length), value]);
    if (Array.isArray(value)) return binaryReferences(0xa, value.map(add));
    const keys = Object.keys(value).map((key) => add(key));
    return binaryReferences(0xd, [...keys, ...Object.values(value).map(add)]);
  }
}

function text(value: string): Buffer {
  const isAscii = /^[\0-\x7f]*$/.test(value);
  const bytes = isAscii ? Buffer.from(value) : Buffer.from(value, 'utf16le').swap16();
  return Buffer.concat([marker(isAscii ? 5 : 6, value.length), bytes]);
}

function date(value: Date): Buffer {
  const bytes = Buffer.alloc(9, 0x33);
  bytes.writeDoubleBE(value.getTime() / 1000 - 978_307_200, 1);
  return bytes;
}

function marker(kind: number, length: number): Buffer {
  if (length < 15) return Buffer.from([kind * 16 + length]);
  return Buffer.concat([Buffer.from([kind * 16 + 15, 0x12]), uint(length, 4)]);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** Small dex files for tests: a header and the tables that say which classes are defined. */

/** @param names as Java writes them */
export function dexFile(names: readonly string[]): Buffer {
  const descriptors = names.map((name) => `L${name.replaceAll('.', '/')};`);
  const strings = descriptors.map((text) => {
    const bytes = Buffer.from(text);
    const length = text.length < 0x80 ? [text.length] : [(text.length & 0x7f) | 0x80, text.length >> 7];
    return Buffer.concat([Buffer.from(length), bytes, Buffer.alloc(1)]);
  });
  const [stringIds, typeIds, classDefs] = [4, 4, 32].map((size) => Buffer.alloc(names.length * size));
  const header = Buffer.alloc(0x70);
  header.write('dex\n035\0', 'latin1');
  let at = header.length;
  for (const [place, table] of [
    [0x38, stringIds!],
    [0x40, typeIds!],
    [0x60, classDefs!],
  ] as const) {
    header.writeUInt32LE(names.length, place);
    header.writeUInt32LE(at, place + 4);
    at += table.length;
  }
  for (const [index, text] of strings.entries()) {
    stringIds!.writeUInt32LE(at, index * 4);
    typeIds!.writeUInt32LE(index, index * 4);
    classDefs!.writeUInt32LE(index, index * 32);
    at += text.length;
  }
  return Buffer.concat([header, stringIds!, typeIds!, classDefs!, ...strings]);
}

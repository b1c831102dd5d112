/**
 * A dex file: Android's code, whose instructions name strings, types, fields and methods by their places in sorted tables.
 * Source: https://source.android.com/docs/core/runtime/dex-format
 */

/** The sections that hold or are references, by their types in the map. */
export const SECTION = {
  stringIds: 0x0001,
  typeIds: 0x0002,
  protoIds: 0x0003,
  fieldIds: 0x0004,
  methodIds: 0x0005,
  classDefs: 0x0006,
  callSites: 0x0007,
  methodHandles: 0x0008,
  typeLists: 0x1001,
  annotationSetLists: 0x1002,
  annotationSets: 0x1003,
  classData: 0x2000,
  code: 0x2001,
  stringData: 0x2002,
  debugInfo: 0x2003,
  annotations: 0x2004,
  encodedArrays: 0x2005,
  annotationDirectories: 0x2006,
} as const;

/** How a reference is written: little-endian, as LEB128, or as LEB128 of one more, where 0 is none. */
export const FORM = { fixed: 0, leb: 1, lebPlusOne: 2 } as const;
export type Form = (typeof FORM)[keyof typeof FORM];

type Section = { count: number; offset: number };

/** The versions with one dex in a file, 035 to 040. */
const MAGIC = /^dex\n0(?:3[5-9]|40)\0$/;
const HEADER_BYTES = 0x70;
const MAP_OFFSET = 0x34;
const MAP_ITEM_BYTES = 12;
/** More than there are types of sections. */
const MOST_SECTIONS = 64;
/** More than compilers put into one file: what is named or counted is kept in memory. */
export const MOST_ITEMS = 2 ** 19;
const NOWHERE: Section = { count: 0, offset: 0 };

export class DexFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where `number` and `signed` read next. */
  at = 0;
  readonly #sections = new Map<number, Section>();

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = this.view.getUint32(MAP_OFFSET, true);
    const count = this.view.getUint32(this.at, true);
    if (count > MOST_SECTIONS) throw new RangeError('the map is too long');
    for (let item = 0; item < count; item++) {
      const at = this.at + 4 + item * MAP_ITEM_BYTES;
      const section = { count: this.view.getUint32(at + 4, true), offset: this.view.getUint32(at + 8, true) };
      if (section.count > MOST_ITEMS) throw new RangeError('a section is too long');
      this.#sections.set(this.view.getUint16(at, true), section);
    }
  }

  /** Null for what does not begin as a dex file does. Whatever else reads it: a `RangeError` says that it is none after all. */
  static open(bytes: Uint8Array): DexFile | null {
    if (bytes.length < HEADER_BYTES || !MAGIC.test(Buffer.from(bytes.subarray(0, 8)).toString('latin1'))) return null;
    return new DexFile(bytes);
  }

  section(type: number): Section {
    return this.#sections.get(type) ?? NOWHERE;
  }

  /** A section of items of one size. @throws RangeError when it ends after the file */
  table(type: number, itemBytes: number): Section {
    const section = this.section(type);
    if (section.offset + section.count * itemBytes > this.bytes.length) throw new RangeError('a table is cut off');
    return section;
  }

  /** The unsigned LEB128 here. @throws RangeError when it is none of 32 bits */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.view.getUint8(this.at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError('a number is too long');
  }

  /** The signed LEB128 here. @throws RangeError when it is none of 32 bits */
  signed(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.view.getUint8(this.at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift < 28 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
    }
    throw new RangeError('a number is too long');
  }

  /** What the reference says; -1 for none, and for one that is written longer than it need be. */
  read(at: number, width: number, form: Form): number {
    if (form === FORM.fixed) {
      if (width === 4) return this.view.getUint32(at, true);
      if (width === 2) return this.view.getUint16(at, true);
      let value = 0;
      for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + this.view.getUint8(at + byte);
      return value;
    }
    if (width > 1 && this.view.getUint8(at + width - 1) === 0) return -1;
    let value = 0;
    for (let byte = width - 1; byte >= 0; byte--) value = value * 128 + (this.view.getUint8(at + byte) & 0x7f);
    return form === FORM.lebPlusOne ? value - 1 : value;
  }

  /** Writes it in as many bytes. @returns whether it goes into them */
  write(at: number, width: number, form: Form, value: number): boolean {
    let rest = form === FORM.lebPlusOne ? value + 1 : value;
    if (form === FORM.fixed) {
      for (let byte = 0; byte < width; byte++, rest = Math.floor(rest / 256)) this.bytes[at + byte] = rest;
      return rest === 0;
    }
    for (let byte = 0; byte < width; byte++, rest = Math.floor(rest / 128)) {
      if (byte > 0 && rest === 0) return false;
      this.bytes[at + byte] = (rest & 0x7f) | (byte < width - 1 ? 0x80 : 0);
    }
    return rest === 0;
  }
}

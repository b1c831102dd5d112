/**
 * A native library, as Android's linker loads it: where its sections lie in the file and in memory.
 * Source: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */

import { firstFrom } from '../first-from.ts';

export const MACHINE = { x86: 3, arm: 40, x86_64: 62, arm64: 183 } as const;

/** Types of sections (`SHT_`) and their flags (`SHF_`). */
export const SECTION_TYPE = { rela: 4, noBits: 8, rel: 9, dynsym: 11, armExidx: 0x70000001 } as const;
const FLAG = { alloc: 2, code: 4, tls: 0x400 } as const;

export type Section = {
  name: string;
  type: number;
  isCode: boolean;
  /** In memory. */
  address: number;
  /** In the file. */
  offset: number;
  /** In bytes. */
  size: number;
};

/** What a file of 32 or of 64 bits begins with. */
const IDENT = { 4: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]), 8: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) };
const HEADER_BYTES = 64;
/** Where the header and a section's have what, by the bytes of an address. */
const HEADER = { 4: { table: 32, count: 48, names: 50 }, 8: { table: 40, count: 60, names: 62 } };
const FIELDS = {
  4: { flags: 8, address: 12, offset: 16, size: 20, bytes: 40 },
  8: { flags: 8, address: 16, offset: 24, size: 32, bytes: 64 },
};
/** More than a linker makes of an app's library. */
const MOST_SECTIONS = 1000;
const MOST_NAME = 64;
/** What is in memory alone counts as lying behind each file, the sections of it apart from each other. */
const BEHIND = 2 ** 40;
const APART = 2 ** 32;

export class ElfFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly machine: number;
  /** Bytes of an address. */
  readonly wide: 4 | 8;
  /** Those with bytes in the file, in their order there. */
  readonly sections: readonly Section[];
  readonly #inMemory: readonly Section[];
  readonly #offsets: Float64Array;
  readonly #byAddress: readonly Section[];
  readonly #addresses: Float64Array;
  /** The table of global offsets, from which code of 32 bits counts; null where there is none. */
  readonly globals: Section | null;

  private constructor(bytes: Uint8Array, wide: 4 | 8) {
    this.bytes = bytes;
    this.wide = wide;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.machine = this.view.getUint16(18, true);
    const sections = this.#readSections();
    this.sections = sections.filter(({ type }) => type !== SECTION_TYPE.noBits).sort((a, b) => a.offset - b.offset);
    this.#inMemory = sections.filter(({ type }) => type === SECTION_TYPE.noBits);
    this.#offsets = Float64Array.from(this.sections, ({ offset }) => offset);
    this.#byAddress = this.sections.toSorted((a, b) => a.address - b.address);
    this.#addresses = Float64Array.from(this.#byAddress, ({ address }) => address);
    const named = (name: string) => sections.find((section) => section.name === name);
    this.globals = named('.got.plt') ?? named('.got') ?? null;
    let end = 0;
    for (const { offset, size } of this.sections) {
      if (offset < end || offset + size > bytes.length) throw new RangeError('a section lies where it cannot');
      end = offset + size;
    }
  }

  /** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
  static open(bytes: Uint8Array): ElfFile | null {
    const wide = ([4, 8] as const).find((each) => IDENT[each].equals(bytes.subarray(0, IDENT[each].length)));
    if (bytes.length < HEADER_BYTES || !wide) return null;
    const file = new ElfFile(bytes, wide);
    return Object.values<number>(MACHINE).includes(file.machine) ? file : null;
  }

  /**
   * Where in the file lies what has this address; null for what is in no section. What is in memory alone lies behind all
   * files, at the same place in each.
   */
  offsetOf(address: number): number | null {
    const section = this.#at(address);
    if (section && address < section.address + section.size) return section.offset + address - section.address;
    const behind = this.#behind(address);
    // What is an end of one may be the beginning of another.
    return behind ?? (section && section.offset + section.size);
  }

  /** For what is in memory alone. */
  #behind(address: number): number | null {
    const number = this.#inMemory.findIndex((each) => address >= each.address && address <= each.address + each.size);
    return number < 0 ? null : BEHIND + number * APART + address - (this.#inMemory[number] as Section).address;
  }

  /** The address of what lies there in the file; null for what is not loaded. */
  addressOf(offset: number): number | null {
    if (offset >= BEHIND) {
      const section = this.#inMemory[Math.floor((offset - BEHIND) / APART)];
      return section ? section.address + ((offset - BEHIND) % APART) : null;
    }
    const section = this.sectionAt(offset);
    return section && section.address + offset - section.offset;
  }

  /** The section in which it lies, or at whose end; null for what is in none. */
  sectionAt(offset: number): Section | null {
    const section = this.sections[firstFrom(this.#offsets, offset + 1) - 1];
    return section && offset <= section.offset + section.size ? section : null;
  }

  /** The section in the file with this address, or that ends there. */
  #at(address: number): Section | null {
    const section = this.#byAddress[firstFrom(this.#addresses, address + 1) - 1];
    return section && address <= section.address + section.size ? section : null;
  }

  #readSections(): Section[] {
    const [header, fields] = [HEADER[this.wide], FIELDS[this.wide]];
    const table = this.#number(header.table);
    const count = this.view.getUint16(header.count, true);
    if (count > MOST_SECTIONS) throw new RangeError('there are too many sections');
    const names = this.#number(table + fields.bytes * this.view.getUint16(header.names, true) + fields.offset);
    const sections: Section[] = [];
    for (let at = table; at < table + fields.bytes * count; at += fields.bytes) {
      const flags = this.#number(at + fields.flags);
      const size = this.#number(at + fields.size);
      if ((flags & FLAG.alloc) === 0 || (flags & FLAG.tls) !== 0 || size === 0) continue;
      sections.push({
        name: this.#name(names + this.view.getUint32(at, true)),
        type: this.view.getUint32(at + 4, true),
        isCode: (flags & FLAG.code) !== 0,
        address: this.#number(at + fields.address),
        offset: this.#number(at + fields.offset),
        size,
      });
    }
    return sections;
  }

  #name(start: number): string {
    const bytes = this.bytes.subarray(start, start + MOST_NAME);
    const end = bytes.indexOf(0);
    if (end < 0) throw new RangeError('the name of a section is too long');
    return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
  }

  /** An address that stands in the file, or another number as wide; of 64 bits it may be negative. */
  word(at: number): number {
    const low = this.view.getUint32(at, true);
    return this.wide === 4 ? low : low + 2 ** 32 * this.view.getInt32(at + 4, true);
  }

  #number(at: number): number {
    const number = this.word(at);
    if (number < 0 || number >= BEHIND) throw new RangeError('a section lies where it cannot');
    return number;
  }
}

/** A native library: where its sections lie in the file and in memory. */
import { firstFrom } from '../first-from.ts';
import { elfLayout } from './elf.ts';
import { BEHIND, type Layout, type LinkerTables, type Machine, type Section, wordAt } from './layout.ts';
import { machOLayout } from './mach-o.ts';

/** How far the sections in memory alone lie apart from each other, behind the file. */
const APART = 2 ** 32;

export class NativeFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly machine: Machine;
  /** Bytes of an address. */
  readonly wide: 4 | 8;
  /** Those with bytes in the file, in their order there. */
  readonly sections: readonly Section[];
  /** The table of global offsets, from which code of 32 bits counts; null where there is none. */
  readonly globals: Section | null;
  /** Null for ELF. */
  readonly linkerTables: LinkerTables | null;
  readonly #inMemory: readonly Section[];
  readonly #offsets: Float64Array;
  readonly #byAddress: readonly Section[];
  readonly #addresses: Float64Array;

  private constructor(bytes: Uint8Array, view: DataView, layout: Layout) {
    this.bytes = bytes;
    this.view = view;
    this.machine = layout.machine;
    this.wide = layout.wide;
    this.globals = layout.globals;
    this.linkerTables = layout.linkerTables ?? null;
    this.sections = layout.sections.filter(({ kind }) => kind !== 'empty').sort((a, b) => a.offset - b.offset);
    this.#inMemory = layout.sections.filter(({ kind }) => kind === 'empty');
    this.#offsets = Float64Array.from(this.sections, ({ offset }) => offset);
    this.#byAddress = this.sections.toSorted((a, b) => a.address - b.address);
    this.#addresses = Float64Array.from(this.#byAddress, ({ address }) => address);
    let end = 0;
    for (const { offset, size } of this.sections) {
      if (offset < end || offset + size > bytes.length) throw new RangeError('a section lies where it cannot');
      end = offset + size;
    }
  }

  /** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
  static open(bytes: Uint8Array): NativeFile | null {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const layout = elfLayout(bytes, view) ?? machOLayout(bytes, view);
    return layout && new NativeFile(bytes, view, layout);
  }

  /**
   * Where in the file lies what has this address; null for what is in no section, or where something else lies. What is in
   * memory alone lies behind all files, at the same place in each.
   */
  offsetOf(address: number): number | null {
    const offset = this.#placeOf(address);
    return offset !== null && this.addressOf(offset) === address ? offset : null;
  }

  #placeOf(address: number): number | null {
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

  /** An address that stands in the file, or another number as wide; of 64 bits it may be negative. */
  word(at: number): number {
    return wordAt(this.view, this.wide, at);
  }
}

/**
 * Native libraries as a linker makes them, small: with code, relocations, stubs, symbols and how frames are unwound. One
 * function more moves what is behind it, as in a real one. Nobody can load them.
 */
import {
  type Addresses,
  addressesOf,
  MACHINES,
  type Machine,
  type NativeFunction,
  packedAddresses,
  type Used,
  usedBy,
  words32,
} from './native-code.ts';

export type MachineName = keyof typeof MACHINES;

type Section = { name: string; type: number; flags: number; address: number; offset: number; size: number };

const TYPE = { bits: 1, strings: 3, rela: 4, noBits: 8, rel: 9, dynsym: 11, relr: 19, armExidx: 0x70000001 };
const FLAG = { loaded: 2, code: 6 };
const PAGE = 4096;
/** How far what is loaded lies behind its place in the file. */
const MOVED = { read: 0, code: 0x1000, data: 0x3000 };

/** @param isPacked whether addresses that move with the library are told by bits */
export function nativeLibrary(machine: MachineName, functions: readonly NativeFunction[], isPacked = false): Buffer {
  return new Library(MACHINES[machine], functions, isPacked).bytes();
}

class Library {
  readonly #machine: Machine;
  readonly #functions: readonly NativeFunction[];
  readonly #used: Used;
  readonly #sections = new Map<string, Section>();
  readonly #places = new Map<string, number>();
  readonly #sizes: readonly number[];
  readonly #isPacked: boolean;
  #end = 64;

  constructor(machine: Machine, functions: readonly NativeFunction[], isPacked: boolean) {
    this.#isPacked = isPacked;
    this.#machine = machine;
    this.#functions = functions;
    this.#sizes = functions.map((each) => machine.functionAt(0, each, NOWHERE).length);
    this.#used = usedBy(functions);
  }

  bytes(): Buffer {
    this.#lay();
    const { wide, number } = this.#machine;
    const names = ['', ...this.#sections.keys()];
    const strings = Buffer.from(names.map((name) => `${name}\0`).join(''));
    const table = (this.#end + strings.length + 7) & ~7;
    const bytes = Buffer.alloc(table + (names.length + 1) * (wide === 8 ? 64 : 40));
    bytes.set([0x7f, 0x45, 0x4c, 0x46, wide / 4, 1, 1]);
    bytes.set([3, 0, number, 0, 1], 16);
    this.#word(bytes, wide === 8 ? 40 : 32, table);
    bytes.writeUInt16LE(wide === 8 ? 64 : 52, wide === 8 ? 52 : 40);
    bytes.writeUInt16LE(wide === 8 ? 64 : 40, wide === 8 ? 58 : 46);
    bytes.writeUInt16LE(names.length + 1, wide === 8 ? 60 : 48);
    bytes.writeUInt16LE(names.length, wide === 8 ? 62 : 50);
    for (const [name, content] of this.#contents()) bytes.set(content, this.#section(name).offset);
    bytes.set(strings, this.#end);
    const named = { name: '', type: TYPE.strings, flags: 0, address: 0, offset: this.#end, size: strings.length };
    let at = table;
    for (const section of [null, ...this.#sections.values(), named]) {
      if (section) this.#header(bytes, at, section, strings.indexOf(`\0${section.name}\0`) + 1);
      at += wide === 8 ? 64 : 40;
    }
    return bytes;
  }

  /** Where everything lies: a function is as long whatever it is to. */
  #lay(): void {
    const { wide, stubBytes } = this.#machine;
    const count = this.#functions.length;
    const relocation = (wide === 8 ? 3 : 2) * wide;
    const kind = wide === 8 ? 'rela' : 'rel';
    this.#put('.dynsym', TYPE.dynsym, 'read', (1 + this.#used.imports.length + count) * (wide === 8 ? 24 : 16));
    this.#put('.dynstr', TYPE.strings, 'read', this.#symbolNames().length);
    if (this.#isPacked) this.#put('.relr.dyn', TYPE.relr, 'read', packedAddresses(0, count, wide).length);
    else this.#put(`.${kind}.dyn`, TYPE[kind], 'read', count * relocation);
    this.#put(`.${kind}.plt`, TYPE[kind], 'read', this.#used.imports.length * relocation);
    if (this.#machine === MACHINES.arm) {
      this.#put('.ARM.exidx', TYPE.armExidx, 'read', 8 * count);
      this.#put('.ARM.extab', TYPE.bits, 'read', 8 * count);
    } else {
      this.#put('.eh_frame_hdr', TYPE.bits, 'read', 12 + 8 * count);
      this.#put('.eh_frame', TYPE.bits, 'read', 16 + 24 * count + 4);
    }
    const texts = this.#put('.rodata', TYPE.bits, 'read', Buffer.from(this.#used.texts.join('\0')).length + 1);
    let place = texts.address;
    for (const text of this.#used.texts) {
      this.#places.set(`text ${text}`, place);
      place += Buffer.from(text).length + 1;
    }
    const sizes = this.#sizes;
    const code = this.#put(
      '.text',
      TYPE.bits,
      'code',
      sizes.reduce((sum, size) => sum + ((size + 15) & ~15), 0),
    );
    place = code.address;
    for (const [number, { name }] of this.#functions.entries()) {
      this.#places.set(`function ${name}`, place);
      place += ((sizes[number] as number) + 15) & ~15;
    }
    this.#put('.plt', TYPE.bits, 'code', this.#used.imports.length * stubBytes);
    this.#put('.data.rel.ro', TYPE.bits, 'data', wide * count);
    // What stays writable begins with a page of its own.
    this.#end = (this.#end + PAGE - 1) & ~(PAGE - 1);
    this.#put('.got.plt', TYPE.bits, 'data', wide * (3 + this.#used.imports.length));
    const inMemory = { name: '.bss', type: TYPE.noBits, flags: FLAG.loaded, offset: this.#end };
    this.#sections.set('.bss', {
      ...inMemory,
      address: this.#end + MOVED.data,
      size: 8 * this.#used.variables.length + 8,
    });
  }

  #put(name: string, type: number, kind: keyof typeof MOVED, size: number): Section {
    this.#end = (this.#end + 15) & ~15;
    const flags = kind === 'code' ? FLAG.code : FLAG.loaded;
    const section = { name, type, flags, address: this.#end + MOVED[kind], offset: this.#end, size };
    this.#sections.set(name, section);
    this.#end += size;
    return section;
  }

  *#contents(): Generator<[string, Buffer]> {
    const kind = this.#machine.wide === 8 ? 'rela' : 'rel';
    yield ['.dynsym', this.#symbols()];
    yield ['.dynstr', this.#symbolNames()];
    const { relative, jump } = RELOCATION[this.#machine.number] as { relative: number; jump: number };
    const table = this.#section('.data.rel.ro');
    if (this.#isPacked) yield ['.relr.dyn', packedAddresses(table.address, this.#functions.length, this.#machine.wide)];
    else {
      yield [
        `.${kind}.dyn`,
        this.#relocations(
          this.#functions.map(({ name }, n) => [
            table.address + n * this.#machine.wide,
            relative,
            0,
            this.#entry(name),
          ]),
        ),
      ];
    }
    yield [`.${kind}.plt`, this.#relocations(this.#used.imports.map((_, n) => [this.#slot(n), jump, n + 1, 0]))];
    if (this.#machine === MACHINES.arm) yield* this.#exceptions();
    else yield* this.#frames();
    yield ['.rodata', Buffer.from(`${this.#used.texts.join('\0')}\0`)];
    yield ['.text', this.#code()];
    const stubs = this.#section('.plt').address;
    const globals = this.#section('.got.plt').address;
    const { stubBytes, wide } = this.#machine;
    yield [
      '.plt',
      Buffer.concat(
        this.#used.imports.map((_, n) => this.#machine.stubAt(stubs + n * stubBytes, this.#slot(n), globals)),
      ),
    ];
    // What is added stands in the place itself where the relocation has no room for it.
    const kept = Buffer.alloc(table.size);
    if (wide === 4 || this.#isPacked)
      for (const [n, { name }] of this.#functions.entries()) this.#word(kept, wide * n, this.#entry(name));
    yield ['.data.rel.ro', kept];
    const slots = Buffer.alloc(this.#section('.got.plt').size);
    for (let slot = 3; slot < slots.length / wide; slot++) this.#word(slots, slot * wide, stubs);
    yield ['.got.plt', slots];
  }

  #code(): Buffer {
    const bytes = Buffer.alloc(this.#section('.text').size);
    const to = this.#addresses();
    for (const each of this.#functions) {
      const here = to.call(each.name);
      bytes.set(this.#machine.functionAt(here, each, to), here - this.#section('.text').address);
    }
    return bytes;
  }

  #addresses(): Addresses {
    return addressesOf(this.#used, {
      places: this.#places,
      stubs: this.#section('.plt').address,
      stubBytes: this.#machine.stubBytes,
      variables: this.#section('.bss').address,
      globals: this.#section('.got.plt').address,
    });
  }

  #symbols(): Buffer {
    const { wide } = this.#machine;
    const bytes = wide === 8 ? 24 : 16;
    const all = Buffer.alloc(this.#section('.dynsym').size);
    const names = this.#symbolNames();
    for (const [number, name] of [...this.#used.imports, ...this.#functions.map((each) => each.name)].entries()) {
      const at = (number + 1) * bytes;
      all.writeUInt32LE(names.indexOf(`\0${name}\0`) + 1, at);
      const isOwn = number >= this.#used.imports.length;
      this.#word(all, at + (wide === 8 ? 8 : 4), isOwn ? this.#entry(name) : 0);
    }
    return all;
  }

  #symbolNames(): Buffer {
    return Buffer.from(`\0${[...this.#used.imports, ...this.#functions.map(({ name }) => name)].join('\0')}\0`);
  }

  #relocations(entries: readonly (readonly [number, number, number, number])[]): Buffer {
    const { wide } = this.#machine;
    const bytes = (wide === 8 ? 3 : 2) * wide;
    const all = Buffer.alloc(entries.length * bytes);
    for (const [number, [address, type, symbol, addend]] of entries.entries()) {
      const at = number * bytes;
      this.#word(all, at, address);
      if (wide === 8) {
        all.writeUInt32LE(type, at + 8);
        all.writeUInt32LE(symbol, at + 12);
        this.#word(all, at + 16, addend);
      } else all.writeUInt32LE((symbol << 8) | type, at + 4);
    }
    return all;
  }

  *#frames(): Generator<[string, Buffer]> {
    const [header, frames] = [this.#section('.eh_frame_hdr').address, this.#section('.eh_frame').address];
    const texts = this.#section('.rodata').address;
    const records = this.#functions.map(({ name }, number) => {
      const here = frames + 16 + 24 * number;
      const [start, size] = [this.#addresses().call(name), this.#sizes[number] as number];
      const added = Buffer.from([4, ...words32([texts - here - 17]), 0, 0, 0]);
      return Buffer.concat([words32([20, here + 4 - frames, start - here - 8, size]), added]);
    });
    const pairs = this.#functions.flatMap(({ name }, number) => [
      this.#addresses().call(name) - header,
      frames + 16 + 24 * number - header,
    ]);
    const head = [0x3b031b01, frames - header - 4, this.#functions.length];
    yield ['.eh_frame_hdr', words32([...head, ...pairs])];
    yield ['.eh_frame', Buffer.concat([words32([12, 0, 0x7a0101, 0x1b]), ...records, words32([0])])];
  }

  *#exceptions(): Generator<[string, Buffer]> {
    const [index, tables] = [this.#section('.ARM.exidx').address, this.#section('.ARM.extab').address];
    const near = (from: number, to: number) => (to - from) & 0x7fffffff;
    const starts = this.#functions.map(({ name }) => this.#addresses().call(name));
    yield [
      '.ARM.exidx',
      words32(starts.flatMap((start, n) => [near(index + 8 * n, start), near(index + 8 * n + 4, tables + 8 * n)])),
    ];
    const routine = this.#section('.plt').address;
    yield ['.ARM.extab', words32(starts.flatMap((_, n) => [near(tables + 8 * n, routine), 0x80b0b0b0 + n]))];
  }

  /** The address of a function as it is kept. */
  #entry(name: string): number {
    return this.#addresses().call(name) + this.#machine.mark;
  }

  #slot(number: number): number {
    return this.#section('.got.plt').address + (3 + number) * this.#machine.wide;
  }

  #header(bytes: Buffer, at: number, { type, flags, address, offset, size }: Section, name: number): void {
    const { wide } = this.#machine;
    bytes.writeUInt32LE(name, at);
    bytes.writeUInt32LE(type, at + 4);
    for (const [place, value] of [flags, address, offset, size].entries())
      this.#word(bytes, at + 8 + place * wide, value);
  }

  #word(bytes: Buffer, at: number, value: number): void {
    if (this.#machine.wide === 8) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeUInt32LE(value, at);
  }

  #section(name: string): Section {
    const section = this.#sections.get(name);
    if (!section) throw new Error(`there is no section ${name}`);
    return section;
  }
}

const NOWHERE: Addresses = { call: () => 0, import: () => 0, text: () => 0, variable: () => 0, globals: 0 };

/** By machines: an address in the library, and one for a stub. */
const RELOCATION: Record<number, { relative: number; jump: number }> = {
  183: { relative: 1027, jump: 1026 },
  40: { relative: 23, jump: 22 },
  62: { relative: 8, jump: 7 },
  3: { relative: 8, jump: 7 },
};

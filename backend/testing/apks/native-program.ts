/** Programs of Apple's as its linker makes and signs them, small: of the functions of which `native-library.ts` makes others. */
import { createHash } from 'node:crypto';
import {
  type Addresses,
  addressesOf,
  MACHINES,
  type NativeFunction,
  type Used,
  usedBy,
  words32,
} from './native-code.ts';

/** How the linker is told where addresses stand. */
export type Fixups = 'rebases' | 'chains';

type Section = { name: string; segment: string; flags: number; address: number; offset: number; size: number };
type Segment = { name: string; address: number; offset: number; memory: number; size: number };

type Place = { offset: number; size: number };
type Tables = { start: number; fixups: Place; symbols: Place; indirect: Place; names: Place; count: number };

const MACHINE = MACHINES.arm64;
const BASE = 2 ** 32;
const PAGE = 0x4000;
const POINTER = 8;
/** Where the first section begins, behind the load commands. */
const FIRST = 0x1000;
const SYMBOL_BYTES = 16;
const SIGNED_PAGE = 0x1000;
/** Flags of sections: their types, and that they hold instructions. */
const CODE = 0x80000400;
const POINTERS = 6;
const STUBS = 8;
const IN_MEMORY = 1;

export function nativeProgram(fixups: Fixups, functions: readonly NativeFunction[]): Buffer {
  return new Program(fixups, functions).bytes();
}

class Program {
  readonly #fixups: Fixups;
  readonly #functions: readonly NativeFunction[];
  readonly #used: Used;
  readonly #sections: Section[] = [];
  readonly #segments: Segment[] = [];
  readonly #places = new Map<string, number>();
  readonly #pieces: [number, Buffer][] = [];
  #end = FIRST;

  constructor(fixups: Fixups, functions: readonly NativeFunction[]) {
    this.#fixups = fixups;
    this.#functions = functions;
    this.#used = usedBy(functions);
  }

  bytes(): Buffer {
    this.#lay();
    this.#fill();
    const tables = this.#linking();
    const signature = (this.#end + 15) & ~15;
    const pages = Math.ceil(signature / SIGNED_PAGE);
    const bytes = Buffer.alloc(signature + 100 + pages * 32);
    this.#segments.push(this.#segment('__LINKEDIT', tables.start, bytes.length, bytes.length));
    for (const [offset, piece] of this.#pieces) bytes.set(piece, offset);
    this.#header(bytes, { ...tables, signature });
    sign(bytes, signature, pages);
    return bytes;
  }

  #lay(): void {
    const sizes = this.#functions.map((each) => MACHINE.functionAt(BASE, each, NOWHERE).length);
    const code = this.#put('__text', '__TEXT', CODE, 4, sum(sizes));
    let place = code.address;
    for (const [number, { name }] of this.#functions.entries()) {
      this.#places.set(`function ${name}`, place);
      place += sizes[number] as number;
    }
    this.#put('__stubs', '__TEXT', CODE | STUBS, 4, this.#used.imports.length * MACHINE.stubBytes);
    const texts = this.#put(
      '__cstring',
      '__TEXT',
      2,
      1,
      sum(this.#used.texts.map((text) => Buffer.byteLength(text) + 1)),
    );
    place = texts.address;
    for (const text of this.#used.texts) {
      this.#places.set(`text ${text}`, place);
      place += Buffer.byteLength(text) + 1;
    }
    this.#segments.push(this.#segment('__TEXT', 0, this.#end, this.#end));
    this.#end = (this.#end + PAGE - 1) & ~(PAGE - 1);
    const start = this.#end;
    this.#put('__got', '__DATA', POINTERS, POINTER, this.#used.imports.length * POINTER);
    this.#put('__const', '__DATA', 0, POINTER, (this.#functions.length + this.#used.texts.length) * POINTER);
    const size = this.#end - start;
    const memory = this.#put('__bss', '__DATA', IN_MEMORY, POINTER, POINTER * (this.#used.variables.length + 1));
    this.#end = start + size;
    this.#segments.push(this.#segment('__DATA', start, memory.address + memory.size - this.#address(start), size));
  }

  #put(name: string, segment: string, flags: number, alignment: number, size: number): Section {
    this.#end = Math.ceil(this.#end / alignment) * alignment;
    const section = { name, segment, flags, address: this.#address(this.#end), offset: this.#end, size };
    this.#sections.push(section);
    this.#end += size;
    return section;
  }

  #segment(name: string, offset: number, memory: number, end: number): Segment {
    return { name, offset, address: this.#address(offset), memory, size: name === '__DATA' ? end : end - offset };
  }

  /** In memory, what can be written lies further behind than in the file. */
  #address = (offset: number): number => BASE + offset + (this.#segments.length > 0 ? PAGE : 0);

  #fill(): void {
    const to = this.#addresses();
    for (const each of this.#functions) {
      const here = to.call(each.name);
      this.#pieces.push([here - BASE, MACHINE.functionAt(here, each, to)]);
    }
    const stubs = this.#section('__stubs');
    const slots = this.#section('__got');
    for (const number of this.#used.imports.keys()) {
      const at = number * MACHINE.stubBytes;
      const stub = MACHINE.stubAt(stubs.address + at, slots.address + number * POINTER, 0);
      this.#pieces.push([stubs.offset + at, stub]);
    }
    this.#pieces.push([
      this.#section('__cstring').offset,
      Buffer.from(this.#used.texts.map((text) => `${text}\0`).join('')),
    ]);
    const targets = [...this.#functions.map(({ name }) => to.call(name)), ...this.#used.texts.map(to.text)];
    this.#pieces.push([this.#section('__const').offset, this.#pointers(targets)]);
    if (this.#fixups === 'chains') {
      // In this notation a symbol's number stands where its address will.
      const imports = this.#used.imports.flatMap((_, number) => [
        number,
        (0x80000000 | this.#next(slots, number)) >>> 0,
      ]);
      this.#pieces.push([slots.offset, words32(imports)]);
    }
  }

  #pointers(targets: readonly number[]): Buffer {
    const table = this.#section('__const');
    return words32(
      targets.flatMap((target, number) =>
        this.#fixups === 'chains'
          ? [target - BASE, this.#next(table, number)]
          : [target % 2 ** 32, Math.floor(target / 2 ** 32)],
      ),
    );
  }

  /** Where the next one of the chain is, in its bits: all pointers lie one behind the other, in pages of their own chains. */
  #next({ offset, name }: Section, number: number): number {
    const at = offset + number * POINTER;
    const data = this.#section('__const');
    const isLast = name === '__const' && at + POINTER >= data.offset + data.size;
    return isLast || (at + POINTER) % PAGE === 0 ? 0 : 2 << 19;
  }

  /** What only the linker needs. */
  #linking(): Tables {
    this.#end = (this.#end + PAGE - 1) & ~(PAGE - 1);
    const start = this.#end;
    const fixups = this.#add(this.#fixups === 'chains' ? this.#chains() : this.#rebases());
    const all = [...this.#used.imports, ...this.#functions.map(({ name }) => name)];
    const names = Buffer.from(` \0${all.map((name) => `_${name}\0`).join('')}`);
    const entries = all.map((name, number) => {
      const entry = Buffer.alloc(SYMBOL_BYTES);
      entry.writeUInt32LE(names.indexOf(`\0_${name}\0`) + 1, 0);
      const isOwn = number >= this.#used.imports.length;
      entry.set(isOwn ? [0x0f, 1] : [0x01, 0], 4);
      if (isOwn) entry.writeBigUInt64LE(BigInt(this.#addresses().call(name)), 8);
      return entry;
    });
    const symbols = this.#add(Buffer.concat(entries));
    const indirect = this.#add(words32([...this.#used.imports.keys(), ...this.#used.imports.keys()]));
    return { start, fixups, symbols, indirect, names: this.#add(names), count: all.length };
  }

  #add(piece: Buffer): Place {
    this.#end = (this.#end + 7) & ~7;
    const offset = this.#end;
    this.#pieces.push([offset, piece]);
    this.#end += piece.length;
    return { offset, size: piece.length };
  }

  /** Steps: of type pointer, in the second segment, and then so many. */
  #rebases(): Buffer {
    const [data, table] = [this.#segments[1] as Segment, this.#section('__const')];
    const steps = [0x11, 0x21, ...leb(table.offset - data.offset), 0x60, ...leb(table.size / POINTER), 0];
    return Buffer.from(steps);
  }

  #chains(): Buffer {
    const data = this.#segments[1] as Segment;
    const pages = Math.ceil(data.size / PAGE);
    const head = words32([0, 32, 0, 0, 0, 0, 0, 0, 3, 0, 16, 0]);
    const segment = Buffer.alloc(22 + 2 * pages);
    segment.writeUInt32LE(segment.length, 0);
    segment.writeUInt16LE(PAGE, 4);
    segment.writeUInt16LE(6, 6);
    segment.writeBigUInt64LE(BigInt(data.address - BASE), 8);
    segment.writeUInt16LE(pages, 20);
    return Buffer.concat([head, segment]);
  }

  #header(bytes: Buffer, tables: Tables & { signature: number }): void {
    const commands = [
      ...this.#segments.map((segment) => this.#segmentCommand(segment)),
      command(0x2, [tables.symbols.offset, tables.count, tables.names.offset, tables.names.size]),
      command(0xb, [...Array(12).fill(0), tables.indirect.offset, 2 * this.#used.imports.length, 0, 0, 0, 0]),
      this.#fixups === 'chains'
        ? command(0x80000034, [tables.fixups.offset, tables.fixups.size])
        : command(0x80000022, [tables.fixups.offset, tables.fixups.size, ...Array(8).fill(0)]),
      command(0x1d, [tables.signature, bytes.length - tables.signature]),
    ];
    const all = Buffer.concat(commands);
    bytes.set(words32([0xfeedfacf, 0x0100000c, 0, 2, commands.length, all.length, 0, 0]));
    bytes.set(all, 32);
  }

  #segmentCommand({ name, address, memory, offset, size }: Segment): Buffer {
    const sections = this.#sections.filter(({ segment }) => segment === name);
    const head = [named(name), longs([address, memory, offset, size]), words32([5, 5, sections.length, 0])];
    return commandOf(0x19, Buffer.concat([...head, ...sections.map((section) => this.#sectionEntry(section))]));
  }

  #sectionEntry({ name, segment, address, size, offset, flags }: Section): Buffer {
    const first = name === '__stubs' ? this.#used.imports.length : 0;
    const isEmpty = flags === IN_MEMORY;
    const rest = words32([isEmpty ? 0 : offset, 3, 0, 0, flags, first, name === '__stubs' ? MACHINE.stubBytes : 0, 0]);
    return Buffer.concat([named(name), named(segment), longs([address, size]), rest]);
  }

  #addresses(): Addresses {
    return addressesOf(this.#used, {
      places: this.#places,
      stubs: this.#section('__stubs').address,
      stubBytes: MACHINE.stubBytes,
      variables: this.#section('__bss').address,
      globals: 0,
    });
  }

  #section(name: string): Section {
    const section = this.#sections.find((each) => each.name === name);
    if (!section) throw new Error(`there is no section ${name}`);
    return section;
  }
}

const NOWHERE: Addresses = { call: () => BASE, import: () => BASE, text: () => BASE, variable: () => BASE, globals: 0 };

/** A directory of the hashes of all pages, as `codesign` puts it behind them. */
function sign(bytes: Buffer, at: number, pages: number): void {
  const blob = at + 20;
  const hashes = blob + 48;
  const length = 48 + pages * 32;
  for (const [place, number] of [0xfade0cc0, 20 + length, 1, 0, 20].entries())
    bytes.writeUInt32BE(number, at + 4 * place);
  const head = [0xfade0c02, length, 0x20400, 2, hashes - blob, 44, 0, pages, at];
  for (const [place, number] of head.entries()) bytes.writeUInt32BE(number, blob + 4 * place);
  bytes.set([32, 2, 0, 12], blob + 36);
  for (let page = 0; page < pages; page++) {
    const content = bytes.subarray(page * SIGNED_PAGE, Math.min(at, (page + 1) * SIGNED_PAGE));
    bytes.set(createHash('sha256').update(content).digest(), hashes + page * 32);
  }
}

const command = (kind: number, fields: readonly number[]): Buffer => commandOf(kind, words32(fields));

function commandOf(kind: number, body: Buffer): Buffer {
  return Buffer.concat([words32([kind, 8 + body.length]), body]);
}

function named(name: string): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write(name);
  return bytes;
}

function longs(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * numbers.length);
  for (const [place, number] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(number), 8 * place);
  return bytes;
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/**
 * A native library or program of Apple's.
 * Source: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
 */
import {
  type Layout,
  type LinkerTables,
  type Machine,
  MOST_SECTIONS,
  type PageHashes,
  placeAt,
  type Section,
  type SectionKind,
} from './layout.ts';
import { pageHashesOf } from './page-hashes.ts';

const MAGIC = 0xfeedfacf;
const HEADER_BYTES = 32;
const MACHINES = new Map<number, Machine>([
  [0x01000007, 'x86_64'],
  [0x0100000c, 'arm64'],
]);

/** Load commands (`LC_`). */
const COMMAND = {
  symbols: 0x2,
  dynamicSymbols: 0xb,
  signature: 0x1d,
  segment: 0x19,
  dyldInfo: 0x22,
  dyldInfoOnly: 0x80000022,
  chainedFixups: 0x80000034,
} as const;

const SEGMENT_BYTES = 72;
const SECTION_BYTES = 80;
/** Types of sections, in the lower byte of their flags (`S_`), and that one holds instructions (`S_ATTR_`). */
const TYPE = {
  zeroFill: 0x1,
  pointers: 0x6,
  lazyPointers: 0x7,
  stubs: 0x8,
  largeZeroFill: 0xc,
  ofThreads: 0x12,
} as const;
const INSTRUCTIONS = 0x80000400;
const EMPTY: readonly number[] = [TYPE.zeroFill, TYPE.largeZeroFill, TYPE.ofThreads];
const SYMBOL_BYTES = 16;

/** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
export function machOLayout(bytes: Uint8Array, view: DataView): Layout | null {
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) return null;
  const machine = MACHINES.get(view.getUint32(4, true));
  if (!machine) return null;
  const commands = new Commands(bytes, view);
  const count = view.getUint32(16, true);
  if (count > MOST_SECTIONS) throw new RangeError('there are too many load commands');
  let at = HEADER_BYTES;
  for (let command = 0; command < count; command++) {
    commands.read(at);
    const length = view.getUint32(at + 4, true);
    if (length < 8) throw new RangeError('a load command is too short');
    at += length;
  }
  return { machine, wide: 8, sections: commands.all(), globals: null, linkerTables: commands.tables };
}

class Commands {
  readonly tables: Omit<LinkerTables, 'segments' | 'pointers' | 'pageHashes'> & {
    segments: { address: number; offset: number; size: number }[];
    pointers: { section: Section; first: number }[];
    pageHashes: PageHashes[];
  } = {
    rebases: { offset: 0, size: 0 },
    fixups: { offset: 0, size: 0 },
    indirectSymbols: { offset: 0, count: 0 },
    symbols: { offset: 0, count: 0 },
    names: { offset: 0, size: 0 },
    segments: [],
    pointers: [],
    pageHashes: [],
  };
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #sections: Section[] = [];

  constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
  }

  read(at: number): void {
    const number = (field: number) => this.#view.getUint32(at + field, true);
    switch (number(0)) {
      case COMMAND.segment:
        this.#segment(at);
        break;
      case COMMAND.symbols:
        this.tables.symbols = { offset: number(8), count: number(12) };
        this.tables.names = { offset: number(16), size: number(20) };
        break;
      case COMMAND.dynamicSymbols:
        this.tables.indirectSymbols = { offset: number(56), count: number(60) };
        break;
      case COMMAND.signature:
        this.tables.pageHashes = pageHashesOf(this.#view, number(8));
        break;
      case COMMAND.dyldInfo:
      case COMMAND.dyldInfoOnly:
        this.tables.rebases = { offset: number(8), size: number(12) };
        break;
      case COMMAND.chainedFixups:
        this.tables.fixups = { offset: number(8), size: number(12) };
    }
  }

  /** With the table of symbols, which lies in the last segment without being a section. */
  all(): Section[] {
    const { symbols, segments } = this.tables;
    const size = symbols.count * SYMBOL_BYTES;
    const segment = segments.find(({ offset, size }) => symbols.offset >= offset && symbols.offset < offset + size);
    if (!segment || size === 0) return this.#sections;
    const address = segment.address + symbols.offset - segment.offset;
    return [...this.#sections, { kind: 'machOSymbols', address, offset: symbols.offset, size }];
  }

  #segment(at: number): void {
    const [address, offset, size] = [this.#place(at + 24), this.#place(at + 40), this.#place(at + 48)];
    this.tables.segments.push({ address, offset, size });
    const count = this.#view.getUint32(at + 64, true);
    if (count + this.#sections.length > MOST_SECTIONS) throw new RangeError('there are too many sections');
    for (let section = 0; section < count; section++) this.#section(at + SEGMENT_BYTES + section * SECTION_BYTES);
  }

  #section(at: number): void {
    const size = this.#place(at + 40);
    if (size === 0) return;
    const flags = this.#view.getUint32(at + 64, true);
    const section = {
      kind: kindOf(Buffer.from(this.#bytes.subarray(at, at + 16)).toString('latin1'), flags),
      address: this.#place(at + 32),
      offset: this.#view.getUint32(at + 48, true),
      size,
    };
    this.#sections.push(section);
    const type = flags & 0xff;
    const isPointers = type === TYPE.pointers || type === TYPE.lazyPointers;
    if (isPointers) this.tables.pointers.push({ section, first: this.#view.getUint32(at + 68, true) });
  }

  #place(at: number): number {
    return placeAt(this.#view, 8, at);
  }
}

function kindOf(name: string, flags: number): SectionKind {
  const type = flags & 0xff;
  if (EMPTY.includes(type)) return 'empty';
  if (type === TYPE.stubs || name.startsWith('__objc_stubs')) return 'stubs';
  if ((flags & INSTRUCTIONS) !== 0) return 'code';
  return /^__(?:swift5_|objc_methlist)/.test(name) ? 'distances' : 'data';
}

/**
 * A native library as Android's linker loads it.
 * Source: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import { type Layout, type Machine, MOST_SECTIONS, placeAt, type Section, type SectionKind } from './layout.ts';

const MACHINES = new Map<number, Machine>([
  [3, 'x86'],
  [40, 'arm'],
  [62, 'x86_64'],
  [183, 'arm64'],
]);

/** Flags of sections (`SHF_`). */
const FLAG = { loaded: 2, code: 4, ofThreads: 0x400 } as const;
/** Types of sections (`SHT_`). */
const KINDS = new Map<number, SectionKind>([
  [4, 'relocationsWithAddend'],
  [8, 'empty'],
  [9, 'relocations'],
  [11, 'symbols'],
  [19, 'packedRelocations'],
  [0x6fffff00, 'packedRelocations'],
  [0x70000001, 'exceptions'],
]);

/** What a file of 32 or of 64 bits begins with. */
const IDENT = { 4: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]), 8: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) };
const HEADER_BYTES = 64;
/** Where the header and a section's have what, by the bytes of an address. */
const HEADER = { 4: { table: 32, count: 48, names: 50 }, 8: { table: 40, count: 60, names: 62 } };
const FIELDS = {
  4: { flags: 8, address: 12, offset: 16, size: 20, bytes: 40 },
  8: { flags: 8, address: 16, offset: 24, size: 32, bytes: 64 },
};
const MOST_NAME = 64;

/** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
export function elfLayout(bytes: Uint8Array, view: DataView): Layout | null {
  const wide = ([4, 8] as const).find((each) => IDENT[each].equals(bytes.subarray(0, IDENT[each].length)));
  if (bytes.length < HEADER_BYTES || !wide) return null;
  const machine = MACHINES.get(view.getUint16(18, true));
  if (!machine) return null;
  const sections = readSections(bytes, view, wide);
  const globals = sections.get('.got.plt') ?? sections.get('.got') ?? null;
  return { machine, wide, sections: [...sections.values()], globals };
}

function readSections(bytes: Uint8Array, view: DataView, wide: 4 | 8): Map<string, Section> {
  const [header, fields] = [HEADER[wide], FIELDS[wide]];
  const table = placeAt(view, wide, header.table);
  const count = view.getUint16(header.count, true);
  if (count > MOST_SECTIONS) throw new RangeError('there are too many sections');
  const names = placeAt(view, wide, table + fields.bytes * view.getUint16(header.names, true) + fields.offset);
  const sections = new Map<string, Section>();
  for (let at = table; at < table + fields.bytes * count; at += fields.bytes) {
    const flags = placeAt(view, wide, at + fields.flags);
    const size = placeAt(view, wide, at + fields.size);
    if ((flags & FLAG.loaded) === 0 || (flags & FLAG.ofThreads) !== 0 || size === 0) continue;
    const name = nameAt(bytes, names + view.getUint32(at, true));
    const kind = kindOf(name, view.getUint32(at + 4, true), (flags & FLAG.code) !== 0);
    const [address, offset] = [placeAt(view, wide, at + fields.address), placeAt(view, wide, at + fields.offset)];
    // Two may have one name.
    sections.set(sections.has(name) ? `${name} ${sections.size}` : name, { kind, address, offset, size });
  }
  return sections;
}

function kindOf(name: string, type: number, isCode: boolean): SectionKind {
  if (isCode) return name.startsWith('.plt') ? 'stubs' : 'code';
  const ofType = KINDS.get(type);
  if (ofType) return ofType;
  if (name === '.eh_frame') return 'frames';
  if (name === '.eh_frame_hdr') return 'frameTable';
  if (name === '.dynstr') return 'names';
  return /^\.(?:dyn|gnu|hash)/.test(name) ? 'linking' : 'data';
}

function nameAt(bytes: Uint8Array, start: number): string {
  const name = bytes.subarray(start, start + MOST_NAME);
  const end = name.indexOf(0);
  if (end < 0) throw new RangeError('the name of a section is too long');
  return Buffer.from(name.buffer, name.byteOffset, end).toString('latin1');
}

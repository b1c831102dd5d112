/**
 * Finds what the tables of a native library refer to: relocations, exported symbols, and how frames are unwound.
 * Source: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html and
 * https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/ehframechpt.html
 */
import { firstFrom } from '../first-from.ts';
import { relocationsOf, symbolBytes } from './elf-relocations.ts';
import type { Section, SectionKind } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import { KIND, type Kind, type References, refer } from './references.ts';

const CANNOT_UNWIND = 1;
const MACH_O_SYMBOL_BYTES = 16;
/** The bits of a symbol's type that say where it is (`N_TYPE`): in a section (`N_SECT`). */
const WHERE = 0x0e;
const IN_SECTION = 0x0e;
/** Smaller numbers are more likely a count than a distance. */
const NEAR = 64;
/** Where a frame's description has the length of what is added to it, and what that is for functions that catch. */
const ADDED = 16;
const ADDED_BYTES = 4;
/** The encodings of the table of frames, `DW_EH_PE_sdata4` from the section's beginning, and what stands before it. */
const FRAME_TABLE = [1, 0x1b, 0x03, 0x3b];
const FRAME_TABLE_HEAD = 12;
/** Instead of a length: it follows in 64 bits. */
const LONG = 0xffffffff;

/** Entries after which others have their turn. */
const AT_ONCE = 16 * 1024;

/** Yields where it can pause. */
export function* walkTable(file: NativeFile, section: Section, references: References): Generator<void> {
  let count = 0;
  for (const _entry of (WALKS[section.kind] ?? filled)(file, section, references)) if (++count % AT_ONCE === 0) yield;
}

type Walk = (file: NativeFile, section: Section, references: References) => Generator<void>;

const WALKS: Partial<Record<SectionKind, Walk>> = {
  relocations,
  relocationsWithAddend: relocations,
  packedRelocations,
  exceptions,
  symbols,
  machOSymbols,
  frames,
  frameTable,
  distances,
};

/** Other sections may have places that hold an address before the linker fills them in. */
function* filled(file: NativeFile, { offset, size }: Section, references: References): Generator<void> {
  const { at, isPacked, target } = references.slots;
  for (
    let slot = firstFrom(at, offset);
    slot < at.length && (at[slot] as number) + file.wide <= offset + size;
    slot++
  ) {
    const place = at[slot] as number;
    if (isPacked[slot] === 0) refer(file, references, place, KIND.slot, file.word(place));
    else if ((target[slot] as number) >= 0) references.add(place, KIND.packedSlot, target[slot] as number);
    yield;
  }
}

function* relocations(file: NativeFile, section: Section, references: References): Generator<void> {
  for (const { at, address, symbol, addendAt } of relocationsOf(file, section)) {
    refer(file, references, at, KIND.sortedAddress, address);
    // To a symbol's address a number is added that is none; what the place itself holds is found there.
    const isHere = addendAt !== null && addendAt > at && addendAt < at + 3 * file.wide;
    if (symbol === 0 && isHere) refer(file, references, addendAt, KIND.address, file.word(addendAt));
    yield;
  }
}

/** Those that stand there as an address; others are bits, which stay the same. */
function* packedRelocations(file: NativeFile, { offset, size }: Section, references: References): Generator<void> {
  for (let at = offset; at + file.wide <= offset + size; at += file.wide) {
    if (((file.bytes[at] as number) & 1) === 0) refer(file, references, at, KIND.sortedAddress, file.word(at));
    yield;
  }
}

function* symbols(file: NativeFile, { offset, size }: Section, references: References): Generator<void> {
  const bytes = symbolBytes(file);
  for (let at = offset; at + bytes <= offset + size; at += bytes) {
    const value = at + (file.wide === 8 ? 8 : 4);
    refer(file, references, value, KIND.address, file.word(value));
    yield;
  }
}

/** Of Apple's: the names' places, and the addresses of what is in a section. */
function* machOSymbols(file: NativeFile, { offset, size }: Section, references: References): Generator<void> {
  const names = file.linkerTables?.names;
  for (let at = offset; at + MACH_O_SYMBOL_BYTES <= offset + size; at += MACH_O_SYMBOL_BYTES) {
    const name = file.view.getUint32(at, true);
    if (names && name > 0 && name < names.size) references.add(at, KIND.fromNames, names.offset + name);
    const isInSection = ((file.bytes[at + 4] as number) & WHERE) === IN_SECTION;
    if (isInSection) refer(file, references, at + 8, KIND.address, file.word(at + 8));
    yield;
  }
}

/** Words of which most are the distance of something from there. */
function* distances(file: NativeFile, section: Section, references: References): Generator<void> {
  for (let at = (section.offset + 3) & ~3; at + 4 <= section.offset + section.size; at += 4) {
    const distance = file.view.getInt32(at, true);
    const here = section.address + at - section.offset;
    if (Math.abs(distance) >= NEAR) refer(file, references, at, KIND.fromHere, here + distance);
    yield;
  }
}

/** For each function of ARM's its first instruction, and how its frame is unwound: here, or in a table of its own. */
function* exceptions(file: NativeFile, section: Section, references: References): Generator<void> {
  for (let at = section.offset; at + 8 <= section.offset + section.size; at += 8) {
    near31(file, section, at, KIND.sortedFromHere, references);
    const table =
      file.view.getInt32(at + 4, true) === CANNOT_UNWIND
        ? null
        : near31(file, section, at + 4, KIND.sortedFromHere, references);
    const tableSection = table === null ? null : file.sectionAt(table);
    // Which begins with the routine that reads it.
    if (table !== null && tableSection) near31(file, tableSection, table, KIND.fromHereIn31, references);
    yield;
  }
}

/** @returns where its target lies in the file; null where it is none */
function near31(file: NativeFile, section: Section, at: number, kind: Kind, references: References): number | null {
  if (at + 4 > section.offset + section.size) return null;
  const word = file.view.getInt32(at, true);
  if (word < 0) return null;
  const address = section.address + at - section.offset + ((word << 1) >> 1);
  return refer(file, references, at, kind, address);
}

/** Records of a length: common information, and for each function what is special to it. */
function* frames(file: NativeFile, section: Section, references: References): Generator<void> {
  const { view } = file;
  const end = section.offset + section.size;
  for (let at = section.offset; at + 8 <= end; ) {
    const length = view.getUint32(at, true);
    const common = view.getUint32(at + 4, true);
    if (length === 0 || length === LONG || at + 4 + length > end) return;
    if (common !== 0 && length >= ADDED) {
      const here = section.address + at - section.offset;
      refer(file, references, at + 4, KIND.back, here + 4 - common);
      refer(file, references, at + 8, KIND.fromHere, here + 8 + view.getInt32(at + 8, true));
      if (file.bytes[at + ADDED] === ADDED_BYTES && length >= ADDED + 1) {
        const distance = view.getInt32(at + ADDED + 1, true);
        if (distance !== 0) refer(file, references, at + ADDED + 1, KIND.fromHere, here + ADDED + 1 + distance);
      }
    }
    at += 4 + length;
    yield;
  }
}

/** For each function its first instruction and its frame, in their order, to be searched. */
function* frameTable(file: NativeFile, { address, offset, size }: Section, references: References): Generator<void> {
  const { bytes, view } = file;
  if (size < FRAME_TABLE_HEAD || FRAME_TABLE.some((encoding, place) => bytes[offset + place] !== encoding)) return;
  refer(file, references, offset + 4, KIND.fromHere, address + 4 + view.getInt32(offset + 4, true));
  for (let at = offset + FRAME_TABLE_HEAD; at + 4 <= offset + size; at += 4) {
    refer(file, references, at, KIND.sortedFromSection, address + view.getInt32(at, true));
    yield;
  }
}

/** What a native library says of itself: of which machine it is, and where its sections lie. */

export type Machine = 'arm64' | 'arm' | 'x86_64' | 'x86';

/** What a section holds, as far as it refers to places. */
export type SectionKind =
  | 'code'
  /** Code that leads on by slots, one piece of it like the next. */
  | 'stubs'
  | 'relocations'
  | 'relocationsWithAddend'
  /** Of addresses alone, in bits (`RELR`). */
  | 'packedRelocations'
  | 'symbols'
  | 'frames'
  | 'frameTable'
  | 'exceptions'
  | 'machOSymbols'
  /** Distances from where they stand, among other things. */
  | 'distances'
  /** For the linker alone. */
  | 'linking'
  | 'names'
  | 'data'
  /** In memory alone. */
  | 'empty';

export type Section = {
  kind: SectionKind;
  /** In memory. */
  address: number;
  /** In the file. */
  offset: number;
  /** In bytes. */
  size: number;
};

/** What a file says of itself. */
export type Layout = {
  machine: Machine;
  /** Bytes of an address. */
  wide: 4 | 8;
  sections: readonly Section[];
  /** The table of global offsets, from which code of 32 bits counts; null where there is none. */
  globals: Section | null;
  /** Of Mach-O, where the tables lie that the linker needs. */
  linkerTables?: LinkerTables;
};

/** In the file; sizes in bytes. */
export type LinkerTables = {
  rebases: { offset: number; size: number };
  fixups: { offset: number; size: number };
  indirectSymbols: { offset: number; count: number };
  symbols: { offset: number; count: number };
  names: { offset: number; size: number };
  segments: readonly { address: number; offset: number; size: number }[];
  pageHashes: readonly PageHashes[];
  /** Sections of pointers, and the number of the first one among the indirect symbols. */
  pointers: readonly { section: Section; first: number }[];
};

/** Of each page up to `end`, one after the other at `offset`. */
export type PageHashes = { offset: number; count: number; pageBytes: number; end: number };

/** More than a linker makes of an app's library. */
export const MOST_SECTIONS = 1000;
/** From here on places are not in a file: what is in memory alone counts as lying behind each. */
export const BEHIND = 2 ** 40;

/** A number of 32 bits, or of 64, which may be negative. */
export function wordAt(view: DataView, wide: 4 | 8, at: number): number {
  const low = view.getUint32(at, true);
  return wide === 4 ? low : low + 2 ** 32 * view.getInt32(at + 4, true);
}

/** Where something lies, or how long it is. @throws RangeError where that cannot be */
export function placeAt(view: DataView, wide: 4 | 8, at: number): number {
  const place = wordAt(view, wide, at);
  if (place < 0 || place >= BEHIND) throw new RangeError('a section lies where it cannot');
  return place;
}

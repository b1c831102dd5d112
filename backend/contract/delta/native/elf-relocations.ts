/**
 * What the relocations of an ELF file say that the linker puts where.
 * Source: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.reloc.html
 */
import type { Section } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import type { Slot } from './slots.ts';
import { SymbolNames } from './symbol-names.ts';

/** One relocation: the address of what it fills in, by which symbol, and what is added. */
export type Relocation = {
  /** Where it stands in the file. */
  at: number;
  address: number;
  /** The symbol's number; 0 for none. */
  symbol: number;
  /** Where in the file the number stands that is added: in the relocation, or in the place itself. */
  addendAt: number | null;
};

/** All relocations of a section; none of what is no table of them. */
export function* relocationsOf(file: NativeFile, { kind, offset, size }: Section): Generator<Relocation> {
  const { wide, view } = file;
  const hasAddend = kind === 'relocationsWithAddend';
  if (!hasAddend && kind !== 'relocations') return;
  const bytes = (hasAddend ? 3 : 2) * wide;
  for (let at = offset; at + bytes <= offset + size; at += bytes) {
    const address = file.word(at);
    const symbol = wide === 8 ? view.getUint32(at + 12, true) : view.getUint32(at + 4, true) >>> 8;
    yield { at, address, symbol, addendAt: hasAddend ? at + 2 * wide : file.offsetOf(address) };
  }
}

export function* elfSlots(file: NativeFile): Generator<Slot> {
  const [symbols, names] = ['symbols', 'names'].map((kind) => file.sections.find((each) => each.kind === kind));
  const bytes = symbolBytes(file);
  const table = symbols && names && { symbols: { ...symbols, bytes, count: Math.floor(symbols.size / bytes) }, names };
  const symbolNames = new SymbolNames(file, table ?? null);
  for (const section of file.sections) {
    if (section.kind === 'packedRelocations') {
      for (const address of packedAddresses(file, section)) yield packedSlot(file, address);
    }
    for (const { address, symbol, addendAt } of relocationsOf(file, section)) {
      const target = symbol === 0 && addendAt !== null ? file.offsetOf(file.word(addendAt)) : null;
      const hash = symbol === 0 ? 0 : symbolNames.hashOf(symbol);
      yield { at: file.offsetOf(address), target, symbol: hash, isPacked: false };
    }
  }
}

function packedSlot(file: NativeFile, address: number): Slot {
  const at = file.offsetOf(address);
  const isThere = at !== null && at + file.wide <= file.bytes.length;
  return { at, target: isThere ? file.offsetOf(file.word(at)) : null, symbol: 0, isPacked: false };
}

/**
 * The addresses of what holds an address that moves with the library: one in itself, or a bit for each place behind the last.
 * Source: https://gabi.xinuos.com/elf/06-reloc.html#relative-relocation-table
 */
function* packedAddresses(file: NativeFile, { offset, size }: Section): Generator<number> {
  const { wide } = file;
  let next = 0;
  for (let at = offset; at + wide <= offset + size; at += wide) {
    const first = file.view.getUint8(at);
    if ((first & 1) === 0) {
      const address = file.word(at);
      yield address;
      next = address + wide;
      continue;
    }
    for (let byte = 0; byte < wide; byte++) {
      const bits = file.view.getUint8(at + byte);
      // The lowest bit of all says that these are bits.
      for (let bit = byte === 0 ? 1 : 0; bits >>> bit !== 0; bit++) {
        if (((bits >>> bit) & 1) === 1) yield next + (8 * byte + bit - 1) * wide;
      }
    }
    next += (8 * wide - 1) * wide;
  }
}

/** Bytes of an entry of the table of symbols. */
export const symbolBytes = ({ wide }: NativeFile): number => (wide === 8 ? 24 : 16);

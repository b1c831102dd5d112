/**
 * The places in a native library that the linker fills in when it is loaded. They hold nothing, or nearly nothing, and are
 * known by what the relocations put there.
 * Source: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.reloc.html
 */
import { setImmediate as turn } from 'node:timers/promises';
import { addWord, spread } from '../block-hash.ts';
import { type ElfFile, SECTION_TYPE, type Section } from './elf-file.ts';

/** Slots after which others have their turn. */
const AT_ONCE = 16 * 1024;
/** Several times what the largest libraries have. */
const MOST_SLOTS = 2 ** 20;
const MOST_SYMBOLS = 2 ** 15;
const MOST_NAME = 512;

export type Slots = {
  /** Where each lies in the file, in their order. */
  at: Uint32Array;
  /** Where in the file lies what is put there; -1 where it is what a symbol stands for. */
  target: Float64Array;
  /** The symbol in 32 bits, where it is one. */
  symbol: Int32Array;
};

type Slot = { at: number; target: number; symbol: number };

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

/** Whether the section is a table of relocations, and all of them. */
export function* relocationsOf(file: ElfFile, { type, offset, size }: Section): Generator<Relocation> {
  const { wide, view } = file;
  const hasAddend = type === SECTION_TYPE.rela;
  if (!hasAddend && type !== SECTION_TYPE.rel) return;
  const bytes = (hasAddend ? 3 : 2) * wide;
  for (let at = offset; at + bytes <= offset + size; at += bytes) {
    const address = file.word(at);
    const symbol = wide === 8 ? view.getUint32(at + 12, true) : view.getUint32(at + 4, true) >>> 8;
    yield { at, address, symbol, addendAt: hasAddend ? at + 2 * wide : file.offsetOf(address) };
  }
}

/** Lets others work in between. @throws RangeError where there are more than a linker makes */
export async function slotsOf(file: ElfFile): Promise<Slots> {
  const slots: Slot[] = [];
  const symbols = newSymbols(file);
  let count = 0;
  for (const section of file.sections) {
    for (const { address, symbol, addendAt } of relocationsOf(file, section)) {
      if (++count % AT_ONCE === 0) await turn();
      if (count > MOST_SLOTS) throw new RangeError('there are too many slots');
      const at = file.offsetOf(address);
      if (at === null || at + file.wide > file.bytes.length) continue;
      const target = symbol === 0 && addendAt !== null ? file.offsetOf(file.word(addendAt)) : null;
      slots.push({ at, target: target ?? -1, symbol: symbol === 0 ? 0 : symbols(symbol) });
    }
  }
  slots.sort((a, b) => a.at - b.at);
  return {
    at: Uint32Array.from(slots, ({ at }) => at),
    target: Float64Array.from(slots, ({ target }) => target),
    symbol: Int32Array.from(slots, ({ symbol }) => symbol),
  };
}

/** Bytes of an entry of the table of symbols. */
export const symbolBytes = ({ wide }: ElfFile): number => (wide === 8 ? 24 : 16);

/** Gives the hash of a symbol's name by its number. */
function newSymbols(file: ElfFile): (number: number) => number {
  const table = file.sections.find(({ type }) => type === SECTION_TYPE.dynsym);
  const names = file.sections.find(({ name }) => name === '.dynstr');
  const known = new Map<number, number>();
  return (number) => {
    if (!table || !names || (number + 1) * symbolBytes(file) > table.size) return 0;
    if (known.size === MOST_SYMBOLS) throw new RangeError('there are too many symbols');
    const hash =
      known.get(number) ?? nameHash(file, names, file.view.getUint32(table.offset + number * symbolBytes(file), true));
    known.set(number, hash);
    return hash;
  };
}

function nameHash({ bytes }: ElfFile, { offset, size }: Section, start: number): number {
  let hash = 0;
  const end = offset + Math.min(size, start + MOST_NAME);
  for (let at = offset + start; at < end && bytes[at] !== 0; at++) hash = addWord(hash, bytes[at] as number);
  return spread(hash);
}

/**
 * What Apple's linker puts where: the addresses that it moves with the library, in either of two notations, and those of symbols.
 * Source: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h and fixup-chains.h beside it
 */
import { ByteReader } from '../bytes.ts';
import type { LinkerTables } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import type { Slot } from './slots.ts';
import { SymbolNames } from './symbol-names.ts';

const SYMBOL_BYTES = 16;
/** Flags of an indirect symbol that is none (`INDIRECT_SYMBOL_LOCAL` and `_ABS`). */
const NO_SYMBOL = 0x40000000;
const POINTER = 8;

export function* machOSlots(file: NativeFile, tables: LinkerTables): Generator<Slot> {
  yield* symbolSlots(file, tables);
  yield* rebases(file, tables);
  yield* chains(file, tables);
}

function* symbolSlots(file: NativeFile, { pointers, indirectSymbols, symbols, names }: LinkerTables): Generator<Slot> {
  const symbolNames = new SymbolNames(file, { symbols: { ...symbols, bytes: SYMBOL_BYTES }, names });
  for (const { section, first } of pointers) {
    for (let slot = 0; (slot + 1) * POINTER <= section.size && first + slot < indirectSymbols.count; slot++) {
      const number = file.view.getUint32(indirectSymbols.offset + 4 * (first + slot), true);
      const symbol = number >= NO_SYMBOL ? 0 : symbolNames.hashOf(number);
      if (symbol !== 0) yield { at: section.offset + slot * POINTER, target: null, symbol, isPacked: false };
    }
  }
}

/** Steps of the older notation, in the upper half of a byte (`REBASE_OPCODE_`). */
const STEP = {
  done: 0,
  setType: 1,
  setSegment: 2,
  add: 3,
  addPointers: 4,
  rebase: 5,
  rebaseTimes: 6,
  rebaseAndAdd: 7,
  rebaseTimesAndSkip: 8,
} as const;

function* rebases(file: NativeFile, { rebases: { offset, size }, segments }: LinkerTables): Generator<Slot> {
  const reader = new ByteReader(file.bytes.subarray(offset, offset + size));
  let at = 0;
  const slots = function* (times: number, skipped = 0): Generator<Slot> {
    for (let time = 0; time < times; time++) {
      if (at + POINTER > file.bytes.length) throw new RangeError('a pointer lies where it cannot');
      yield { at, target: file.offsetOf(file.word(at)), symbol: 0, isPacked: false };
      at += POINTER + skipped;
    }
  };
  while (!reader.atEnd) {
    const byte = reader.bytes(1)[0] as number;
    const low = byte & 15;
    switch (byte >>> 4) {
      case STEP.done:
        return;
      case STEP.setType:
        break;
      case STEP.setSegment:
        at = (segments[low]?.offset ?? Number.POSITIVE_INFINITY) + reader.number();
        break;
      case STEP.add:
        at += reader.number();
        break;
      case STEP.addPointers:
        at += low * POINTER;
        break;
      case STEP.rebase:
        yield* slots(low);
        break;
      case STEP.rebaseTimes:
        yield* slots(reader.number());
        break;
      case STEP.rebaseAndAdd:
        yield* slots(1, reader.number());
        break;
      case STEP.rebaseTimesAndSkip:
        yield* slots(reader.number(), reader.number());
        break;
      default:
        throw new RangeError('a step of rebasing is not known');
    }
  }
}

/** Forms of pointers in chains (`DYLD_CHAINED_PTR_64` and `_64_OFFSET`), which other kinds of programs do not have. */
const FORM = { address: 2, offset: 6 } as const;
/** Of a page without pointers, or with several chains, which these forms do not have. */
const NO_CHAIN = 0x8000;

/** In the newer notation each pointer says where the next one is. */
function* chains(file: NativeFile, { fixups, segments }: LinkerTables): Generator<Slot> {
  if (fixups.size === 0) return;
  const { view } = file;
  const starts = fixups.offset + view.getUint32(fixups.offset + 4, true);
  const base = segments.find(({ offset, size }) => offset === 0 && size > 0)?.address ?? 0;
  for (let segment = 0; segment < Math.min(view.getUint32(starts, true), segments.length); segment++) {
    const start = view.getUint32(starts + 4 + 4 * segment, true);
    if (start === 0) continue;
    const at = starts + start;
    const form = view.getUint16(at + 6, true);
    // The lower half of an address is the same as that of its distance from the beginning.
    if ((form !== FORM.address && form !== FORM.offset) || base % 2 ** 32 !== 0) continue;
    const pageSize = view.getUint16(at + 4, true);
    const offset = segments[segment]?.offset as number;
    for (let page = 0; page < view.getUint16(at + 20, true); page++) {
      const first = view.getUint16(at + 22 + 2 * page, true);
      if (first < NO_CHAIN) yield* chain(file, offset + page * pageSize + first, form === FORM.offset ? base : 0);
    }
  }
}

function* chain(file: NativeFile, first: number, base: number): Generator<Slot> {
  for (let at = first, next = -1; next !== 0; at += 4 * next) {
    const [low, high] = [file.view.getUint32(at, true), file.view.getUint32(at + 4, true)];
    next = (high >>> 19) & 0xfff;
    // What a symbol stands for is told by its number.
    const isSymbol = high >>> 31 === 1;
    const target = isSymbol ? null : file.offsetOf(base + low + 2 ** 32 * (high & 15));
    yield { at, target, symbol: 0, isPacked: true };
  }
}

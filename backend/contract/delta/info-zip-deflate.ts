/**
 * Raw deflate as Info-ZIP's `zip` does it, with which most test zips and many IPAs are made. It is zlib's older relative: it
 * has other sizes, and ends a block early where that has come out well.
 *
 * Source: https://infozip.sourceforge.net/Zip.html (zip 3.0, `ct_tally` in trees.c, constants in tailor.h and deflate.c)
 */
import { constants, Deflate } from 'pako';
import { STEP } from './zlib-deflate.ts';

/** zlib's memory level that has buffers as large. */
const MEMORY_LEVEL = 9;
const HASH_BITS = 15;
const HASH_SHIFT = 5;
/** Symbols of a block, and after how many it is looked at whether it had better end. */
const MOST_SYMBOLS = 32 * 1024;
const CHECKED = 4096;
/** Pako counts three bytes for each. */
const SYMBOL_BYTES = 3;
/** Levels up to this one do not look. */
const QUICK = 2;
/** Bits of a distance's code, as `zip` takes them before it knows better, with those that follow it (RFC 1951, 3.2.5). */
const DISTANCE_BITS = Array.from({ length: 30 }, (_, code) => 5 + Math.max(0, (code >>> 1) - 1));

/** What pako keeps of a stream, by zlib's names. */
type State = {
  hash_bits: number;
  hash_size: number;
  hash_mask: number;
  hash_shift: number;
  head: Uint16Array;
  sym_next: number;
  matches: number;
  strstart: number;
  block_start: number;
  /** The frequencies of distances, each with what will be its code. */
  dyn_dtree: Uint16Array;
};

/** One stream. */
export class InfoZipDeflate {
  readonly #deflate: Deflate;

  /** @param onData is lent what comes out */
  constructor(level: number, onData: (piece: Uint8Array) => void) {
    this.#deflate = new Deflate({ level: level as 6, memLevel: MEMORY_LEVEL, raw: true, chunkSize: STEP });
    this.#deflate.onData = (piece) => onData(piece as Uint8Array);
    this.#deflate.onEnd = () => {};
    likeInfoZip((this.#deflate as unknown as { strm: { state: State } }).strm.state, level);
  }

  push(content: Uint8Array): void {
    this.#deflate.push(content, constants.Z_NO_FLUSH);
  }

  finish(): void {
    this.#deflate.push(new Uint8Array(0), constants.Z_FINISH);
  }

  close(): void {}
}

function likeInfoZip(state: State, level: number): void {
  state.hash_bits = HASH_BITS;
  state.hash_size = 2 ** HASH_BITS;
  state.hash_mask = state.hash_size - 1;
  state.hash_shift = HASH_SHIFT;
  state.head = new Uint16Array(state.hash_size);
  const end = (MOST_SYMBOLS - 1) * SYMBOL_BYTES;
  // After each symbol pako asks whether as many are there as end a block.
  Object.defineProperty(state, 'sym_end', {
    get() {
      const symbols = state.sym_next / SYMBOL_BYTES;
      return level > QUICK && symbols % CHECKED === 0 && endsWell(state, symbols) ? state.sym_next : end;
    },
  });
  // With a property that is computed the engine takes it for a dictionary, until it is what others inherit from.
  Object.create(state);
}

/** Whether few of the symbols are matches, and they take less than half of the bytes that they stand for. */
function endsWell(state: State, symbols: number): boolean {
  let bits = symbols * 8;
  for (const [code, each] of DISTANCE_BITS.entries()) bits += (state.dyn_dtree[2 * code] as number) * each;
  const bytes = state.strstart - state.block_start;
  return state.matches < Math.floor(symbols / 2) && Math.floor(bits / 8) < Math.floor(bytes / 2);
}

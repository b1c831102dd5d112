/** What the symbols of a native library are called, in 32 bits. */
import { addWord, spread } from '../block-hash.ts';
import type { NativeFile } from './native-file.ts';

const MOST_SYMBOLS = 2 ** 16;
const MOST_NAME = 512;

type Table = {
  /** In the file, and how many bytes one takes that begins with the place of its name. */
  symbols: { offset: number; count: number; bytes: number };
  names: { offset: number; size: number };
};

export class SymbolNames {
  readonly #file: NativeFile;
  readonly #table: Table | null;
  readonly #known = new Map<number, number>();

  constructor(file: NativeFile, table: Table | null) {
    this.#file = file;
    this.#table = table;
  }

  /** 0 for a symbol that there is not. @throws RangeError where too many are asked for */
  hashOf(number: number): number {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    if (this.#known.size === MOST_SYMBOLS) throw new RangeError('there are too many symbols');
    const hash = this.#read(number);
    this.#known.set(number, hash);
    return hash;
  }

  #read(number: number): number {
    if (!this.#table || number >= this.#table.symbols.count) return 0;
    const { symbols, names } = this.#table;
    const start = this.#file.view.getUint32(symbols.offset + number * symbols.bytes, true);
    const end = names.offset + Math.min(names.size, start + MOST_NAME);
    const { bytes } = this.#file;
    let hash = 0;
    for (let at = names.offset + start; at < end && bytes[at] !== 0; at++) hash = addWord(hash, bytes[at] as number);
    return spread(hash);
  }
}

/**
 * Names of what a dex file refers to: 32 bits that are the same in every build in which it is there, at whatever place.
 * Made of the characters of a string, and of the names of what the others consist of.
 */
import { addWord, spread } from '../block-hash.ts';
import { firstFrom } from '../first-from.ts';
import type { Kind } from './kinds.ts';

/** More than any compiler's file needs to name one thing; a hostile one would have all its strings be alike. */
const MOST_STEPS = 256;

/** The names of one kind, each once, by their ordinal numbers and the other way round. */
class NameTable {
  readonly names: Int32Array;
  /** Where the named things lie, for kinds that are referred to by their offset. */
  readonly offsets: Uint32Array | null;
  count = 0;
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(capacity: number, hasOffsets: boolean) {
    this.names = new Int32Array(capacity);
    this.offsets = hasOffsets ? new Uint32Array(capacity) : null;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 2))).fill(-1);
    this.#mask = this.#slots.length - 1;
  }

  /** Two that would have one name get two, in the order in which they come. @throws RangeError where too many would */
  add(hash: number, offset: number): void {
    let name = hash | 0;
    let slot = this.#slotOf(name);
    let steps = 0;
    for (let other = this.#slots[slot] as number; other >= 0; other = this.#slots[slot] as number) {
      if (++steps === MOST_STEPS) throw new RangeError('too much has the same name');
      if (this.names[other] === name) {
        name = mix(name, 1);
        slot = this.#slotOf(name);
      } else slot = (slot + 1) & this.#mask;
    }
    this.names[this.count] = name;
    if (this.offsets) this.offsets[this.count] = offset;
    this.#slots[slot] = this.count++;
  }

  /** The ordinal number; -1 where there is none of the name. */
  find(name: number): number {
    for (let slot = this.#slotOf(name); ; slot = (slot + 1) & this.#mask) {
      const ordinal = this.#slots[slot] as number;
      if (ordinal < 0 || this.names[ordinal] === name) return ordinal;
    }
  }

  #slotOf(name: number): number {
    return (Math.imul(name, 0x9e3779b1) >>> 7) & this.#mask;
  }
}

export class Names {
  readonly #tables: NameTable[] = [];
  #last = -1;

  /** Makes room for the names of a kind, before the first of it. */
  open(kind: Kind, capacity: number, hasOffsets = false): void {
    this.#tables[kind] = new NameTable(capacity, hasOffsets);
  }

  /** Names the next one of the kind. */
  add(kind: Kind, hash: number, offset = 0): void {
    this.#tables[kind]?.add(hash, offset);
  }

  /** The ordinal number of what the value of a reference stands for; -1 where it stands for nothing. */
  ordinalOf(kind: Kind, value: number): number {
    const table = this.#tables[kind];
    if (!table || value < 0) return -1;
    if (!table.offsets) return value < table.count ? value : -1;
    // Most are asked for in their order.
    let ordinal = this.#last + 1;
    if (table.offsets[ordinal] !== value) ordinal = firstFrom(table.offsets, value, table.count);
    if (ordinal >= table.count || table.offsets[ordinal] !== value) return -1;
    this.#last = ordinal;
    return ordinal;
  }

  /** How many of the kind were named. */
  count(kind: Kind): number {
    return this.#tables[kind]?.count ?? 0;
  }

  nameOf(kind: Kind, ordinal: number): number {
    return this.#tables[kind]?.names[ordinal] ?? 0;
  }

  /** The name behind the value of a reference; 0 where it stands for nothing. */
  nameBehind(kind: Kind, value: number): number {
    const ordinal = this.ordinalOf(kind, value);
    return ordinal < 0 ? 0 : this.nameOf(kind, ordinal);
  }

  /** The value of a reference to what has this name; -1 where nothing has. */
  valueOf(kind: Kind, name: number): number {
    const table = this.#tables[kind];
    const ordinal = table?.find(name) ?? -1;
    return ordinal < 0 || !table?.offsets ? ordinal : (table.offsets[ordinal] as number);
  }
}

/** FNV-1a (Fowler, Noll, Vo) of the bytes, with its bits spread. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return mix(hash, to - from);
}

/** One hash of two, in which their order counts. */
export const mix = (hash: number, word: number): number => spread(addWord(hash, word));

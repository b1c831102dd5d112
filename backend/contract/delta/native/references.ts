/** The references of a native library to its own places, in the order in which they lie in it. */
import type { NativeFile } from './native-file.ts';
import { PAGE_HASH_BYTES } from './page-hashes.ts';
import type { Slots } from './slots.ts';

/** How a reference is written. */
export const KIND = {
  /** ARM64's `b` and `bl`: 26 bits, words from the instruction. */
  branch: 0,
  /** ARM64's `adrp`: 21 bits, pages from the instruction's; to what the first instruction that uses it adds. */
  page: 1,
  /** ARM64's `adr`: 21 bits, bytes from the instruction. */
  near: 2,
  /** What lies in such a page, in 12 bits, of units of 1, 2, 4, 8 or 16 bytes. */
  inPage: 3,
  inPageBy2: 4,
  inPageBy4: 5,
  inPageBy8: 6,
  inPageBy16: 7,
  /** Thumb's `bl` and `b.w`: 24 bits, halfwords from the instruction; and `blx`, words from it. */
  thumb: 8,
  thumbToArm: 9,
  /** A stub of ARM's that leads to a slot: 28 bits in three instructions, from the first. */
  armStub: 10,
  /** 32 bits in code, from somewhere in it. */
  fromCode: 11,
  /** 32 bits in code, from the table of global offsets. */
  fromGlobals: 12,
  /** 32 bits, from where it stands. */
  fromHere: 13,
  /** 31 bits, from where it stands. */
  fromHereIn31: 14,
  /** The same; of a table that is in the order of these. */
  sortedFromHere: 15,
  /** 32 bits, back from where it stands. */
  back: 16,
  /** 32 bits, from the beginning of its section; of a table that is in the order of these. */
  sortedFromSection: 17,
  /** 32 bits, from the beginning of the symbols' names. */
  fromNames: 18,
  /** The SHA-256 of a page; of which one is told by where it stands. */
  pageHash: 19,
  /** An address. */
  address: 20,
  /** The same; of a table that is in the order of these. */
  sortedAddress: 21,
  /** The same; in a place that the linker fills in. */
  slot: 22,
  /** Such a place that holds other things beside the lower 32 bits of the address. */
  packedSlot: 23,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

export const isInCode = (kind: Kind): boolean => kind <= KIND.fromGlobals;

/**
 * Adds a reference to what has this address, if that is there.
 *
 * @returns where it lies in the file; null for an address that is nowhere
 */
export function refer(
  file: NativeFile,
  references: References,
  at: number,
  kind: Kind,
  address: number,
  base = 0,
): number | null {
  const target = file.offsetOf(address);
  if (target !== null) references.add(at, kind, target, base);
  return target;
}

/** In flat arrays, for a library has hundreds of thousands. */
export class References {
  /** Where each stands in the file. */
  at: Uint32Array;
  kind: Uint8Array;
  /** Where in the file lies what it refers to, as `NativeFile.offsetOf` says. */
  target: Float64Array;
  /** Bytes from where it stands to where it counts from, for those from somewhere in code. */
  base: Int32Array;
  count = 0;
  readonly slots: Slots;
  /** Bytes of an address. */
  readonly wide: 4 | 8;

  constructor(slots: Slots, wide: 4 | 8, room = 1024) {
    this.slots = slots;
    this.wide = wide;
    this.at = new Uint32Array(room);
    this.kind = new Uint8Array(room);
    this.target = new Float64Array(room);
    this.base = new Int32Array(room);
  }

  add(at: number, kind: Kind, target: number, base = 0): void {
    if (this.count === this.at.length) this.#grow();
    this.at[this.count] = at;
    this.kind[this.count] = kind;
    this.target[this.count] = target;
    this.base[this.count++] = base;
  }

  kindOf(number: number): Kind {
    return this.kind[number] as Kind;
  }

  /** Bytes. */
  widthOf(number: number): number {
    const kind = this.kindOf(number);
    if (kind === KIND.packedSlot) return 4;
    if (kind === KIND.pageHash) return PAGE_HASH_BYTES;
    if (kind >= KIND.address) return this.wide;
    return kind === KIND.armStub ? 12 : 4;
  }

  /** In their order, each byte in one at most, and without those of which it is not known to what they are. */
  inOrder(): References {
    const ordered = new References(this.slots, this.wide, this.count + 1);
    let end = 0;
    for (const number of this.#order()) {
      const [at, target] = [this.at[number] as number, this.target[number] as number];
      if (at < end || target < 0) continue;
      ordered.add(at, this.kindOf(number), target, this.base[number]);
      end = at + this.widthOf(number);
    }
    return ordered;
  }

  /** The numbers in the order of where they stand, which mostly is their own. */
  #order(): Iterable<number> {
    const keys = new Float64Array(this.count);
    let isSorted = true;
    for (let number = 0; number < this.count; number++) {
      keys[number] = (this.at[number] as number) * MOST + number;
      isSorted &&= number === 0 || (this.at[number - 1] as number) <= (this.at[number] as number);
    }
    return isSorted ? keys.keys() : keys.sort().map((key) => key % MOST);
  }

  #grow(): void {
    if (this.count === MOST) throw new RangeError('there are too many references');
    const old = [this.at, this.kind, this.target, this.base];
    this.at = new Uint32Array(2 * this.count);
    this.kind = new Uint8Array(2 * this.count);
    this.target = new Float64Array(2 * this.count);
    this.base = new Int32Array(2 * this.count);
    for (const [place, array] of [this.at, this.kind, this.target, this.base].entries())
      array.set(old[place] as Uint8Array);
  }
}

/** Nearly twice what code of 30 MB has. */
const MOST = 2 ** 21;

/**
 * A native library in a form in which two builds can be compared: without the distances and addresses that change when
 * something is put in before. Those of instructions are left out; in a table stands what is like what it refers to.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { addWord, spread } from '../block-hash.ts';
import { Malformed } from '../bytes.ts';
import type { Comparable } from '../comparable.ts';
import { firstFrom } from '../first-from.ts';
import { operandBits, STUB } from './encode.ts';
import { NativeFile } from './native-file.ts';
import { PAGE_HASH_BYTES } from './page-hashes.ts';
import { isInCode, KIND, type Kind, type References } from './references.ts';
import { referencesOf } from './walk.ts';

/** References after which others have their turn. */
const AT_ONCE = 64 * 1024;
/** Bytes by which a place is known. */
const KNOWN_BY = 16;
const ALL = 0xffffffff;
/** By which the second form of a place that holds nothing is told from that of a reference. */
const EMPTY = 0x5bd1e995;
/** What tables are in the order of. */
const SORTED: readonly Kind[] = [KIND.sortedAddress, KIND.sortedFromHere, KIND.sortedFromSection];

/** Null for what is no native library of a known machine, or contradicts itself. */
export async function nativeForm(content: Uint8Array): Promise<Comparable | null> {
  try {
    const file = NativeFile.open(content);
    return file && (await withoutPlaces(file, await referencesOf(file)));
  } catch (error) {
    if (error instanceof RangeError || error instanceof Malformed) return null;
    throw error;
  }
}

async function withoutPlaces(file: NativeFile, references: References): Promise<Comparable> {
  const form = new Form(file, references);
  // Places are known by what stands there, without their references: so instructions first, and who uses that last.
  await form.maskInstructions();
  await form.nameSlots();
  await form.nameTables();
  form.nameStubs();
  return form;
}

class Form implements Comparable {
  readonly bytes: Uint8Array;
  readonly confirming: Uint8Array;
  readonly isInside: Uint8Array;
  readonly references: References;
  readonly #file: NativeFile;
  readonly #first: DataView;
  readonly #second: DataView;

  constructor(file: NativeFile, references: References) {
    this.#file = file;
    this.references = references;
    this.bytes = new Uint8Array(file.bytes);
    this.confirming = new Uint8Array(file.bytes);
    this.isInside = new Uint8Array(file.bytes.length);
    this.#first = new DataView(this.bytes.buffer);
    this.#second = new DataView(this.confirming.buffer);
  }

  async maskInstructions(): Promise<void> {
    const { at, count } = this.references;
    for (let number = 0; number < count; number++) {
      if (number % AT_ONCE === 0) await turn();
      const kind = this.references.kindOf(number);
      const place = at[number] as number;
      this.isInside.fill(1, place + 1, place + this.references.widthOf(number));
      if (isInCode(kind)) this.#mask(place, kind);
    }
  }

  /** What the linker fills in is known by what it puts there. */
  async nameSlots(): Promise<void> {
    const { at, target, symbol } = this.references.slots;
    const names = target.map((place, slot) => (place < 0 ? (symbol[slot] as number) : this.#nameOf(place)));
    for (const [slot, place] of at.entries()) {
      if (slot % AT_ONCE === 0) await turn();
      const name = names[slot] as number;
      if (this.#isReference(place)) this.#write(place, ALL, name);
      else if (this.#isEmpty(place)) this.#write(place, ALL, name, ~name ^ EMPTY);
    }
  }

  #isReference(place: number): boolean {
    const { at, count } = this.references;
    const next = firstFrom(at, place, count);
    return next < count && at[next] === place && this.references.kindOf(next) >= KIND.slot;
  }

  /** Whether there is nothing, nor a part of a reference: anything else would be lost. */
  #isEmpty(place: number): boolean {
    const { at, count, wide } = this.references;
    const next = firstFrom(at, place, count);
    if (this.isInside[place] === 1 || (next < count && (at[next] as number) < place + wide)) return false;
    const { view } = this.#file;
    return view.getUint32(place, true) === 0 && view.getUint32(place + wide - 4, true) === 0;
  }

  async nameTables(): Promise<void> {
    const { at, target, count } = this.references;
    // In the order of these the steps between them stay the same; of two columns each has its own.
    const before = [new Float64Array(2), new Float64Array(2), new Float64Array(2)] as const;
    for (let number = 0; number < count; number++) {
      if (number % AT_ONCE === 0) await turn();
      const kind = this.references.kindOf(number);
      if (isInCode(kind) || kind >= KIND.slot) continue;
      const place = at[number] as number;
      const last = before[SORTED.indexOf(kind)];
      if (kind === KIND.pageHash) {
        // Each word otherwise, for the next hash not to be taken for a part of this one.
        for (let word = 0; word < PAGE_HASH_BYTES; word += 4) this.#write(place + word, ALL, 1 + word);
        continue;
      }
      let name = 0;
      if (kind === KIND.address || kind === KIND.fromNames) name = this.#nameOf(target[number] as number);
      // A slot is known by what is put there, and with it the relocation that has nothing else.
      else if (kind === KIND.sortedAddress && this.references.wide === 4) name = this.#wordAt(target[number] as number);
      else if (last) {
        const column = kind === KIND.sortedAddress ? 0 : (place >>> 2) & 1;
        name = (target[number] as number) - (last[column] as number);
        last[column] = target[number] as number;
      }
      this.#write(place, operandBits(kind), name);
    }
  }

  /** Functions of other libraries are called by stubs that are all alike, but for the place where the address stands. */
  nameStubs(): void {
    const { at, target, count } = this.references;
    for (const { offset, size, kind } of this.#file.sections) {
      if (kind !== 'stubs') continue;
      for (
        let number = firstFrom(at, offset, count);
        number < count && (at[number] as number) < offset + size;
        number++
      ) {
        const bits = operandBits(this.references.kindOf(number));
        this.#write(at[number] as number, bits, this.#wordAt(target[number] as number));
      }
    }
  }

  /** Puts the name into these bits, and into the second form another: what is no reference is the same in both. */
  #write(place: number, bits: number, name: number, second = ~name): void {
    const word = this.#first.getUint32(place, true) & ~bits;
    this.#first.setUint32(place, word | (name & bits), true);
    this.#second.setUint32(place, word | (second & bits), true);
  }

  /** An instruction stays what it is, without what it refers to. */
  #mask(place: number, kind: Kind): void {
    if (kind === KIND.armStub) for (const part of STUB) this.#write(place + part.place, part.bits, 0);
    else this.#write(place, operandBits(kind), 0);
  }

  /** 0 for what is not in the file. */
  #wordAt(place: number): number {
    return place + 4 > this.bytes.length ? 0 : this.#first.getUint32(place, true);
  }

  /** What stands there, in 32 bits; 0 for what is not in the file. */
  #nameOf(place: number): number {
    if (place + KNOWN_BY > this.bytes.length) return 0;
    let name = 0;
    for (let at = place; at < place + KNOWN_BY; at += 4) name = addWord(name, this.#first.getUint32(at, true));
    return spread(name);
  }
}

/**
 * A dex file in a form in which two builds can be compared: in place of each reference stands the name of what it refers to,
 * so that code is the same wherever the things lie that it uses. As many bytes as the file, for its blocks to be signed.
 */
import type { Comparable } from '../comparable.ts';
import { DexFile, type Form, MOST_ITEMS } from './dex-file.ts';
import { isNamed, KINDS, type Kind } from './kinds.ts';
import { mix, Names } from './names.ts';
import type { Visitor } from './visitor.ts';
import { walk } from './walk.ts';

/** Null for what is no dex file, or none that can be walked through. */
export async function dexForm(content: Uint8Array): Promise<Comparable | null> {
  try {
    const file = DexFile.open(content);
    if (!file) return null;
    const names = new Names();
    const masking = new Masking(file, names);
    await walk(file, names, masking);
    return masking;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

class Masking implements Visitor, Comparable {
  readonly isBrief = false;
  readonly bytes: Uint8Array;
  readonly confirming: Uint8Array;
  readonly isInside: Uint8Array;
  readonly #file: DexFile;
  readonly #names: Names;
  readonly #before = new Float64Array(KINDS);
  readonly #counts = new Uint32Array(KINDS);

  constructor(file: DexFile, names: Names) {
    this.#file = file;
    this.#names = names;
    this.bytes = new Uint8Array(file.bytes);
    this.confirming = new Uint8Array(file.bytes);
    this.isInside = new Uint8Array(file.bytes.length);
  }

  visit(kind: Kind, at: number, width: number, form: Form): void {
    const value = this.#file.read(at, width, form);
    if (isNamed(kind)) {
      const ordinal = this.#names.ordinalOf(kind, value);
      if (ordinal >= 0) this.#mask(at, width, mix(kind, this.#names.nameOf(kind, ordinal)));
    } else if (value > 0) {
      // Who points them anew remembers each.
      if (++this.#counts[kind]! > MOST_ITEMS) throw new RangeError('too much is told by its distance');
      this.#mask(at, width, mix(kind, value - (this.#before[kind] as number)));
      this.#before[kind] = value;
    }
  }

  /** A name with its kind, or a string's place could be taken for that of a type that is called so. */
  #mask(at: number, width: number, name: number): void {
    for (let byte = 0; byte < width; byte++) {
      this.bytes[at + byte] = name >>> (8 * byte);
      this.confirming[at + byte] = name >>> (8 * (3 - byte));
      if (byte > 0) this.isInside[at + byte] = 1;
    }
  }
}

/** Makes copies of an earlier dex file's bytes right in the later one: their references then say where things lie there. */
import { Malformed } from '../bytes.ts';
import type { Copied } from '../copied.ts';
import { firstFrom } from '../first-from.ts';
import { DexFile, type Form } from './dex-file.ts';
import { isNamed, KINDS, type Kind } from './kinds.ts';
import { Names } from './names.ts';
import type { Visitor } from './visitor.ts';
import { walk } from './walk.ts';

/**
 * Writes into the content, where a copied reference stands, what refers to the same thing there.
 *
 * @param content the later one, with the copies as they were in the earlier one
 * @throws Malformed when one of the two is no dex file, or a reference is to what is not there
 */
export async function pointDexAnew(content: Uint8Array, earlier: Uint8Array, copied: Copied): Promise<void> {
  try {
    const [before, after] = [DexFile.open(earlier), DexFile.open(content)];
    if (!before || !after) throw new Malformed('a content is no dex file');
    const namesBefore = new Names();
    const distances = new Distances(before);
    await walk(before, namesBefore, distances);
    const names = new Names();
    await walk(after, names, new Pointing(after, names, before, namesBefore, distances, copied));
  } catch (error) {
    if (error instanceof RangeError) throw new Malformed(`a dex file cannot be read: ${error.message}`);
    throw error;
  }
}

/** The references by distance: where each stands, and how far it is from the one before. */
class Distances implements Visitor {
  readonly isBrief = true;
  readonly #file: DexFile;
  readonly #places = Array.from({ length: KINDS }, (): number[] => []);
  readonly #distances = Array.from({ length: KINDS }, (): number[] => []);
  readonly #before = new Float64Array(KINDS);
  /** Where the last one was found: most are asked for in their order. */
  readonly #next = new Int32Array(KINDS);

  constructor(file: DexFile) {
    this.#file = file;
  }

  visit(kind: Kind, at: number, width: number, form: Form): void {
    if (isNamed(kind)) return;
    const value = this.#file.read(at, width, form);
    if (value <= 0) return;
    this.#places[kind]?.push(at);
    this.#distances[kind]?.push(value - (this.#before[kind] as number));
    this.#before[kind] = value;
  }

  /** The distance of the reference of this kind at this place; null where there is none. */
  at(kind: Kind, place: number): number | null {
    const places = this.#places[kind] as number[];
    let next = this.#next[kind] as number;
    if (places[next] !== place) next = firstFrom(places, place);
    this.#next[kind] = next + 1;
    return places[next] === place ? (this.#distances[kind]?.[next] as number) : null;
  }
}

/** Not looked up yet. */
const UNKNOWN = -2;

class Pointing implements Visitor {
  readonly isBrief = false;
  readonly #file: DexFile;
  readonly #names: Names;
  readonly #earlier: DexFile;
  readonly #earlierNames: Names;
  readonly #distances: Distances;
  readonly #copied: Copied;
  /** For the earlier ones of each kind, by their ordinal numbers, what refers to the same thing now. */
  readonly #known: Float64Array[] = [];
  #copy = 0;
  readonly #before = new Float64Array(KINDS);

  constructor(
    file: DexFile,
    names: Names,
    earlier: DexFile,
    earlierNames: Names,
    distances: Distances,
    copied: Copied,
  ) {
    this.#file = file;
    this.#names = names;
    this.#earlier = earlier;
    this.#earlierNames = earlierNames;
    this.#distances = distances;
    this.#copied = copied;
  }

  visit(kind: Kind, at: number, width: number, form: Form): void {
    const from = this.#sourceOf(at, width);
    if (isNamed(kind)) {
      if (from >= 0) this.#point(kind, at, width, form, from);
      return;
    }
    const distance = from < 0 ? null : this.#distances.at(kind, from);
    if (distance !== null) this.#write(at, width, form, (this.#before[kind] as number) + distance);
    const value = this.#file.read(at, width, form);
    if (value > 0) this.#before[kind] = value;
  }

  #point(kind: Kind, at: number, width: number, form: Form, from: number): void {
    const ordinal = this.#earlierNames.ordinalOf(kind, this.#earlier.read(from, width, form));
    // It referred to nothing, and still does.
    if (ordinal < 0) return;
    this.#known[kind] ??= new Float64Array(this.#earlierNames.count(kind)).fill(UNKNOWN);
    const known = this.#known[kind];
    if (known[ordinal] === UNKNOWN)
      known[ordinal] = this.#names.valueOf(kind, this.#earlierNames.nameOf(kind, ordinal));
    this.#write(at, width, form, known[ordinal] as number);
  }

  #write(at: number, width: number, form: Form, value: number): void {
    if (value < 0 || !this.#file.write(at, width, form, value)) throw new Malformed('a reference is to nothing');
  }

  /** Where the bytes were copied from; -1 for bytes that were not, or not all. */
  #sourceOf(at: number, width: number): number {
    const { to, from, length } = this.#copied;
    let start = to[this.#copy] as number;
    if (!(at >= start && at < start + (length[this.#copy] as number))) {
      this.#copy = Math.max(0, firstFrom(to, at + 1) - 1);
      start = to[this.#copy] as number;
    }
    const end = start + (length[this.#copy] as number);
    return at >= start && at + width <= end ? (from[this.#copy] as number) + at - start : -1;
  }
}

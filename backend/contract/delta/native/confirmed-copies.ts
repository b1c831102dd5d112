/** Copies of a library's blocks of which the client knows that the server points their references right. */
import { spread } from '../block-hash.ts';
import { type Copied, copiedOf, copiesOf } from '../copied.ts';
import type { Copy } from '../find-copies.ts';
import { firstFrom } from '../first-from.ts';
import { DELTA_LIMITS } from '../limits.ts';
import { wholeReferences } from '../whole-references.ts';
import { Mapping } from './mapping.ts';
import type { References } from './references.ts';
import { HASH_BYTES, withTarget } from './target-hashes.ts';

/** To what a reference was, where that is not known. */
const UNKNOWN = Number.NaN;
/** Two or three are enough for a rebuilt library. */
const MOST_TRIES = 20;

/**
 * The copies without those references that would be pointed elsewhere; none where these are too many.
 *
 * @param copies of whole blocks
 * @param isInside 1 for each byte of a reference but its first
 * @param hashes of the earlier content's blocks, as `targetHashes` makes them
 * @param size bytes of a block
 */
export function confirmedCopies(
  copies: readonly Copy[],
  references: References,
  isInside: Uint8Array,
  hashes: Buffer,
  size: number,
): Copy[] {
  const confirmation = new Confirmation(references);
  confirmation.guess(copiedOf(copies), hashes, size);
  let copied = copiedOf(wholeReferences(copies, isInside));
  // With each one that is left out others may be pointed elsewhere.
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    copied = confirmation.withoutUnknown(copied);
    if (copied.to.length > DELTA_LIMITS.copies) return [];
    if (confirmation.check(new Mapping(copied)) === 0) return copiesOf(copied);
  }
  return [];
}

class Confirmation {
  readonly #references: References;
  /** By the numbers of the later references: to what each was in the earlier content. */
  readonly #earlier: Float64Array;

  constructor(references: References) {
    this.#references = references;
    this.#earlier = new Float64Array(references.count).fill(UNKNOWN);
  }

  /** Takes the references of copied blocks to be to what was copied, and believes it where the hash says so. */
  guess(copied: Copied, hashes: Buffer, size: number): void {
    const mapping = new Mapping(copied);
    for (const [copy, start] of copied.from.entries()) {
      const distance = (copied.to[copy] as number) - start;
      const end = start + (copied.length[copy] as number);
      for (let block = start; block < end; block += size) {
        const wanted = hashes.readInt32LE((block / size) * HASH_BYTES);
        this.#guessBlock(mapping, block + distance, size, wanted);
      }
    }
  }

  #guessBlock(mapping: Mapping, to: number, size: number, wanted: number): void {
    const { at, kind, target, base, count } = this.#references;
    const first = firstFrom(at, to, count);
    let hash = 0;
    let number = first;
    for (; number < count && (at[number] as number) < to + size; number++) {
      const earlier = mapping.backward(target[number] as number);
      if (earlier === null) break;
      this.#earlier[number] = earlier;
      hash = withTarget(hash, (at[number] as number) - to, kind[number] as number, earlier, base[number] as number);
    }
    const isWhole = number === count || (at[number] as number) >= to + size;
    if (!isWhole || spread(hash) !== wanted) this.#earlier.fill(UNKNOWN, first, number);
  }

  /** The copies around the references of which it is not known to what they were. */
  withoutUnknown({ to, from, length }: Copied): Copied {
    const { at, count } = this.#references;
    const [newTo, newFrom, newLength]: [number[], number[], number[]] = [[], [], []];
    for (const [copy, start] of to.entries()) {
      const distance = (from[copy] as number) - start;
      const end = start + (length[copy] as number);
      let done = start;
      const put = (until: number) => {
        if (until <= done) return;
        newTo.push(done);
        newFrom.push(done + distance);
        newLength.push(until - done);
      };
      for (let number = firstFrom(at, start, count); number < count && (at[number] as number) < end; number++) {
        if (!Number.isNaN(this.#earlier[number])) continue;
        put(at[number] as number);
        done = (at[number] as number) + this.#references.widthOf(number);
      }
      put(end);
    }
    return { to: Float64Array.from(newTo), from: Float64Array.from(newFrom), length: Float64Array.from(newLength) };
  }

  /** Leaves out what would be pointed elsewhere. @returns how many these are */
  check(mapping: Mapping): number {
    const { target, count } = this.#references;
    let wrong = 0;
    for (let number = 0; number < count; number++) {
      const earlier = this.#earlier[number] as number;
      if (Number.isNaN(earlier) || mapping.forward(earlier) === target[number]) continue;
      this.#earlier[number] = UNKNOWN;
      wrong += 1;
    }
    return wrong;
  }
}

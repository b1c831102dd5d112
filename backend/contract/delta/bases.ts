/** Finds the earlier entry that a later one may be a change of: the one of its name, else one whose name is gone. */
import { firstFrom } from './first-from.ts';
import { keyOf, NAME_DIGEST_BYTES, shortDigest } from './short-digest.ts';
import type { SignatureIndex } from './signature-index.ts';
import { type SignedContent, signedContents } from './signed-contents.ts';
import { DEFLATED, type LayoutEntry } from './zip-layout.ts';

/** How much longer the longer one of two contents may be for one to be taken for the other under a new name. */
const MOST_LONGER = 4 / 3;
/** So many contents of about its length are looked at. */
const MOST_LOOKED_AT = 32;

export class Bases {
  readonly #later: readonly LayoutEntry[];
  readonly #index: SignatureIndex;
  readonly #signed: readonly (readonly SignedContent[])[];
  readonly #byName = new Map<string, number>();
  readonly #found = new Map<LayoutEntry, readonly SignedContent[]>();
  readonly #taken = new Set<number>();
  #gone: Gone | null = null;

  /** @param later all entries of the later file */
  constructor(later: readonly LayoutEntry[], index: SignatureIndex) {
    this.#later = later;
    this.#index = index;
    this.#signed = signedContents(index);
    for (const [number, { nameDigest, isSigned }] of index.entries.entries()) {
      const name = keyOf(nameDigest);
      if (isSigned && !this.#byName.has(name)) this.#byName.set(name, number);
    }
  }

  /** The contents of the earlier entry, in the forms in which they were signed; none where there is no such entry. */
  of(entry: LayoutEntry): readonly SignedContent[] {
    const known = this.#found.get(entry);
    if (known) return known;
    const number = this.#byName.get(nameOf(entry)) ?? this.#renamed(entry);
    const found = number === undefined ? [] : (this.#signed[number] ?? []);
    this.#found.set(entry, found);
    return found;
  }

  /**
   * Many builds have a version or a digest in a file's name. What is gone and about as long is likely the one before; each is
   * taken once. Where that is wrong, a few signatures were fetched for nothing.
   */
  #renamed(entry: LayoutEntry): number | undefined {
    this.#gone ??= this.#findGone();
    const { numbers, lengths } = this.#gone;
    const length = entry.method === DEFLATED ? entry.contentLength : entry.dataLength;
    const start = firstFrom(lengths, length);
    let best: number | undefined;
    let bestDistance = Number.POSITIVE_INFINITY;
    const from = Math.max(0, start - MOST_LOOKED_AT / 2);
    for (let at = from; at < Math.min(numbers.length, start + MOST_LOOKED_AT / 2); at++) {
      const [number, other] = [numbers[at] as number, lengths[at] as number];
      if (this.#taken.has(number)) continue;
      const distance = Math.abs(other - length);
      const isAboutAsLong = Math.max(other, length) <= MOST_LONGER * Math.min(other, length);
      if (!isAboutAsLong || distance >= bestDistance) continue;
      best = number;
      bestDistance = distance;
    }
    if (best !== undefined) this.#taken.add(best);
    return best;
  }

  #findGone(): Gone {
    const names = new Set(this.#later.map(nameOf));
    const gone = [...this.#index.entries.entries()]
      .filter(([, { isSigned, nameDigest }]) => isSigned && !names.has(keyOf(nameDigest)))
      .map(([number, { contentLength }]) => ({ number, contentLength }))
      .sort((a, b) => a.contentLength - b.contentLength);
    return { numbers: gone.map(({ number }) => number), lengths: gone.map(({ contentLength }) => contentLength) };
  }
}

/** Signed entries whose names the later file does not have, the shortest first: their numbers, and the lengths of their contents. */
type Gone = { numbers: number[]; lengths: number[] };

const nameOf = ({ name }: LayoutEntry): string => keyOf(shortDigest(NAME_DIGEST_BYTES, name));

/** Looks closer at entries that would take long, before all of their signatures are fetched: is enough of them there? */
import type { Content, Contents } from './contents.ts';
import { comparingPays, deflatingPays, mayPay, QUICKEST, takesLong } from './costs.ts';
import { likeness, SAMPLE_BYTES, type Sample } from './likeness.ts';
import type { Changed } from './plan.ts';
import { type IndexedEntry, signatureLength } from './signature-index.ts';
import type { Earlier } from './write-difference.ts';
import { DEFLATED, type LayoutEntry } from './zip-layout.ts';

/** Of signatures that are not longer than so many samples all are fetched at once. */
const SHORT = 2;

export class Examination {
  readonly #earlier: Earlier;
  readonly #contents: Contents;
  readonly #rate: () => number | null;
  readonly #unlike = new Set<LayoutEntry>();
  /** Nothing tells how quick the line is: only bytes count, and no sample saves any. */
  #isSilent = false;
  readonly #likely: { content: Content; saved: number }[] = [];

  constructor(earlier: Earlier, contents: Contents, rate: () => number | null) {
    this.#earlier = earlier;
    this.#contents = contents;
    this.#rate = rate;
  }

  /** Takes a sample of the signatures of an entry that would take long. The line's speed is known then, if it can be. */
  async look(changed: Changed): Promise<void> {
    const { entry, basis } = changed;
    const known = basis === null ? undefined : this.#earlier.index.entries[basis];
    if (basis === null || !known || signatureLength(known) <= SHORT * SAMPLE_BYTES) return;
    if (!takesLong([changed]) || !mayPay(entry, known, this.#rate())) return;
    const sample = await this.sample(basis);
    // On a quick line no likeness would be enough.
    if (!sample || !mayPay(entry, known, this.#rate())) return;
    const content = await this.#contents.read(entry, true);
    const whole = content.inflated ?? (entry.method === DEFLATED ? null : content.data);
    const saved = whole ? likeness(whole, known.contentLength, sample) * entry.dataLength : 0;
    if (!this.#isEnough(saved, known, content)) this.#unlike.add(entry);
    else if (this.#contents.keep(entry, content)) this.#likely.push({ content, saved });
  }

  /** A sample of an entry's signatures, from which the line's speed is told; null where it cannot be. */
  async sample(basis: number): Promise<Sample | null> {
    if (this.#isSilent) return null;
    const sample = await this.#earlier.sample(basis);
    this.#isSilent = this.#rate() === null;
    return this.#isSilent ? null : sample;
  }

  /** Whether so little of it is there that it had better go as it is. */
  isUnlike(entry: LayoutEntry): boolean {
    return this.#unlike.has(entry);
  }

  /** Finds the ways in which the likely ones were deflated: while their signatures come, there is nothing else to do. */
  async findWays(): Promise<void> {
    for (const { content, saved } of this.#likely) await this.#contents.findWay(content, saved);
  }

  #isEnough(saved: number, basis: IndexedEntry, { inflated }: Content): boolean {
    const net = saved - (signatureLength(basis) - SAMPLE_BYTES);
    if (!inflated) return comparingPays(net, basis.contentLength, this.#rate());
    return deflatingPays(net, inflated.length, QUICKEST, this.#rate());
  }
}

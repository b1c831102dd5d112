/** Looks closer at entries that would take long, before all of their signatures are fetched: is enough of them there? */
import type { Content, Contents } from './contents.ts';
import { comparingPays, deflatingPays, mayPay, naming, QUICKEST, takesLong } from './costs.ts';
import { likeness, SAMPLE_BYTES, type Sample } from './likeness.ts';
import type { Changed } from './plan.ts';
import type { SignedContent } from './signed-contents.ts';
import type { Earlier } from './write-difference.ts';
import { DEFLATED, type LayoutEntry } from './zip-layout.ts';

/** Of signatures that are not longer than so many samples all are fetched at once. */
const SHORT = 2;

/** What a sample told of a basis. */
type Likely = {
  basis: SignedContent;
  /** Bytes of the data that it saves. */
  saved: number;
  /** Bytes that could be sent in the time that it saves, before anything is deflated. */
  net: number;
};

export class Examination {
  readonly #earlier: Earlier;
  readonly #contents: Contents;
  readonly #rate: () => number | null;
  /** Null where so little is there that the entry had better go as it is. */
  readonly #found = new Map<LayoutEntry, SignedContent | null>();
  /** Nothing tells how quick the line is: only bytes count, and no sample saves any. */
  #isSilent = false;
  readonly #likely: { content: Content; saved: number }[] = [];

  constructor(earlier: Earlier, contents: Contents, rate: () => number | null) {
    this.#earlier = earlier;
    this.#contents = contents;
    this.#rate = rate;
  }

  /** Takes samples of the signatures of an entry that would take long. The line's speed is known then, if it can be. */
  async look(changed: Changed): Promise<void> {
    const { entry, bases } = changed;
    const basis = this.basisOf(changed);
    if (!basis || (bases[0] as SignedContent).length <= SHORT * SAMPLE_BYTES || !takesLong([{ entry, basis }])) return;
    let best: Likely | null = null;
    let content: Content | null = null;
    for (const each of bases) {
      // What is not there as it is may be there in another form, if looking for that takes less than sending it.
      if (best && !this.#mayBeBetter(each, entry.dataLength - best.saved)) break;
      const sample = await this.sample(each);
      if (!sample) return;
      // On a quick line no likeness would be enough.
      if (!mayPay(entry, each, this.#rate())) continue;
      content ??= await this.#contents.read(entry, true);
      const likely = await this.#judge(entry, content, each, sample);
      if (!best || likely.net > best.net) best = likely;
    }
    if (!best || !content) return;
    if (!this.#isEnough(best, content)) this.#found.set(entry, null);
    else {
      this.#found.set(entry, best.basis);
      if (this.#contents.keep(entry, content)) this.#likely.push({ content, saved: best.saved });
    }
  }

  /** A sample of a content's signatures, from which the line's speed is told; null where it cannot be. */
  async sample(basis: SignedContent): Promise<Sample | null> {
    if (this.#isSilent) return null;
    const sample = await this.#earlier.sample(basis);
    this.#isSilent = this.#rate() === null;
    return this.#isSilent ? null : sample;
  }

  /** What the entry is compared with; null where it had better go as it is. */
  basisOf({ entry, bases }: Changed): SignedContent | null {
    const pays = (basis: SignedContent) => mayPay(entry, basis, this.#rate());
    const found = this.#found.get(entry);
    if (found !== undefined) return found && pays(found) ? found : null;
    // Unseen, code is compared in the form in which more of it is alike.
    return bases.findLast(pays) ?? null;
  }

  /** Finds the ways in which the likely ones were deflated: while their signatures come, there is nothing else to do. */
  async findWays(): Promise<void> {
    for (const { content, saved } of this.#likely) await this.#contents.findWay(content, saved);
  }

  async #judge(entry: LayoutEntry, content: Content, basis: SignedContent, sample: Sample): Promise<Likely> {
    const share = await this.#likeness(entry, content, basis, sample);
    const saved = share * entry.dataLength;
    const meanwhile = naming(basis) * (this.#rate() ?? 0);
    return { basis, saved, net: saved - (basis.length - sample.signatures.length) - meanwhile };
  }

  async #likeness(entry: LayoutEntry, content: Content, basis: SignedContent, sample: Sample): Promise<number> {
    if (basis.form === 'comparable') {
      const form = await this.#contents.comparable(content, entry);
      return form ? likeness(form.bytes, basis, sample, form.confirming) : 0;
    }
    const whole = content.inflated ?? (entry.method === DEFLATED ? null : content.data);
    return whole ? likeness(whole, basis, sample) : 0;
  }

  /** @param left bytes that have to be sent where it is not compared in this form */
  #mayBeBetter(basis: SignedContent, left: number): boolean {
    const rate = this.#rate();
    return rate === null || (left - SAMPLE_BYTES) / rate > naming(basis);
  }

  #isEnough({ basis, net }: Likely, { inflated }: Content): boolean {
    if (!inflated) return comparingPays(net, basis.contentLength, this.#rate());
    return deflatingPays(net, inflated.length, QUICKEST, this.#rate());
  }
}

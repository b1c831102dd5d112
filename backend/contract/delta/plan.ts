/** Compares a file with the signatures of an earlier one: what is there as it is, and what has to be looked at closer. */
import { Bases } from './bases.ts';
import type { LaterFile } from './later-file.ts';
import { HEAD_DIGEST_BYTES, keyOf, shortDigest } from './short-digest.ts';
import type { IndexedEntry, SignatureIndex } from './signature-index.ts';
import type { SignedContent } from './signed-contents.ts';
import { type LayoutEntry, shiftRecord } from './zip-layout.ts';

export type Planned =
  /** The earlier file has the data, under this number; with the head as well, or with another one. */
  | { kind: 'same'; entry: LayoutEntry; from: number; sameHead: boolean }
  /** It may be a change of the earlier entry whose content was signed in these forms; of none, where there are none. */
  | { kind: 'changed'; entry: LayoutEntry; bases: readonly SignedContent[] };

export type Changed = Extract<Planned, { kind: 'changed' }>;

/** Bytes of data from which on an entry is large: these decide, for all others together weigh little. */
const LARGE = 128 * 1024;

export class Planner {
  readonly #later: LaterFile;
  readonly #index: SignatureIndex;
  readonly #bases: Bases;
  /** The numbers of the earlier entries, by the digests of their data. */
  readonly #byData: ReadonlyMap<string, readonly number[]>;

  constructor(later: LaterFile, index: SignatureIndex) {
    this.#later = later;
    this.#index = index;
    this.#bases = new Bases(later.layout.entries, index);
    this.#byData = Map.groupBy(index.entries.keys(), (number) =>
      keyOf((index.entries[number] as IndexedEntry).dataDigest),
    );
  }

  /** The large entries that are not there as they are, the largest first. */
  async *large(): AsyncGenerator<Changed> {
    const large = this.#later.layout.entries.filter(({ dataLength }) => dataLength >= LARGE);
    for (const entry of large.sort((a, b) => b.dataLength - a.dataLength)) {
      if (this.#alike(entry, await this.#later.digest(entry)).length === 0) yield this.#changed(entry);
    }
  }

  /** All entries in the order of their data. Reads what was not read yet. */
  async all(): Promise<Planned[]> {
    const planned: Planned[] = [];
    let next = 0;
    for (const entry of this.#later.layout.entries) {
      const alike = this.#alike(entry, await this.#later.digest(entry));
      if (alike.length === 0) {
        planned.push(this.#changed(entry));
        continue;
      }
      const gap = await this.#later.source.read(entry.gapOffset, entry.dataOffset - entry.gapOffset);
      const head = shortDigest(HEAD_DIGEST_BYTES, gap, shiftRecord(entry.record, -entry.gapOffset));
      const hasHead = (number: number): boolean => {
        const known = this.#index.entries[number] as IndexedEntry;
        return (
          known.headDigest.equals(head) && known.gapLength === gap.length && known.recordLength === entry.record.length
        );
      };
      const withHead = alike.filter(hasHead);
      const from = withHead.includes(next) ? next : (withHead[0] ?? (alike[0] as number));
      planned.push({ kind: 'same', entry, from, sameHead: withHead.length > 0 });
      next = from + 1;
    }
    return planned;
  }

  /** The numbers of earlier entries with this data. */
  #alike(entry: LayoutEntry, digest: Buffer): number[] {
    const numbers = this.#byData.get(keyOf(digest)) ?? [];
    return numbers.filter((number) => this.#index.entries[number]?.dataLength === entry.dataLength);
  }

  #changed(entry: LayoutEntry): Changed {
    return { kind: 'changed', entry, bases: this.#bases.of(entry) };
  }
}

/** Takes a log's entries one after the other, and finds the first that is not what was once written. */
import type { KeyObject } from 'node:crypto';
import { canonicalOf } from './canonical.ts';
import type { EntryFields } from './export-lines.ts';
import { isSealed, type Sealed } from './seal.ts';
import { hashLeaf, Tree } from './tree.ts';

/** Entry `seq`, or, where only a run of them can be told, `seq` to `through`; null when it is no entry that is bad. */
export type Bad = { seq: number | null; through?: number; reason: string };

/**
 * Milliseconds that an entry may be dated before one that stands before it: the longest transaction, and what the clocks of
 * several servers may differ.
 */
const MAX_BACK_MS = 60_000;
/** Entries whose hash is taken, and whose seal waits for a root to prove them all at once. */
const MAX_WAITING = 1_024;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

export class EntryChain {
  readonly #publicKey: KeyObject;
  readonly #tree = new Tree();
  #waiting: (Sealed & { seal: Buffer })[] = [];
  #proven = 0;
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor(publicKey: KeyObject) {
    this.#publicKey = publicKey;
  }

  get size(): number {
    return this.#tree.size;
  }

  /** How many entries a checkpoint proves. */
  get proven(): number {
    return this.#proven;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  add(entry: EntryFields, seal: string): Bad | null {
    const bad = this.#look(entry);
    // An entry before this one may have been changed: it comes first.
    if (bad) return this.firstUnsealed() ?? bad;
    this.#latestMs = Math.max(this.#latestMs, Date.parse(String(entry.at)));
    const leaf = hashLeaf(canonicalOf(entry));
    this.#waiting.push({ seq: this.#tree.size, leaf, seal: Buffer.from(seal, 'base64') });
    this.#tree.append(leaf);
    return this.#waiting.length > MAX_WAITING ? this.firstUnsealed() : null;
  }

  #look({ seq, at, foreign }: EntryFields): Bad | null {
    const next = this.#tree.size;
    if (typeof seq !== 'number' || typeof at !== 'string' || !TIME.test(at) || Number.isNaN(Date.parse(at)))
      return { seq: next, reason: 'it has no number or no time' };
    if (seq > next) return { seq: next, reason: `it is missing: entry ${seq} stands in its place` };
    if (seq < next) return { seq: next, reason: `entry ${seq} stands in its place, out of order or twice` };
    if (foreign !== undefined)
      return { seq, reason: 'the server did not write it like this: it was put in, or changed before it was numbered' };
    if (Date.parse(at) < this.#latestMs - MAX_BACK_MS)
      return { seq, reason: 'it is dated before entries that stand before it' };
    return null;
  }

  /** Compares with the root that the log had at this size. */
  compare(root: Buffer): Bad | null {
    if (this.#tree.root().equals(root)) {
      this.#waiting = [];
      this.#proven = this.#tree.size;
      return null;
    }
    const [seq, through] = [this.#proven, this.#tree.size - 1];
    const reason = 'one of these is not what the checkpoint has, although each was sealed with the log’s key';
    return this.firstUnsealed() ?? { seq, through, reason };
  }

  /** The first entry, of those that no checkpoint proves yet, that was not sealed like this. */
  firstUnsealed(): Bad | null {
    const bad = this.#waiting.find((entry) => !isSealed(entry, entry.seal, this.#publicKey));
    this.#waiting = [];
    return bad ? { seq: bad.seq, reason: 'it is not what was sealed at this place: changed, moved or put in' } : null;
  }
}

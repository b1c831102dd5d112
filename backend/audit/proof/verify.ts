/**
 * Verifies an export of the log without asking anybody: that each entry is the one that was sealed at its place, that the
 * whole is what the checkpoints say, and that it extends checkpoints which were kept elsewhere.
 *
 * This folder stands on `node:crypto` alone, so that whoever does not trust the server can read what they run.
 */
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { type Bad, EntryChain } from './entry-chain.ts';
import { type ExportLine, FORMAT, parseLine } from './export-lines.ts';
import { bytesOfKey, formatKey, type NoteKey, parseKey } from './note.ts';

export type Trusted = {
  /** The log's key; null: the file's own. */
  key: NoteKey | null;
  /** Signed checkpoints that were kept, in any order. */
  older: readonly string[];
};

export type Verified = {
  /** Entries that were read; with `bad`, up to where it was found. */
  entries: number;
  /** How many of them the newest checkpoint proves; the others have their seal only. */
  proven: number;
  /** Older checkpoints that the log extends. */
  extended: number;
  /** Base64; of all entries. */
  root: string;
  key: string | null;
  bad: Bad | null;
};

export async function verifyExport(lines: AsyncIterable<string>, trusted: Trusted): Promise<Verified> {
  const verification = new Verification(trusted);
  let bad: Bad | null = null;
  for await (const line of lines) {
    bad = verification.take(line);
    if (bad) break;
  }
  return verification.result(bad ?? verification.end());
}

class Verification {
  readonly #trusted: Trusted;
  #key: NoteKey | null = null;
  #chain: EntryChain | null = null;
  /** What still is to be reached, smallest first. */
  #older: Checkpoint[] = [];
  #extended = 0;
  #line = 0;
  #isOver = false;

  constructor(trusted: Trusted) {
    this.#trusted = trusted;
  }

  take(text: string): Bad | null {
    this.#line += 1;
    const line = parseLine(text);
    if (this.#isOver || !line) return this.#foreign();
    if (!this.#chain || !this.#key) return this.#begin(line);
    if ('entry' in line) return this.#chain.add(line.entry, line.seal) ?? this.#compareOlder(this.#chain);
    if ('checkpoint' in line) return this.#compare(this.#chain, openCheckpoint(line.checkpoint, this.#key));
    if ('end' in line && line.end.size === this.#chain.size) {
      this.#isOver = true;
      return null;
    }
    return this.#foreign();
  }

  #begin(line: ExportLine): Bad | null {
    const key = 'key' in line && line.format === FORMAT ? parseKey(line.key) : null;
    if (!key) return { seq: null, reason: 'this is not an export of an audit log' };
    const { key: known, older } = this.#trusted;
    if (known && !bytesOfKey(known.publicKey).equals(bytesOfKey(key.publicKey)))
      return { seq: null, reason: 'the export is of a log with another key than the one given' };
    const opened = older.map((note) => openCheckpoint(note, key));
    if (opened.includes(null))
      return { seq: null, reason: 'a checkpoint that was kept is not signed by this log, or was altered' };
    this.#key = known ?? key;
    this.#older = opened.filter((checkpoint) => checkpoint !== null).sort((a, b) => a.size - b.size);
    this.#chain = new EntryChain(key.publicKey);
    return this.#compareOlder(this.#chain);
  }

  #compare(chain: EntryChain, checkpoint: Checkpoint | null): Bad | null {
    if (checkpoint?.size === chain.size) return chain.compare(checkpoint.root);
    if (checkpoint && checkpoint.size > chain.size)
      return chain.firstUnsealed() ?? missing(chain.size, checkpoint.size);
    const reason = `the checkpoint on line ${this.#line} is not signed by this log, or stands in the wrong place`;
    return chain.firstUnsealed() ?? { seq: null, reason };
  }

  #compareOlder(chain: EntryChain): Bad | null {
    while (this.#older[0]?.size === chain.size) {
      const bad = chain.compare(this.#older[0].root);
      if (bad) return bad;
      this.#older.shift();
      this.#extended += 1;
    }
    return null;
  }

  /** A line that no export writes: it stands where the next entry would. */
  #foreign(): Bad {
    const seq = this.#chain?.size ?? null;
    return this.#chain?.firstUnsealed() ?? { seq, reason: `line ${this.#line} is not one that an export has there` };
  }

  end(): Bad | null {
    const chain = this.#chain;
    if (!chain) return { seq: null, reason: 'the file is empty' };
    const unsealed = chain.firstUnsealed();
    if (unsealed) return unsealed;
    const [unreached] = this.#older;
    if (unreached) return missing(chain.size, unreached.size);
    return this.#isOver ? null : { seq: chain.size, reason: 'the file breaks off where it should stand' };
  }

  result(bad: Bad | null): Verified {
    return {
      entries: this.#chain?.size ?? 0,
      proven: this.#chain?.proven ?? 0,
      extended: this.#extended,
      root: this.#chain?.root().toString('base64') ?? '',
      key: this.#key && formatKey(this.#key),
      bad,
    };
  }
}

const missing = (seq: number, size: number): Bad => ({
  seq,
  reason: `it is missing where it should stand: a checkpoint has ${size} entries`,
});

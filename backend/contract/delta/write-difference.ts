/** Writes the difference between a file and the earlier one whose signatures are known. */
import { compress } from './compress.ts';
import { differencePays, mayPay, takesLong } from './costs.ts';
import { type Changed, DifferenceWriter } from './difference-writer.ts';
import type { LaterFile } from './later-file.ts';
import { DELTA_LIMITS } from './limits.ts';
import { type Planned, Planner } from './plan.ts';
import { type IndexedEntry, type SignatureIndex, signatureLength } from './signature-index.ts';

/** What is known of the earlier file. */
export type Earlier = {
  index: SignatureIndex;
  /** Fetches the block signatures of entries, by their numbers. */
  fetch(numbers: readonly number[]): Promise<ReadonlyMap<number, Buffer>>;
  /** Learns the rate of the line, from the beginning of the block signatures of this entry. */
  probe(number: number): Promise<void>;
};

type Wanted = {
  /** Bytes of a difference, and of the signatures for it, that are still worth it. */
  most: number;
  /** Bytes a second that the line takes; null where it is not known. */
  rate: () => number | null;
};

/** What a difference would be made of, before it is known how much of the changed entries is there. */
type Choice = {
  planned: Planned[];
  /** The earlier entries whose signatures are wanted, in their order. */
  bases: number[];
  /** Bytes of these signatures. */
  cost: number;
};

/**
 * The difference as it is sent; null where the file had better go whole. No file makes it throw: what cannot be deflated
 * again goes as it is.
 */
export async function writeDifference(
  later: LaterFile,
  { index, fetch, probe }: Earlier,
  { most, rate }: Wanted,
): Promise<Buffer | null> {
  const decide = async (planned: readonly Planned[]): Promise<Choice | null> => {
    const choice = choose(planned, index, later.source.size, rate());
    const first = choice?.bases[0];
    if (!choice || first === undefined || rate() !== null || !takesLong(changedIn(choice.planned))) return choice;
    await probe(first);
    return choose(planned, index, later.source.size, rate());
  };
  const planner = new Planner(later, index);
  // Where these alone say that the whole file is quicker, the rest need not be read.
  const large: Planned[] = [];
  for await (const entry of planner.large()) {
    large.push(entry);
    if (!(await decide(large))) return null;
  }
  const choice = await decide(await planner.all());
  if (!choice || choice.cost > most) return null;
  const signatures = await fetch(choice.bases);
  const written = await new DifferenceWriter(later.source, index, signatures, rate()).write(
    later.layout,
    choice.planned,
  );
  const difference = written && (await compress(written, rate()));
  return difference && difference.length <= most - choice.cost ? difference : null;
}

/** Null where sending the whole file takes less time. */
function choose(all: readonly Planned[], index: SignatureIndex, size: number, rate: number | null): Choice | null {
  const entryOf = (number: number) => index.entries[number] as IndexedEntry;
  const planned = all.map((each) =>
    each.kind === 'changed' && each.basis !== null && !mayPay(each.entry, entryOf(each.basis), rate)
      ? { ...each, basis: null }
      : each,
  );
  const changed = changedIn(planned);
  if (changed.some(({ entry }) => entry.dataLength > DELTA_LIMITS.difference)) return null;
  const asItIs = changed.reduce((sum, { entry, basis }) => sum + (basis === null ? entry.dataLength : 0), 0);
  if (!differencePays(size, asItIs, rate)) return null;
  const bases = [...new Set(changed.flatMap(({ basis }) => basis ?? []))].sort((a, b) => a - b);
  return { planned, bases, cost: bases.reduce((sum, number) => sum + signatureLength(entryOf(number)), 0) };
}

const changedIn = (planned: readonly Planned[]) => planned.filter((each): each is Changed => each.kind === 'changed');

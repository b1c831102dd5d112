/** Writes the difference between a file and the earlier one whose signatures are known. */
import { compress } from './compress.ts';
import { Contents } from './contents.ts';
import { differencePays, mayPay, takesLong } from './costs.ts';
import { DifferenceWriter } from './difference-writer.ts';
import { Examination } from './examine.ts';
import type { LaterFile } from './later-file.ts';
import type { Sample } from './likeness.ts';
import { DELTA_LIMITS } from './limits.ts';
import { type Changed, type Planned, Planner } from './plan.ts';
import { type IndexedEntry, type SignatureIndex, signatureLength } from './signature-index.ts';
import type { LayoutEntry } from './zip-layout.ts';

/** What is known of the earlier file. */
export type Earlier = {
  index: SignatureIndex;
  /** Fetches the block signatures of entries, by their numbers. */
  fetch(numbers: readonly number[]): Promise<ReadonlyMap<number, Buffer>>;
  /** Fetches a part of the block signatures of this entry, from which the rate of the line is learnt as well. */
  sample(number: number): Promise<Sample>;
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
  earlier: Earlier,
  { most, rate }: Wanted,
): Promise<Buffer | null> {
  const { index } = earlier;
  const planner = new Planner(later, index);
  const contents = new Contents(later.source, rate);
  const examination = new Examination(earlier, contents, rate);
  const decide = (planned: readonly Planned[]) =>
    choose(planned, index, later.source.size, rate(), (entry) => examination.isUnlike(entry));
  // Where these alone say that the whole file is quicker, the rest need not be read.
  const large: Planned[] = [];
  for await (const entry of planner.large()) {
    await examination.look(entry);
    large.push(entry);
    if (!decide(large)) return null;
  }
  const planned = await planner.all();
  let choice = decide(planned);
  if (choice && rate() === null && takesLong(changedIn(choice.planned))) {
    await examination.sample(largestOf(choice, index));
    choice = decide(planned);
  }
  if (!choice || choice.cost > most) return null;
  const fetching = earlier.fetch(choice.bases);
  // Is told where it is awaited.
  fetching.catch(() => {});
  await examination.findWays();
  const writer = new DifferenceWriter(later.source, index, await fetching, contents);
  const written = await writer.write(later.layout, choice.planned);
  const difference = written && (await compress(written, rate()));
  return difference && difference.length <= most - choice.cost ? difference : null;
}

/** The basis with the longest signatures. */
function largestOf({ bases }: Choice, { entries }: SignatureIndex): number {
  const lengthOf = (number: number) => signatureLength(entries[number] as IndexedEntry);
  return bases.reduce((largest, number) => (lengthOf(number) > lengthOf(largest) ? number : largest));
}

/** Null where sending the whole file takes less time. */
function choose(
  all: readonly Planned[],
  index: SignatureIndex,
  size: number,
  rate: number | null,
  isUnlike: (entry: LayoutEntry) => boolean,
): Choice | null {
  const entryOf = (number: number) => index.entries[number] as IndexedEntry;
  const planned = all.map((each) =>
    each.kind === 'changed' &&
    each.basis !== null &&
    (isUnlike(each.entry) || !mayPay(each.entry, entryOf(each.basis), rate))
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

/** Writes the difference between a file and the earlier one whose signatures are known. */
import { compress } from './compress.ts';
import { Contents } from './contents.ts';
import { differencePays, takesLong } from './costs.ts';
import { type Decided, DifferenceWriter, type Step } from './difference-writer.ts';
import { Examination } from './examine.ts';
import type { LaterFile } from './later-file.ts';
import type { Sample } from './likeness.ts';
import { DELTA_LIMITS } from './limits.ts';
import { type Changed, type Planned, Planner } from './plan.ts';
import type { SignatureIndex } from './signature-index.ts';
import type { SignedContent } from './signed-contents.ts';

/** What is known of the earlier file. */
export type Earlier = {
  index: SignatureIndex;
  /** Fetches the block signatures of these contents. */
  fetch(signed: readonly SignedContent[]): Promise<ReadonlyMap<SignedContent, Buffer>>;
  /** Fetches a part of the block signatures of this content, from which the rate of the line is learnt as well. */
  sample(signed: SignedContent): Promise<Sample>;
};

type Wanted = {
  /** Bytes of a difference, and of the signatures for it, that are still worth it. */
  most: number;
  /** Bytes a second that the line takes; null where it is not known. */
  rate: () => number | null;
};

/** What a difference would be made of, before it is known how much of the changed entries is there. */
type Choice = {
  steps: Step[];
  /** The earlier contents whose signatures are wanted, in their order. */
  bases: SignedContent[];
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
    choose(planned, later.source.size, rate(), (changed) => examination.basisOf(changed));
  // Where these alone say that the whole file is quicker, the rest need not be read.
  const large: Planned[] = [];
  for await (const entry of planner.large()) {
    await examination.look(entry);
    large.push(entry);
    if (!decide(large)) return null;
  }
  const planned = await planner.all();
  let choice = decide(planned);
  if (choice && rate() === null && takesLong(decidedIn(choice.steps))) {
    await examination.sample(largestOf(choice));
    choice = decide(planned);
  }
  if (!choice || choice.cost > most) return null;
  const fetching = earlier.fetch(choice.bases);
  // Is told where it is awaited.
  fetching.catch(() => {});
  await examination.findWays();
  const writer = new DifferenceWriter(later.source, index, await fetching, contents);
  const written = await writer.write(later.layout, choice.steps);
  const difference = written && (await compress(written, rate()));
  return difference && difference.length <= most - choice.cost ? difference : null;
}

/** The basis with the longest signatures. */
function largestOf({ bases }: Choice): SignedContent {
  return bases.reduce((largest, basis) => (basis.length > largest.length ? basis : largest));
}

/** Null where sending the whole file takes less time. */
function choose(
  planned: readonly Planned[],
  size: number,
  rate: number | null,
  basisOf: (changed: Changed) => SignedContent | null,
): Choice | null {
  const steps = planned.map(
    (each): Step => (each.kind === 'changed' ? { kind: 'changed', entry: each.entry, basis: basisOf(each) } : each),
  );
  const changed = decidedIn(steps);
  if (changed.some(({ entry }) => entry.dataLength > DELTA_LIMITS.difference)) return null;
  const asItIs = changed.reduce((sum, { entry, basis }) => sum + (basis === null ? entry.dataLength : 0), 0);
  if (!differencePays(size, asItIs, rate)) return null;
  const bases = [...new Set(changed.flatMap(({ basis }) => basis ?? []))].sort((a, b) => a.offset - b.offset);
  return { steps, bases, cost: bases.reduce((sum, { length }) => sum + length, 0) };
}

const decidedIn = (steps: readonly Step[]) => steps.filter((each): each is Decided => each.kind === 'changed');

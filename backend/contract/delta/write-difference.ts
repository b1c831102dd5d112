/** Writes the difference between a file and the earlier one whose signatures are known. */
import type { ByteSource } from './bytes.ts';
import { compress } from './compress.ts';
import { differencePays, mayPay } from './costs.ts';
import { type Changed, DifferenceWriter } from './difference-writer.ts';
import { DELTA_LIMITS } from './limits.ts';
import { planDifference } from './plan.ts';
import { type IndexedEntry, type SignatureIndex, signatureLength } from './signature-index.ts';
import { readLayout } from './zip-layout.ts';

/** Fetches the block signatures of entries of the earlier file, by their numbers. */
export type FetchSignatures = (numbers: readonly number[]) => Promise<ReadonlyMap<number, Buffer>>;

type Wanted = {
  /** Bytes of a difference, and of the signatures for it, that are still worth it. */
  most: number;
  /** Bytes a second that the line takes; null where it is not known. */
  rate: () => number | null;
};

/**
 * The difference as it is sent; null where the file had better go whole. No file makes it throw: what cannot be taken apart
 * goes whole, and what cannot be deflated again goes as it is.
 */
export async function writeDifference(
  source: ByteSource,
  index: SignatureIndex,
  fetchSignatures: FetchSignatures,
  { most, rate }: Wanted,
): Promise<Buffer | null> {
  const layout = await readLayout(source);
  if (!layout) return null;
  const entryOf = (number: number) => index.entries[number] as IndexedEntry;
  const planned = (await planDifference(source, layout, index)).map((each) =>
    each.kind === 'changed' && each.basis !== null && !mayPay(each.entry, entryOf(each.basis), rate())
      ? { ...each, basis: null }
      : each,
  );
  const changed = planned.filter((each): each is Changed => each.kind === 'changed');
  if (changed.some(({ entry }) => entry.dataLength > DELTA_LIMITS.difference)) return null;
  const asItIs = changed.reduce((sum, { entry, basis }) => sum + (basis === null ? entry.dataLength : 0), 0);
  if (!differencePays(source.size, asItIs, rate())) return null;
  const bases = [...new Set(changed.flatMap(({ basis }) => basis ?? []))].sort((a, b) => a - b);
  const cost = bases.reduce((sum, number) => sum + signatureLength(entryOf(number)), 0);
  if (cost > most) return null;
  const signatures = await fetchSignatures(bases);
  const written = await new DifferenceWriter(source, index, signatures, rate()).write(layout, planned);
  const difference = written && (await compress(written, rate()));
  return difference && difference.length <= most - cost ? difference : null;
}

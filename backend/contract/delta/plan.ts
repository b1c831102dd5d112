/** Compares a file with the signatures of an earlier one: what is there as it is, and what has to be looked at closer. */
import { createHash } from 'node:crypto';
import type { ByteSource } from './bytes.ts';
import { DATA_DIGEST_BYTES, HEAD_DIGEST_BYTES, NAME_DIGEST_BYTES, shortDigest } from './short-digest.ts';
import type { IndexedEntry, SignatureIndex } from './signature-index.ts';
import { type LayoutEntry, shiftRecord, type ZipLayout } from './zip-layout.ts';

export type Planned =
  /** The earlier file has the data, under this number; with the head as well, or with another one. */
  | { kind: 'same'; entry: LayoutEntry; from: number; sameHead: boolean }
  /** It may be a change of the earlier entry of this number, its basis. */
  | { kind: 'changed'; entry: LayoutEntry; basis: number | null };

/** Reads the whole file once. */
export async function planDifference(source: ByteSource, layout: ZipLayout, index: SignatureIndex): Promise<Planned[]> {
  const byData = numbersBy(index.entries, (entry) => entry.dataDigest);
  const byName = numbersBy(index.entries, (entry) => entry.nameDigest);
  const planned: Planned[] = [];
  let next = 0;
  for (const entry of layout.entries) {
    const { gap, digest } = await readDigest(source, entry);
    const alike = (byData.get(digest.toString('latin1')) ?? []).filter(
      (number) => index.entries[number]?.dataLength === entry.dataLength,
    );
    if (alike.length === 0) {
      planned.push({ kind: 'changed', entry, basis: basisOf(entry, index, byName) });
      continue;
    }
    const head = shortDigest(HEAD_DIGEST_BYTES, gap, shiftRecord(entry.record, -entry.gapOffset));
    const hasHead = (number: number): boolean => {
      const known = index.entries[number] as IndexedEntry;
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

function numbersBy(entries: readonly IndexedEntry[], digest: (entry: IndexedEntry) => Buffer): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const [number, entry] of entries.entries()) {
    const key = digest(entry).toString('latin1');
    const known = numbers.get(key);
    if (known) known.push(number);
    else numbers.set(key, [number]);
  }
  return numbers;
}

const PIECE = 1024 * 1024;

async function readDigest(source: ByteSource, entry: LayoutEntry): Promise<{ gap: Uint8Array; digest: Buffer }> {
  const gapLength = entry.dataOffset - entry.gapOffset;
  if (gapLength + entry.dataLength <= PIECE) {
    const both = await source.read(entry.gapOffset, gapLength + entry.dataLength);
    return { gap: both.subarray(0, gapLength), digest: shortDigest(DATA_DIGEST_BYTES, both.subarray(gapLength)) };
  }
  const hash = createHash('sha256');
  for (let at = 0; at < entry.dataLength; at += PIECE) {
    hash.update(await source.read(entry.dataOffset + at, Math.min(PIECE, entry.dataLength - at)));
  }
  return { gap: await source.read(entry.gapOffset, gapLength), digest: hash.digest().subarray(0, DATA_DIGEST_BYTES) };
}

/** The signed entry of the same name. */
function basisOf(entry: LayoutEntry, index: SignatureIndex, byName: Map<string, number[]>): number | null {
  const name = shortDigest(NAME_DIGEST_BYTES, entry.name).toString('latin1');
  return byName.get(name)?.find((number) => index.entries[number]?.isSigned) ?? null;
}

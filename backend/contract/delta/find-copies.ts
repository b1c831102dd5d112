/** Finds what of a content the earlier one holds: copies of its blocks, as long as they run on, and literals between. */
import { confirmingHash, leavingFactor, roll, rollingHash } from './block-hash.ts';
import { SIGNATURE_BYTES } from './block-signatures.ts';

/** So many literal bytes, then a copy of so many bytes from there in the earlier content. */
export type Copy = { literal: number; from: number; length: number };

/**
 * A table of blocks by rolling hash: open addressing, so that millions of blocks are two flat arrays. Before it a filter of
 * one bit for each of many values: most places are in no block, and these bits stay in the processor's cache.
 */
type Table = {
  mask: number;
  slots: Int32Array;
  weak: Int32Array;
  strong: Int32Array;
  filter: Int32Array;
  shift: number;
};

/** Bits of the filter for each block. */
const BITS = 16;

/**
 * The copies in the order of the content; what follows the last one is literal.
 *
 * @param size bytes of a block
 * @param signatures of the earlier content's blocks
 * @param confirming what the hash that confirms is of, where that is not the content
 */
export function findCopies(content: Uint8Array, size: number, signatures: Buffer, confirming = content): Copy[] {
  const table = tableOf(signatures);
  const copies: Copy[] = [];
  if (table.weak.length === 0 || content.length < size) return copies;
  const factor = leavingFactor(size);
  const { filter, shift } = table;
  const last = content.length - size;
  let done = 0;
  let at = 0;
  let hash = rollingHash(content, 0, size);
  // Where the earlier content goes on after the last copy: of equal blocks the one that continues is taken.
  let expected = -1;
  while (at <= last) {
    const bit = bitOf(hash, shift);
    const from =
      ((filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0
        ? -1
        : find(table, hash, confirming, at, size, expected);
    if (from >= 0) {
      const previous = copies.at(-1);
      if (previous && from === expected && at === done) previous.length += size;
      else copies.push({ literal: at - done, from, length: size });
      at += size;
      done = at;
      expected = from + size;
      if (at <= last) hash = rollingHash(content, at, size);
      continue;
    }
    if (at < last) hash = roll(hash, content[at] as number, content[at + size] as number, factor);
    at += 1;
    if (expected >= 0) expected += 1;
  }
  return copies;
}

function tableOf(signatures: Buffer): Table {
  const count = signatures.length / SIGNATURE_BYTES;
  const mask = 2 ** Math.ceil(Math.log2(Math.max(16, count * 2))) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const bits = Math.ceil(Math.log2(Math.max(32, count * BITS)));
  const filter = new Int32Array(2 ** bits / 32);
  const shift = 32 - bits;
  const table: Table = { mask, slots, weak: new Int32Array(count), strong: new Int32Array(count), filter, shift };
  for (let index = 0; index < count; index++) {
    table.weak[index] = signatures.readInt32LE(index * SIGNATURE_BYTES);
    table.strong[index] = signatures.readInt32LE(index * SIGNATURE_BYTES + 4);
    insert(table, index);
    const bit = bitOf(table.weak[index] as number, shift);
    filter[bit >>> 5] = (filter[bit >>> 5] as number) | (1 << (bit & 31));
  }
  return table;
}

/** Spreads a hash over all bits (Knuth's multiplication by the golden ratio). */
const SPREAD = 0x9e3779b1;

/** A hash's bit in the filter. */
const bitOf = (weak: number, shift: number): number => Math.imul(weak, SPREAD) >>> shift;

const slotOf = (table: Table, weak: number): number => (Math.imul(weak, SPREAD) >>> 7) & table.mask;

/** A block that is there many times over, such as one of zeros, is kept a few times only: else each look-up walks them all. */
const MOST_ALIKE = 8;

function insert(table: Table, index: number): void {
  const weak = table.weak[index];
  let slot = slotOf(table, weak as number);
  for (let alike = 0; ; slot = (slot + 1) & table.mask) {
    const other = table.slots[slot] as number;
    if (other < 0) break;
    if (table.weak[other] === weak && ++alike === MOST_ALIKE) return;
  }
  table.slots[slot] = index;
}

function find(table: Table, weak: number, confirming: Uint8Array, at: number, size: number, expected: number): number {
  let strong: number | null = null;
  let best = -1;
  for (let slot = slotOf(table, weak); ; slot = (slot + 1) & table.mask) {
    const index = table.slots[slot] as number;
    if (index < 0) return best;
    if (table.weak[index] !== weak) continue;
    strong ??= confirmingHash(confirming, at, size);
    if (table.strong[index] !== strong) continue;
    const start = index * size;
    if (start === expected) return start;
    if (best < 0 || Math.abs(start - expected) < Math.abs(best - expected)) best = start;
  }
}

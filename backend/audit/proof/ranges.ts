/** Which ranges of a log's tree make a proof (RFC 6962, 2.1.1 and 2.1.2), in the order in which their hashes travel. */
import type { Range } from './tree.ts';

/** The largest power of two below a size. */
function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

/** That the entry at `index` stands in the log of `size` entries. */
export function inclusionRanges(index: number, size: number): Range[] {
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    const isLeft = index < middle;
    path.push(isLeft ? { start: middle, end } : { start, end: middle });
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  return path.reverse();
}

/** That the log of `size` entries begins with the log of `from` entries. */
export function consistencyRanges(from: number, size: number): Range[] {
  if (from === 0) return [];
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end > from) {
    const middle = start + split(end - start);
    const isLeft = from <= middle;
    path.push(isLeft ? { start: middle, end } : { start, end: middle });
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  // The earlier root itself is known to who asks.
  if (start > 0) path.push({ start, end });
  return path.reverse();
}

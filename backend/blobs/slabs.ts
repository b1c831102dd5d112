/** Memory for sealed bytes on their way between a file and a stream, used again and again: the collector is too slow for it. */

export const SLAB_BYTES = 256 * 1024;
/** Kept for those who come next; others are left to the collector. */
const MOST_FREE = 24;

const free: Buffer[] = [];

export function takeSlab(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
}

/** Nobody may look at it any more. */
export function giveBack(slab: Buffer): void {
  if (free.length < MOST_FREE) free.push(slab);
}

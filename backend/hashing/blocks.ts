/** Memory that is shared with the hashing threads, used again and again: the collector is too slow for it. */

export const BLOCK_BYTES = 256 * 1024;
/** Kept for those who come next; others are left to the collector. */
const MOST_FREE = 16;

export type SharedBlock = Uint8Array<SharedArrayBuffer>;

const free: SharedBlock[] = [];

export function takeBlock(): SharedBlock {
  return free.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}

/** No thread may look at it any more. */
export function giveBack(block: SharedBlock): void {
  if (free.length < MOST_FREE) free.push(block);
}

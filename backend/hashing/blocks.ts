/** Memory that is shared with the hashing threads, used again and again: the collector is too slow for it. */

export const BLOCK_BYTES = 512 * 1024;
/** Kept for those who come next; others are left to the collector. */
const MOST_FREE = 16;
/** So many in use at once keep every thread busy, whosever they are. */
const ENOUGH = 6;

export type SharedBlock = Uint8Array<SharedArrayBuffer>;

const free: SharedBlock[] = [];
let inUse = 0;

export function takeBlock(): SharedBlock {
  inUse += 1;
  return free.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}

/** No thread may look at it any more. */
export function giveBack(block: SharedBlock): void {
  inUse -= 1;
  if (free.length < MOST_FREE) free.push(block);
}

/** For a block that a thread may still look at: it is left to the collector. */
export function abandonBlock(): void {
  inUse -= 1;
}

/** Whether one more would only be memory. */
export const areEnough = (): boolean => inUse > ENOUGH;

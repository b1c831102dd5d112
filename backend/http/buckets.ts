/**
 * Token buckets in this process's memory: bursts are let through, and what lasts is held to a rate. Several processes each
 * count for themselves, so that the rate of all is a multiple; a limit that must be exact stands in the database instead.
 */

export type Rate = {
  /** How many at once. */
  burst: number;
  perSecond: number;
};

export type Buckets = {
  /** Seconds to wait until one more is left; 0: there is one now. */
  wait(key: string): number;
  /** Takes one, if there is one. Returns seconds to wait; 0: taken. */
  take(key: string): number;
  /** How many keys are remembered. */
  size(): number;
};

/** Keys that are remembered at most. The one that was not used for longest is forgotten first. */
const MOST_KEYS = 10_000;

/** @param now milliseconds that only ever grow */
export function createBuckets({ burst, perSecond }: Rate, now: () => number, most = MOST_KEYS): Buckets {
  const held = new Map<string, { left: number; at: number }>();
  const left = (key: string): number => {
    const known = held.get(key);
    return known ? Math.min(burst, known.left + ((now() - known.at) / 1000) * perSecond) : burst;
  };
  const wait = (key: string): number => Math.max(0, Math.ceil((1 - left(key)) / perSecond));
  return {
    wait,
    take(key) {
      const seconds = wait(key);
      if (seconds > 0) return seconds;
      const rest = left(key) - 1;
      held.delete(key);
      held.set(key, { left: rest, at: now() });
      if (held.size > most) held.delete(held.keys().next().value as string);
      return 0;
    },
    size: () => held.size,
  };
}

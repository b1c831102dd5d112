/** How long to wait before the next call to a farm. */

const FIRST_POLL_MS = 250;
const STEADY_POLL_MS = 30_000;
const RETRY_BASE_MS = 2_000;
const RETRY_CAP_MS = 60_000;

/** Soon after the start, when a quick job may be done, and ever more slowly until the steady interval. */
export function pollDelayMs(sinceStartMs: number): number {
  return Math.min(STEADY_POLL_MS, Math.max(FIRST_POLL_MS, sinceStartMs / 4));
}

/** Full jitter: anything up to a bound that doubles with each failure; never sooner than the farm asked. */
export function retryDelayMs(failures: number, askedMs: number | null, random = Math.random): number {
  return Math.max(askedMs ?? 0, random() * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(failures, 10)));
}

const FORGET_BASE_MS = 5_000;
const FORGET_CAP_MS = 3_600_000;
/** Tries after which a farm that will not forget is called stuck: about half an hour. */
export const STUCK_AFTER = 9;

/** @param tries so far, at least one */
export function forgetDelayMs(tries: number, random = Math.random): number {
  return (0.5 + random() / 2) * Math.min(FORGET_CAP_MS, FORGET_BASE_MS * 2 ** Math.min(tries, 20));
}

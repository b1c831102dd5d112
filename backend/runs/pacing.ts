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

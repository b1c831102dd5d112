/** The day that bytes are counted for: one of UTC, as a number of days since 1970-01-01. */
import { DAY_MS } from '../../retention/categories.ts';

export function dayOf(time: Date): number {
  return Math.floor(time.getTime() / DAY_MS);
}

/** The real clock. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './environment.ts';

export const realClock: Clock = {
  // Finer than `Date.now`: what a quick line takes for an answer is less than its millisecond.
  now: () => performance.timeOrigin + performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

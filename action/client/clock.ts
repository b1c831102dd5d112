/** The real clock. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './environment.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

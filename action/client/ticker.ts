/** At most a line a second in the log, however fast things change. */
import type { Environment } from './environment.ts';

const PAUSE = 1000;

export type Ticker = {
  /** Prints the line unless the last one is younger than a second; says whether it did. */
  say(text: () => string): boolean;
};

export function newTicker({ clock, log }: Pick<Environment, 'clock' | 'log'>): Ticker {
  let last = Number.NEGATIVE_INFINITY;
  return {
    say(text) {
      if (clock.now() - last < PAUSE) return false;
      last = clock.now();
      log.line(text());
      return true;
    },
  };
}

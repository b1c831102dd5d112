/** A machine for tests: waits take no time and are written down, and the log is a list. */
import type { Environment } from '../environment.ts';
import type { StandIn } from './server.ts';

export type Surroundings = {
  environment: Environment;
  lines: string[];
  warnings: string[];
  masked: string[];
  /** Milliseconds of each wait. */
  waits: number[];
  cancel(): void;
};

const START = Date.parse('2026-01-01T00:00:00Z');

/** A job's machine that talks to this server; both have the same clock. */
export function surroundings(server: StandIn): Surroundings {
  const controller = new AbortController();
  const lines: string[] = [];
  const warnings: string[] = [];
  const masked: string[] = [];
  const waits: number[] = [];
  let slept = 0;
  const environment: Environment = {
    fetch,
    getIdToken: async (audience) => server.idToken(audience),
    log: {
      line: (text) => void lines.push(text),
      warning: (text) => void warnings.push(text),
      startGroup: () => {},
      endGroup: () => {},
      mask: (secret) => void masked.push(secret),
    },
    clock: {
      now: () => START + slept,
      async sleep(milliseconds) {
        waits.push(milliseconds);
        slept += milliseconds;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    random: () => 0.5,
    signal: controller.signal,
  };
  server.now = environment.clock.now;
  return { environment, lines, warnings, masked, waits, cancel: () => controller.abort() };
}

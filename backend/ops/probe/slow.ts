/** A client that sends a byte at a time and never ends: it must not hold its connection for long. */
import { type Attack, NoAnswer } from './attack.ts';

/** A server that looks after its connections every half minute ends one within this many milliseconds. */
const PATIENCE_MS = 100_000;
const PAUSE_MS = 1000;

/** One connection. Takes up to 100 s, so only where it is asked for. */
export const SLOW_ATTACKS: readonly Attack[] = [
  {
    row: 'C1',
    asks: 'a request whose headers come at a byte a second',
    must: '408 or closed within 100 s',
    async attempt(target) {
      const head = `GET /healthz HTTP/1.1\r\nHost: ${target.url.host}\r\nX-Probe: `;
      const bytes = [head, ...new Array<string>(PATIENCE_MS / PAUSE_MS).fill('x')];
      try {
        const answer = await target.raw(bytes, { pauseMs: PAUSE_MS, timeoutMs: PATIENCE_MS });
        return answer.statuses.every((status) => status === 408 || status === 400) ? null : `${answer.statuses[0]}`;
      } catch (error) {
        if (error instanceof NoAnswer) return `held for ${PATIENCE_MS / 1000} s`;
        throw error;
      }
    },
  },
];

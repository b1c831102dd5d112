/** How a run of AWS Device Farm stands, in our words. */
import type { Observation } from '../port.ts';
import type { Run } from './wire.ts';

const QUEUED = new Set(['PENDING', 'PENDING_CONCURRENCY', 'PENDING_DEVICE', 'PROCESSING', 'SCHEDULING', 'PREPARING']);
const MINUTE_MS = 60_000;
const MAX_REASON = 2_000;

type Ended = Extract<Observation, { state: 'ended' }>;

const OUTCOMES: Record<string, Ended['outcome']> = {
  PASSED: 'completed',
  WARNED: 'completed',
  FAILED: 'completed',
  ERRORED: 'errored',
  STOPPED: 'cancelled',
  // Without a device no test ran: the results say so, and nothing is green.
  SKIPPED: 'completed',
};

/** The result counts once the run is `COMPLETED`; a status that is new to us is one of a run that goes on. */
export function observationOf(run: Run): Observation {
  const consoleUrl = consoleOf(run.webUrl);
  if (run.status !== 'COMPLETED') {
    return { state: QUEUED.has(run.status ?? '') ? 'queued' : 'running', consoleUrl };
  }
  const isInvalid = run.result === 'SKIPPED' && run.resultCode !== undefined;
  const minutes = run.deviceMinutes?.total;
  return {
    state: 'ended',
    outcome: isInvalid ? 'invalid' : (OUTCOMES[run.result ?? ''] ?? 'errored'),
    reason: [run.resultCode, run.message].filter(Boolean).join(': ').slice(0, MAX_REASON) || null,
    // As the farm says: its metered and unmetered minutes need not add up to it.
    deviceMs: minutes === undefined ? null : Math.round(minutes * MINUTE_MS),
    consoleUrl,
  };
}

function consoleOf(url: string | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && /(^|\.)(aws\.amazon\.com|amazonaws\.com)$/.test(hostname) ? url : null;
}

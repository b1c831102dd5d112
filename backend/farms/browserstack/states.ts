/** BrowserStack's words, of which some are spelt in several ways, in ours. */
import type { TestOutcome } from '../../contract/terms.ts';
import type { Observation } from '../port.ts';
import type { Build } from './wire.ts';

const word = (status: string | null | undefined): string => (status ?? '').toLowerCase().replace(/[^a-z]/g, '');

type Ended = Extract<Observation, { state: 'ended' }>;

const ENDED: Record<string, Ended['outcome']> = {
  passed: 'completed',
  failed: 'completed',
  done: 'completed',
  // Without a test: the results say so, and nothing is green.
  skipped: 'completed',
  error: 'errored',
  timedout: 'timed_out',
  timeout: 'timed_out',
  stopped: 'cancelled',
  cancelled: 'cancelled',
};

const TESTS: Record<string, TestOutcome> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  timedout: 'failed',
};

/** A test that has no end of its own once the build has one was broken off. */
export const outcomeOf = (status: string | null | undefined): TestOutcome => TESTS[word(status)] ?? 'errored';

/** A word that is new to us is one of a build that goes on, as long as the build has no duration. */
export function observationOf(build: Build, consoleUrl: string): Observation {
  const status = word(build.status);
  const sessions = build.devices.flatMap((device) => device.sessions);
  const outcome = Object.hasOwn(ENDED, status) ? ENDED[status] : undefined;
  if (status === 'queued') return { state: 'queued', consoleUrl };
  if (status === 'running' || (!outcome && (build.duration ?? null) === null)) return { state: 'running', consoleUrl };
  const unstarted = sessions.filter((each) => !each.start_time && word(each.status) === 'error');
  return {
    state: 'ended',
    // A session that never began has shown nothing, whatever the build is called.
    outcome: unstarted.length > 0 ? 'errored' : (outcome ?? 'errored'),
    reason: unstarted.length > 0 ? 'A session never began on its device.' : null,
    deviceMs: sessions.reduce((sum, { duration }) => sum + Math.round((duration ?? 0) * 1000), 0),
    consoleUrl,
  };
}

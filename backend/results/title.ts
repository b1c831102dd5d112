/** One line that says how a run stands or ended: the check's title, the log's last line, a list's entry. Plain text. */
import type { Counts, RunView } from '../contract/runs.ts';
import type { Verdict } from '../contract/verdicts.ts';

export type TitleFacts = Pick<RunView, 'state' | 'attention' | 'verdict' | 'counts' | 'failOn'> & {
  jobs: readonly { device: string; state: string; verdict: Verdict | null }[];
  /** Whether there was a finished base run to compare with. */
  hasBase: boolean;
  /** Null where the run belongs to no change request. */
  baseBranch: string | null;
};

/** Characters; GitHub shows about this much before it cuts. */
const MAX_TITLE = 200;
const MAX_NAME = 60;

export function runTitle(run: TitleFacts): string {
  const title = run.state === 'finished' && run.verdict ? finished(run, run.verdict) : unfinished(run);
  return cut(title, MAX_TITLE);
}

function unfinished(run: TitleFacts): string {
  if (run.attention === 'needs_attention') return 'Needs attention: a farm’s answer was lost, and cannot be looked up';
  const progress = `${run.jobs.filter((job) => job.state === 'finished').length} of ${count(run.jobs.length, 'job')} finished`;
  const failures = run.counts?.failed ? `, ${count(run.counts.failed, 'failure')} so far` : '';
  if (run.state === 'cancelling') return `Cancelling: ${progress}`;
  if (run.attention === 'stale') return `Running, but the farm has not answered for a while: ${progress}${failures}`;
  if (run.state === 'running') return `Running: ${progress}${failures}`;
  return run.state === 'queued' ? `Waiting for devices: ${devices(run)}` : 'Accepted: about to be given to the farms';
}

function finished(run: TitleFacts, verdict: Verdict): string {
  const { passed, flaky } = run.counts ?? NO_COUNTS;
  const failures = describeFailures(run);
  const beside = failures ? `; ${failures}` : '';
  switch (verdict) {
    case 'passed':
      return `Passed: ${count(passed, 'test')} on ${devices(run)}`;
    case 'flaky':
      return `Flaky: ${count(flaky, 'test')} passed only when tried again, ${passed} passed at once on ${devices(run)}`;
    case 'failed':
      return `${failures}, ${passed} passed on ${devices(run)}${run.failOn === 'never' ? ' (reported only)' : ''}`;
    case 'errored':
      return `Errored, not your tests: ${affected(run, verdict)} broke at the farm or in the backend${beside}`;
    case 'invalid':
      return `Invalid: the farm refuses the files or the configuration of ${affected(run, verdict)}${beside}`;
    case 'incomplete':
      return `Incomplete: the results of ${affected(run, verdict)} do not add up to what was expected${beside}`;
    case 'timed_out':
      return `Timed out: ${affected(run, verdict)} did not finish in time${beside}`;
    case 'cancelled':
      return `Cancelled: ${affected(run, verdict)} stopped before the end${beside}`;
    case 'skipped':
      return run.jobs.length === 0
        ? 'Skipped: there was no device to test on'
        : `Skipped: no test ran in ${affected(run, verdict)}`;
  }
}

/** What failed, and against what it was compared; empty when nothing did. */
function describeFailures(run: TitleFacts): string {
  const { failed, newFailures } = run.counts ?? NO_COUNTS;
  if (failed === 0) return '';
  if (!run.hasBase) return `No base run to compare with: ${count(failed, 'failure')}`;
  const known = failed - newFailures;
  const base = run.baseBranch ? cut(run.baseBranch, MAX_NAME) : 'the base branch';
  if (newFailures === 0)
    return `No new failures: ${known} known, which ${known === 1 ? 'fails' : 'fail'} on ${base} too`;
  return `${count(newFailures, 'new failure')}${known > 0 ? `, ${known} known` : ''}`;
}

const NO_COUNTS: Counts = { total: 0, passed: 0, failed: 0, newFailures: 0, flaky: 0, skipped: 0 };

function devices(run: TitleFacts): string {
  const names = [...new Set(run.jobs.map((job) => job.device))];
  return names.length === 1 ? cut(names[0] ?? '', MAX_NAME) : `${names.length} devices`;
}

function affected(run: TitleFacts, verdict: Verdict): string {
  const jobs = run.jobs.filter((job) => job.verdict === verdict);
  return run.jobs.length === 1 ? `the job on ${devices(run)}` : `${jobs.length} of ${count(run.jobs.length, 'job')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Device and branch names come from outside: one line, no invisible characters, never half of a pair. */
function cut(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join('')}…`;
}

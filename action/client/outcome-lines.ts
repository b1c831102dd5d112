/** What a finished run says in the log: why jobs broke off, and which tests failed on which device, new ones first. */
import type { TestResult } from '../../backend/contract/results.ts';
import type { RunView } from '../../backend/contract/runs.ts';

/** The rest is in the summary and in the report. */
const MAX_REASONS = 10;
const MAX_FAILURES = 20;
const MAX_LENGTH = 300;

/** One line each; the caller's log makes untrusted text harmless. */
export function outcomeLines(run: RunView, failures: readonly TestResult[]): string[] {
  const reasons = run.jobs.flatMap(({ farm, device, reason }) =>
    reason === null ? [] : [`${device} on ${farm}: ${firstLine(reason)}`],
  );
  const failed = failures
    .filter((test) => test.outcome === 'failed')
    .toSorted((a, b) => Number(b.isNew) - Number(a.isNew));
  return [
    ...bounded(reasons, MAX_REASONS, 'more'),
    ...bounded(failed.map(describe), MAX_FAILURES, 'more failures, in the report'),
  ].map((line) => line.slice(0, MAX_LENGTH));
}

function describe({ suite, name, device, isNew, attempts }: TestResult): string {
  const message = attempts.findLast((attempt) => attempt.message !== null)?.message;
  return `${isNew ? 'new' : 'known'}: ${suite} › ${name} on ${device}${message ? `: ${firstLine(message)}` : ''}`;
}

function bounded(lines: string[], max: number, rest: string): string[] {
  return lines.length <= max ? lines : [...lines.slice(0, max), `… and ${lines.length - max} ${rest}`];
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}

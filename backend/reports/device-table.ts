/** The check's table of devices: a row for each device of each farm, its shards added up. */
import type { Counts, JobView, RunView } from '../contract/runs.ts';
import { type Verdict, worstVerdict } from '../contract/verdicts.ts';
import { codeSpan } from './markdown-text.ts';

const MAX_ROWS = 30;
const MAX_NAME = 60;

const SIGNS: Record<Verdict, string> = {
  invalid: '⛔ invalid',
  errored: '💥 errored',
  incomplete: '❓ incomplete',
  timed_out: '⌛ timed out',
  failed: '❌ failed',
  cancelled: '🚫 cancelled',
  skipped: '⚪ no test ran',
  flaky: '⚠️ flaky',
  passed: '✅ passed',
};

/** Empty without a job. Worst devices first. */
export function deviceTable(run: RunView): string {
  const rows = [...Map.groupBy(run.jobs, (job) => `${job.farm}\0${job.device}`).values()]
    .map((jobs) => ({ jobs, verdict: worstVerdict(jobs.flatMap((job) => job.verdict ?? [])) }))
    .sort((a, b) => rank(a.verdict) - rank(b.verdict));
  if (rows.length === 0) return '';
  const shown = rows.slice(0, MAX_ROWS).map(({ jobs, verdict }) => renderRow(jobs, verdict));
  const more = rows.length > MAX_ROWS ? `\nAnd ${rows.length - MAX_ROWS} more devices in the report.\n` : '';
  const head =
    '| | Device | Farm | Passed | Failed | of them new | Flaky | Skipped |\n|:--|:--|:--|--:|--:|--:|--:|--:|\n';
  return `${head}${shown.join('')}${more}\n`;
}

function renderRow(jobs: JobView[], verdict: Verdict | null): string {
  const [first] = jobs;
  if (!first) return '';
  const isFinished = jobs.every((job) => job.state === 'finished');
  const sign = isFinished && verdict ? SIGNS[verdict] : `⏳ ${progress(jobs)}`;
  const names = `${codeSpan(first.device, MAX_NAME)} | ${codeSpan(first.farm, MAX_NAME)}`;
  const fields = ['passed', 'failed', 'newFailures', 'flaky', 'skipped'] as const;
  return `| ${sign} | ${names} | ${fields.map((field) => sum(jobs, field)).join(' | ')} |\n`;
}

function progress(jobs: JobView[]): string {
  const done = jobs.filter((job) => job.state === 'finished').length;
  if (jobs.length > 1) return `${done} of ${jobs.length} shards done`;
  const state = jobs[0]?.state;
  return state === 'running' || state === 'collecting' || state === 'cancelling' ? state : 'waiting';
}

function sum(jobs: JobView[], field: keyof Counts): number | string {
  const counts = jobs.flatMap((job) => job.counts ?? []);
  return counts.length === 0 ? '–' : counts.reduce((total, each) => total + each[field], 0);
}

function rank(verdict: Verdict | null): number {
  return verdict === null ? -1 : Object.keys(SIGNS).indexOf(verdict);
}

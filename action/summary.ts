/**
 * The job summary of a run: its verdict, the devices, and what failed. Pure: data in, HTML in Markdown out.
 *
 * Names and messages come from test code and farms: they are anybody's text, and are escaped to mean nothing in either
 * language.
 */
import type { TestResult } from '../backend/contract/results.ts';
import type { JobView, RunView } from '../backend/contract/runs.ts';

/** Bytes. GitHub drops a step's whole summary above 1 MiB, which other lines of the step share. */
export const SUMMARY_LIMIT = 900_000;
const LONGEST_NAME = 300;
const LONGEST_MESSAGE = 2000;
const MOST_DEVICES = 200;

/** The summary, in at most `limit` bytes; what is left out is counted. */
export function renderSummary(run: RunView, failures: readonly TestResult[], limit = SUMMARY_LIMIT): string {
  const head = [
    `<h2>${escapeText(run.name)}: ${escapeText(run.title)}</h2>`,
    `<p>${link(run.reportUrl, 'Open the report')}${countsOf(run)}</p>`,
    deviceTable(run.jobs),
  ].join('\n\n');
  return withinLimit(head, failures.map(failureOf), Math.max(failures.length, failedOf(run)), limit);
}

function failedOf(run: RunView): number {
  return run.counts ? run.counts.failed + run.counts.flaky : 0;
}

/** As many of the blocks as fit, and a line that counts the rest of `total`. */
function withinLimit(head: string, blocks: readonly string[], total: number, limit: number): string {
  const reserve = 200;
  const shown: string[] = [];
  let size = Buffer.byteLength(head) + reserve;
  for (const block of blocks) {
    size += Buffer.byteLength(block) + 2;
    if (size > limit) break;
    shown.push(block);
  }
  const left = total - shown.length;
  const title = total > 0 ? ['<h3>What failed</h3>'] : [];
  const rest = left > 0 ? [`<p>${left} more: see the report.</p>`] : [];
  return `${[head, ...title, ...shown, ...rest].join('\n\n')}\n`;
}

function countsOf(run: RunView): string {
  if (!run.counts) return '';
  const { total, passed, failed, newFailures, flaky, skipped } = run.counts;
  return ` · ${total} tests: ${passed} passed, ${failed} failed (${newFailures} new), ${flaky} flaky, ${skipped} skipped · ${run.deviceMinutes} device minutes`;
}

function deviceTable(jobs: readonly JobView[]): string {
  const heads = ['Farm', 'Device', 'Verdict', 'Passed', 'Failed', 'Flaky', 'Skipped', 'Why'];
  const rows = jobs.slice(0, MOST_DEVICES).map((job) => {
    const { counts, shard } = job;
    const device = shard.count > 1 ? `${job.device} (${shard.index} of ${shard.count})` : job.device;
    const numbers = [counts?.passed, counts?.failed, counts?.flaky, counts?.skipped].map((count) =>
      String(count ?? '–'),
    );
    return row('td', [job.farm, device, job.verdict ?? job.state, ...numbers, job.reason ?? '']);
  });
  if (jobs.length > MOST_DEVICES) rows.push(row('td', [`${jobs.length - MOST_DEVICES} more: see the report`]));
  return `<table>\n${row('th', heads)}\n${rows.join('\n')}\n</table>`;
}

function row(cell: 'th' | 'td', texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<${cell}>${escapeText(cut(text, LONGEST_NAME))}</${cell}>`).join('')}</tr>`;
}

function failureOf(test: TestResult): string {
  const name = escapeText(cut(test.suite === '' ? test.name : `${test.suite} › ${test.name}`, LONGEST_NAME));
  const kind = test.outcome === 'flaky' ? 'flaky' : test.isNew ? 'new' : 'fails on the base branch too';
  const where = escapeText(cut(`${test.device} on ${test.farm}`, LONGEST_NAME));
  const message = test.attempts.findLast((attempt) => attempt.message !== null)?.message ?? 'no message';
  return `<details><summary>${name} — ${where} (${kind})</summary>\n<pre>${escapeText(cut(message, LONGEST_MESSAGE))}</pre>\n</details>`;
}

function link(url: string, text: string): string {
  // Only a web address becomes a link: the server is not this page's author.
  return /^https?:\/\//.test(url) ? `<a href="${escapeText(url)}">${text}</a>` : escapeText(url);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}

/**
 * Every punctuation character of ASCII as a numeric reference, so that neither HTML nor Markdown finds anything to act on;
 * a line break too, since an empty line would end the HTML block.
 */
export function escapeText(text: string): string {
  return text
    .replace(/[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/[!-+/:-@[-`{-~\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

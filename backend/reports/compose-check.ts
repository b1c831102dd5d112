/**
 * Composes the check on a pull request from a run's state: pure, and the whole text at once, so that whoever posts it
 * last is right.
 */
import type { CheckState } from '../codehosts/port.ts';
import type { TestResult } from '../contract/results.ts';
import type { RunView } from '../contract/runs.ts';
import { type Conclusion, verdictRow } from '../contract/verdicts.ts';
import { type Budget, openBudget } from './budget.ts';
import { checkSentence } from './check-sentence.ts';
import { deviceTable } from './device-table.ts';
import { type FailureGroup, groupFailures } from './failure-groups.ts';
import { codeBlock, codeSpan, htmlCode, oneLine } from './markdown-text.ts';
import { type Built, provenanceLines } from './provenance-lines.ts';

export type CheckFacts = {
  /** Our id of the check. */
  checkId: string;
  run: RunView;
  /** The failed and the flaky results; passed ones are ignored. */
  failures: readonly TestResult[];
  /** The files that were tested, as far as they are still there. */
  artifacts?: readonly Built[];
  /** The audit log's newest checkpoint in one line, where the connection says that checks carry it. */
  checkpoint?: string | null;
};

/** Bytes; GitHub refuses more than 65535. */
const MAX_SUMMARY = 60_000;
const MAX_TITLE = 200;
/** Bytes kept free for a list's last line, and for the lists after the first. */
const LAST_LINE = 200;
const LATER_LISTS = 12_000;

const MAX_NAME = 200;
const MAX_DEVICES = 4;
/** How many details stand open. */
const OPEN_DETAILS = 3;

export function composeCheck({ checkId, run, failures, artifacts = [], checkpoint = null }: CheckFacts): CheckState {
  const conclusion = conclusionOf(run);
  return {
    name: run.name,
    headSha: run.commit.sha,
    externalId: checkId,
    detailsUrl: run.reportUrl,
    status: statusOf(run),
    conclusion,
    startedAt: new Date(run.createdAt),
    completedAt: conclusion === null || run.finishedAt === null ? null : new Date(run.finishedAt),
    title: oneLine(run.title, MAX_TITLE),
    summary: composeSummary({ run, failures, artifacts, checkpoint }, conclusion),
  };
}

function statusOf(run: RunView): CheckState['status'] {
  if (run.state === 'finished' && run.verdict !== null) return 'completed';
  return run.state === 'planned' || run.state === 'queued' ? 'queued' : 'in_progress';
}

/** Concludes with the row that the exit code came from, so that the check and the step never disagree. */
function conclusionOf(run: RunView): Conclusion | null {
  if (run.state !== 'finished' || run.verdict === null) return null;
  const newFailures = run.counts?.newFailures ?? 0;
  const rows = [run.verdict, ...run.jobs.flatMap((job) => job.verdict ?? [])].map((each) =>
    verdictRow(each, newFailures),
  );
  const row = rows.find((each) => each.exitCode[run.failOn] === run.exitCode) ?? verdictRow(run.verdict, newFailures);
  return row.conclusion[run.failOn];
}

function composeSummary(
  { run, failures, artifacts, checkpoint }: Required<Omit<CheckFacts, 'checkId'>>,
  conclusion: Conclusion | null,
): string {
  const footer = composeFooter(run, checkpoint);
  const summary = openBudget(MAX_SUMMARY - Buffer.byteLength(footer));
  summary.add(`${checkSentence(run, conclusion)}\n\n`);
  summary.add(deviceTable(run), LATER_LISTS);
  addReasons(summary, run);
  summary.add(provenanceLines(artifacts), LATER_LISTS);

  const failed = failures.filter((result) => result.outcome === 'failed');
  const isOver = conclusion !== null;
  addNewFailures(summary, groupFailures(failed.filter((result) => result.isNew || !isOver)), isOver);
  const flaky = groupFailures(failures.filter((result) => result.outcome === 'flaky'));
  addList(summary, 'Flaky: failed, then passed', flaky);
  const known = groupFailures(failed.filter((result) => isOver && !result.isNew));
  addList(summary, 'Known: the base branch fails them too', known);
  return summary.text() + footer;
}

/** Why jobs errored, timed out or are invalid, each reason once, in the farm's words. */
function addReasons(summary: Budget, run: RunView): void {
  const reasons = new Map(run.jobs.flatMap((job) => (job.reason ? [[job.reason, job] as const] : [])));
  const items = [...reasons].map(([reason, job]) => `- ${codeSpan(job.farm, 60)} says: ${codeSpan(reason, 500)}\n`);
  if (items.length === 0) return;
  for (const item of items.slice(0, 5)) summary.add(item, LATER_LISTS);
  if (items.length > 5) summary.add(`- and ${items.length - 5} more reasons in the report\n`);
  summary.add('\n');
}

/** In full as long as there is room, then a line each, then a number. */
function addNewFailures(summary: Budget, groups: FailureGroup[], isOver: boolean): void {
  if (groups.length === 0) return;
  summary.add(`### ${isOver ? 'New failures' : 'Failures so far'} (${groups.length})\n\n`);
  const [inFull, inShort] = [LATER_LISTS + LAST_LINE, LATER_LISTS / 2 + LAST_LINE];
  const lines = groups.findIndex((group, index) => !summary.add(renderDetails(group, index < OPEN_DETAILS), inFull));
  if (lines >= 0) addLines(summary, groups.slice(lines), inShort);
  summary.add('\n');
}

function renderDetails(group: FailureGroup, isOpen: boolean): string {
  const message = group.message ? `<br>${htmlCode(group.message, 200)}` : '';
  const attempts = group.attempts > 1 ? ` in all ${group.attempts} attempts` : '';
  const heading = `${htmlCode(group.name, MAX_NAME)} on ${listDevices(group, htmlCode)}${attempts}${message}`;
  if (group.detail === null) return `<p>${heading}</p>\n\n`;
  // The blank lines make Markdown readable inside of the element, which the fence needs.
  const block = codeBlock(group.detail, { lines: 30, characters: 3_000 });
  return `<details${isOpen ? ' open' : ''}><summary>${heading}</summary>\n\n${block}\n\n</details>\n\n`;
}

function addList(summary: Budget, heading: string, groups: FailureGroup[]): void {
  if (groups.length === 0) return;
  summary.add(`### ${heading} (${groups.length})\n\n`);
  addLines(summary, groups, LAST_LINE);
}

function addLines(summary: Budget, groups: FailureGroup[], spare: number): void {
  const rest = groups.findIndex((group) => !summary.add(renderLine(group), spare));
  if (rest >= 0) summary.add(`- and ${groups.length - rest} more in the report\n`);
  summary.add('\n');
}

function renderLine(group: FailureGroup): string {
  const message = group.message ? `: ${codeSpan(group.message, 120)}` : '';
  return `- ${codeSpan(group.name, MAX_NAME)} on ${listDevices(group, codeSpan)}${message}\n`;
}

function listDevices(group: FailureGroup, render: (text: string, max: number) => string): string {
  const shown = group.devices.slice(0, MAX_DEVICES).map((device) => render(device, 60));
  const more = group.devices.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more devices` : ''}`;
}

function composeFooter(run: RunView, checkpoint: string | null): string {
  const minutes = run.deviceMinutes > 0 ? ` · ${run.deviceMinutes.toFixed(1)} device minutes` : '';
  const audit = checkpoint === null ? '' : `\nAudit log: ${codeSpan(checkpoint, 500)}\n`;
  return `\n[Open the report](<${run.reportUrl}>) with videos, logs and every result${minutes}\n${audit}`;
}

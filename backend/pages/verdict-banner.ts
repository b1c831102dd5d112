/** The top of a run's page: how it stands, said large, and what it was run for. */
import { html } from 'hono/html';
import type { Counts, RunView } from '../contract/runs.ts';
import type { Verdict } from '../contract/verdicts.ts';
import type { Html } from './layout.ts';
import { duration } from './quantity.ts';

const VERDICT_WORDS: Record<Verdict, string> = {
  invalid: 'Invalid',
  errored: 'Errored',
  incomplete: 'Incomplete',
  timed_out: 'Timed out',
  failed: 'Failed',
  cancelled: 'Cancelled',
  skipped: 'No test ran',
  flaky: 'Passed, flaky',
  passed: 'Passed',
};

const STATE_WORDS: Record<RunView['state'], string> = {
  planned: 'Accepted',
  queued: 'Waiting',
  running: 'Running',
  cancelling: 'Cancelling',
  finished: 'Finished',
};

/** How a verdict looks: its colour, never alone, since the word stands beside it. */
export function toneOf(verdict: Verdict | null): string {
  if (verdict === null) return 'running';
  if (verdict === 'passed' || verdict === 'flaky' || verdict === 'failed') return verdict;
  return verdict === 'cancelled' || verdict === 'skipped' ? 'stopped' : 'errored';
}

export function verdictWord(verdict: Verdict): string {
  return VERDICT_WORDS[verdict];
}

export function stateWord(state: RunView['state']): string {
  return STATE_WORDS[state];
}

export function renderBanner(run: RunView, now: Date): Html {
  const word = run.verdict ? verdictWord(run.verdict) : stateWord(run.state);
  const isKnownOnly = run.verdict === 'failed' && run.counts?.newFailures === 0;
  return html`<section class="banner ${isKnownOnly ? 'flaky' : toneOf(run.verdict)}" aria-labelledby="verdict">
<p class="context"><bdi>${run.name}</bdi>${run.attention === null ? '' : html` <strong class="badge known">${run.attention === 'stale' ? 'the farm is silent' : 'needs attention'}</strong>`}</p>
<h1 id="verdict">${word}${isKnownOnly ? ', nothing new' : ''}</h1>
<p class="title">${run.title}</p>
${run.counts ? renderCounts(run.counts) : ''}
${renderFacts(run, now)}
</section>`;
}

function renderCounts(counts: Counts): Html {
  const figures: [string, number, string][] = [
    ['New failures', counts.newFailures, 'failed'],
    ['Known failures', counts.failed - counts.newFailures, 'known'],
    ['Flaky', counts.flaky, 'flaky'],
    ['Passed', counts.passed, 'passed'],
    ['Skipped', counts.skipped, 'stopped'],
  ];
  return html`<dl class="figures">${figures.map(
    ([name, value, tone]) =>
      html`<div class="${value > 0 ? tone : 'none'}"><dt>${name}</dt><dd>${value.toLocaleString('en')}</dd></div>`,
  )}</dl>`;
}

function renderFacts(run: RunView, now: Date): Html {
  const { commit, changeRequest } = run;
  const from = new Date(run.createdAt);
  const took = duration((run.finishedAt ? new Date(run.finishedAt) : now).getTime() - from.getTime());
  return html`<dl class="facts">
<div><dt>Commit</dt><dd><code>${commit.sha.slice(0, 10)}</code>${commit.title ? html` <bdi>${commit.title}</bdi>` : ''}</dd></div>
${commit.branch ? html`<div><dt>Branch</dt><dd><bdi>${commit.branch}</bdi>${changeRequest ? html` into <bdi>${changeRequest.baseBranch}</bdi>` : ''}</dd></div>` : ''}
${changeRequest ? html`<div><dt>Change request</dt><dd>#${changeRequest.number}</dd></div>` : ''}
<div><dt>Started</dt><dd>${renderTime(from)}</dd></div>
<div><dt>${run.finishedAt ? 'Took' : 'So far'}</dt><dd>${took}</dd></div>
<div><dt>Device minutes</dt><dd>${run.deviceMinutes.toFixed(1).replace(/\.0$/, '')}</dd></div>
</dl>`;
}

function renderTime(date: Date): Html {
  const iso = date.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

/** A lane for each device: what ran there, as a bar and as numbers. */
import { html } from 'hono/html';
import type { Counts, JobView, RunView } from '../contract/runs.ts';
import { worstVerdict } from '../contract/verdicts.ts';
import type { Html } from './layout.ts';
import { toneOf, verdictWord } from './verdict-banner.ts';

const MAX_LANES = 200;

const STATE_WORDS: Record<JobView['state'], string> = {
  planned: 'Waiting',
  starting: 'Starting',
  queued: 'Waiting',
  running: 'Running',
  cancelling: 'Cancelling',
  collecting: 'Collecting',
  finished: 'Finished',
};

export function renderLanes(run: RunView): Html {
  const lanes = [...Map.groupBy(run.jobs, (job) => `${job.farm}\0${job.device}`).values()];
  if (lanes.length === 0) return html``;
  return html`<section aria-labelledby="devices">
<h2 id="devices">Devices</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="devices">
<table class="lanes">
<thead><tr><th scope="col">Device</th><th scope="col">Outcome</th><th scope="col"><span class="unseen">Share of each outcome</span></th>
<th scope="col" class="number">Passed</th><th scope="col" class="number">Failed</th><th scope="col" class="number">New</th>
<th scope="col" class="number">Flaky</th><th scope="col" class="number">Skipped</th></tr></thead>
<tbody>${lanes.slice(0, MAX_LANES).map(renderLane)}</tbody>
</table>
</div>
${lanes.length > MAX_LANES ? html`<p class="note">And ${lanes.length - MAX_LANES} more devices.</p>` : ''}
</section>`;
}

function renderLane(jobs: JobView[]): Html {
  const [first] = jobs;
  if (!first) return html``;
  const known = jobs.flatMap((job) => job.counts ?? []);
  const counts = addCounts(known);
  const reasons = [...new Set(jobs.flatMap((job) => job.reason ?? []))].slice(0, 3);
  const links = [...new Set(jobs.flatMap((job) => job.consoleUrl ?? []))].slice(0, 20);
  return html`<tr>
<th scope="row"><bdi>${first.device}</bdi> <span class="muted">on <bdi>${first.farm}</bdi></span>
${links.map((url, index) => html` <a href="${url}" rel="noreferrer">at the farm${links.length > 1 ? ` ${index + 1}` : ''}</a>`)}
${jobs.some(({ farmForgot }) => farmForgot === 'stuck') ? html`<span class="reason">The farm has not deleted what this left there. It is asked again each hour.</span>` : ''}
${reasons.map((reason) => html`<span class="reason"><bdi>${reason.slice(0, 500)}</bdi></span>`)}</th>
<td>${renderOutcome(jobs)}</td>
<td class="bar">${counts.total > 0 ? renderBar(counts) : ''}</td>
${[counts.passed, counts.failed, counts.newFailures, counts.flaky, counts.skipped].map(
  (value) => html`<td class="number${value === 0 ? ' muted' : ''}">${known.length === 0 ? '–' : value}</td>`,
)}
</tr>`;
}

function renderOutcome(jobs: JobView[]): Html {
  const done = jobs.filter((job) => job.state === 'finished');
  const verdict = worstVerdict(jobs.flatMap((job) => job.verdict ?? []));
  if (done.length === jobs.length && verdict) {
    return html`<span class="outcome ${toneOf(verdict)}">${verdictWord(verdict)}</span>`;
  }
  const [first] = jobs;
  const state = first && jobs.length === 1 ? STATE_WORDS[first.state] : `${done.length} of ${jobs.length} shards done`;
  return html`<span class="outcome running">${state}</span>`;
}

/** Widths are attributes of SVG, since a page may have no inline style. */
function renderBar(counts: Counts): Html {
  const parts: [string, number][] = [
    ['failed', counts.failed],
    ['flaky', counts.flaky],
    ['passed', counts.passed],
    ['stopped', counts.skipped],
  ];
  let x = 0;
  const bars = parts
    .filter(([, value]) => value > 0)
    .map(([tone, value]) => {
      const width = (value / counts.total) * 100;
      x += width;
      return html`<rect class="${tone}" x="${(x - width).toFixed(2)}" y="0" width="${width.toFixed(2)}" height="8"/>`;
    });
  return html`<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

function addCounts(all: Counts[]): Counts {
  const sum: Counts = { total: 0, passed: 0, failed: 0, newFailures: 0, flaky: 0, skipped: 0 };
  for (const counts of all) for (const field of Object.keys(sum) as (keyof Counts)[]) sum[field] += counts[field];
  return sum;
}

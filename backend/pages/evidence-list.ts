/** What the jobs left behind, by device; downloads, since evidence is never shown as a page of this server. */
import { html } from 'hono/html';
import type { Evidence } from '../contract/results.ts';
import type { RunView } from '../contract/runs.ts';
import type { Html } from './layout.ts';
import { size } from './quantity.ts';

const MAX_ITEMS = 500;

const KIND_WORDS: Record<Evidence['kind'], string> = {
  video: 'Video',
  screenshot: 'Screenshot',
  app_log: 'App log',
  device_log: 'Device log',
  network_log: 'Network log',
  crash_log: 'Crash log',
  session_log: 'Session log',
  performance: 'Performance',
  report: 'Report',
};

export function renderEvidence(run: RunView, evidence: readonly Evidence[]): Html {
  if (evidence.length === 0) return html``;
  const byJob = Map.groupBy(evidence.slice(0, MAX_ITEMS), (item) => item.jobId);
  return html`<section aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
<div class="cards">${[...byJob].map(([jobId, items]) => renderJob(run, jobId, items))}</div>
${evidence.length > MAX_ITEMS ? html`<p class="note">And ${evidence.length - MAX_ITEMS} more.</p>` : ''}
</section>`;
}

function renderJob(run: RunView, jobId: string, items: Evidence[]): Html {
  const job = run.jobs.find((each) => each.jobId === jobId);
  const shard = job && job.shard.count > 1 ? `, shard ${job.shard.index + 1} of ${job.shard.count}` : '';
  return html`<div class="card"><h3><bdi>${job?.device ?? jobId}</bdi>${shard}</h3>
<ul class="plain">${items.map(
    (item) =>
      html`<li><a href="/v1/runs/${run.runId}/evidence/${item.evidenceId}" download>${KIND_WORDS[item.kind]}</a>
<span class="muted"><bdi>${item.name.slice(0, 200)}</bdi> · ${size(item.size)}</span></li>`,
  )}</ul></div>`;
}

/** The newest runs, for a person: where a sign-in link leads when it names no run. */
import { html } from 'hono/html';
import type { RunView } from '../contract/runs.ts';
import { type Html, renderLayout } from './layout.ts';
import { stateWord, toneOf, verdictWord } from './verdict-banner.ts';

export function renderRunListPage({ runs, cursor }: { runs: readonly RunView[]; cursor: string | null }): Html {
  return renderLayout({
    title: 'Runs',
    signedIn: true,
    main: html`<section aria-labelledby="runs">
<h1 id="runs">Runs</h1>
${runs.length === 0 ? html`<p class="note">There is no run yet. A workflow with the Devicelane step makes the first.</p>` : renderTable(runs)}
${cursor === null ? '' : html`<p><a href="/?cursor=${cursor}">Older runs</a></p>`}
</section>`,
  });
}

function renderTable(runs: readonly RunView[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="runs">
<table>
<thead><tr><th scope="col">Run</th><th scope="col">Outcome</th><th scope="col">Branch</th><th scope="col">Started</th></tr></thead>
<tbody>${runs.map(renderRow)}</tbody>
</table>
</div>`;
}

function renderRow(run: RunView): Html {
  const word = run.verdict ? verdictWord(run.verdict) : stateWord(run.state);
  const { commit } = run;
  return html`<tr>
<th scope="row"><a href="/runs/${run.runId}"><bdi>${commit.title ?? run.name}</bdi></a>
<span class="muted"><code>${commit.sha.slice(0, 10)}</code> <bdi>${run.name}</bdi></span></th>
<td><span class="outcome ${toneOf(run.verdict)}">${word}</span></td>
<td><bdi>${commit.branch ?? ''}</bdi>${run.changeRequest ? html` <span class="muted">#${run.changeRequest.number}</span>` : ''}</td>
<td><time datetime="${run.createdAt}">${run.createdAt.slice(0, 16).replace('T', ' ')} UTC</time></td>
</tr>`;
}

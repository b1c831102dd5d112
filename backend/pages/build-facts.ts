/** The uploaded files, and what each says of itself. */
import { html } from 'hono/html';
import type { Artifact } from '../contract/artifacts.ts';
import type { RunView } from '../contract/runs.ts';
import type { Fact } from './fact.ts';
import type { Html } from './layout.ts';
import { metadataFacts } from './metadata-facts.ts';
import { renderProvenance } from './provenance-fact.ts';
import { size } from './quantity.ts';

export function renderBuilds(run: RunView, artifacts: readonly Artifact[], mayDownload: boolean): Html {
  if (artifacts.length === 0) return html``;
  return html`<section aria-labelledby="builds">
<h2 id="builds">What was tested</h2>
<div class="cards">${artifacts.map((artifact) => renderBuild(run, artifact, mayDownload))}</div>
</section>`;
}

function renderBuild(run: RunView, artifact: Artifact, mayDownload: boolean): Html {
  const role = run.artifacts.find((each) => each.artifactId === artifact.artifactId)?.role;
  const facts: Fact[] = [
    ...metadataFacts(artifact),
    ...(artifact.provenance ? [['Provenance', renderProvenance(artifact.provenance)] as Fact] : []),
    ['Size', size(artifact.size)],
    ['SHA-256', html`<code class="digest">${artifact.sha256}</code>`],
    ['Kept until', artifact.expiresAt.slice(0, 10)],
  ];
  return html`<div class="card"><h3>${icon(artifact)}${role === 'tests' ? 'Tests' : 'App'}: <bdi>${artifact.name}</bdi></h3>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>${mayDownload ? html`<p><a href="/v1/artifacts/${artifact.artifactId}/content" download>Download</a></p>` : ''}</div>`;
}

/** It says nothing that the name beside it does not. */
function icon({ artifactId, icon: has }: Artifact): Html | string {
  return has ? html`<img class="icon" src="/v1/artifacts/${artifactId}/icon" alt="" width="40" height="40">` : '';
}

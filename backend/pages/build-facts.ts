/** The uploaded files, and what each says of itself. */
import { html } from 'hono/html';
import type { Artifact } from '../contract/artifacts.ts';
import type { RunView } from '../contract/runs.ts';
import type { Html } from './layout.ts';
import { renderProvenance } from './provenance-fact.ts';
import { size } from './quantity.ts';

type Fact = [name: string, value: Html | string];

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
    ...metadataFacts(artifact.metadata),
    ...(artifact.provenance ? [['Provenance', renderProvenance(artifact.provenance)] as Fact] : []),
    ['Size', size(artifact.size)],
    ['SHA-256', html`<code class="digest">${artifact.sha256}</code>`],
    ['Kept until', artifact.expiresAt.slice(0, 10)],
  ];
  return html`<div class="card"><h3>${role === 'tests' ? 'Tests' : 'App'}: <bdi>${artifact.name}</bdi></h3>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>${mayDownload ? html`<p><a href="/v1/artifacts/${artifact.artifactId}/content" download>Download</a></p>` : ''}</div>`;
}

function metadataFacts(metadata: Artifact['metadata']): Fact[] {
  if (!metadata) return [];
  const version = [metadata.versionName, metadata.versionCode === null ? null : `(${metadata.versionCode})`];
  const [certificate] = metadata.signing.certificates;
  return [
    ['Package', html`<bdi>${metadata.package}</bdi>`],
    ['Version', html`<bdi>${version.filter((part) => part !== null).join(' ') || 'none'}</bdi>`],
    ['SDK', `minimum ${metadata.minSdk ?? 'unknown'}, target ${metadata.targetSdk ?? 'unknown'}`],
    ['Runs on', metadata.abis.length > 0 ? metadata.abis.slice(0, 8).join(', ') : 'any processor'],
    ['Signing', signing(metadata.signing, certificate)],
    ...(metadata.debuggable ? [['Debuggable', 'yes'] as Fact] : []),
    ...(metadata.instrumentation ? [['Tests', html`<bdi>${metadata.instrumentation.target}</bdi>`] as Fact] : []),
  ];
}

function signing(
  { schemes, verified }: { schemes: string[]; verified: boolean },
  certificate: { sha256: string; subject: string; debug: boolean } | undefined,
): Html | string {
  if (!certificate) return 'not signed';
  const state = verified ? `${schemes.join(', ')}, verified` : 'the signature does not verify';
  const key = certificate.debug ? 'a debug key' : html`<bdi>${certificate.subject.slice(0, 200)}</bdi>`;
  return html`${state}; by ${key}<br><code class="digest">${certificate.sha256}</code>`;
}

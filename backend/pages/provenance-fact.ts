/** How sure it is where a build comes from, in a sentence; a warning where it is not what it should be. */
import { html } from 'hono/html';
import { type AttestedBuild, DIFFERENCES, type Provenance, REASONS } from '../contract/provenance.ts';
import type { Html } from './layout.ts';

const MAX_TEXT = 200;
const COMMIT_DIGITS = 10;

export function renderProvenance({ state, differs, reason, build }: Provenance): Html | string {
  switch (state) {
    case 'verified':
      return html`${build ? renderBuild(build) : 'Built'}, attested, verified`;
    case 'mismatch':
      return html`${warning} Attested, but for ${differs.map((each) => DIFFERENCES[each]).join(', and for ')}${build ? html`. ${renderBuild(build)}` : ''}`;
    case 'unverified':
      return html`${warning} Attested, but not verified${reason ? `: ${REASONS[reason]}` : ''}`;
    case 'none':
      return reason ? `Not known: ${REASONS[reason]}` : 'No attestation found';
  }
}

const warning = html`<strong class="badge known">warning</strong>`;

function renderBuild({ repository, workflow, commit, runner }: AttestedBuild): Html {
  return html`Built by <bdi>${cut(repository)}</bdi>’s workflow <bdi>${cut(workflow)}</bdi> at <code>${commit.slice(0, COMMIT_DIGITS)}</code>${runner === 'self-hosted' ? ' on a self-hosted runner' : ''}`;
}

const cut = (text: string): string => text.slice(0, MAX_TEXT) || 'unknown';

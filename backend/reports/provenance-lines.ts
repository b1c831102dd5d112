/** Where the builds of a run come from, a line each, for those whose attestation was found. None of it decides anything. */
import type { Artifact } from '../contract/artifacts.ts';
import { type AttestedBuild, DIFFERENCES, type Provenance, REASONS } from '../contract/provenance.ts';
import { codeSpan } from './markdown-text.ts';

export type Built = Pick<Artifact, 'name' | 'provenance'>;

export function provenanceLines(artifacts: readonly Built[]): string {
  const lines = artifacts.flatMap(({ name, provenance }) => {
    const line = provenance && sentence(codeSpan(name, 100), provenance);
    return line ? [`- ${line}\n`] : [];
  });
  return lines.length > 0 ? `${lines.join('')}\n` : '';
}

function sentence(name: string, { state, differs, reason, build }: Provenance): string | null {
  switch (state) {
    case 'verified':
      return `🔏 ${name} is attested, and verified${build ? `: ${built(build)}` : ''}`;
    case 'mismatch':
      return `⚠️ ${name} is attested, but for ${differs.map((each) => DIFFERENCES[each]).join(', and for ')}${build ? `: ${built(build)}` : ''}`;
    case 'unverified':
      return `⚠️ ${name} is attested, but not verified${reason ? `: ${REASONS[reason]}` : ''}`;
    case 'none':
      return null;
  }
}

function built({ repository, workflow, commit }: AttestedBuild): string {
  return `built by ${codeSpan(workflow, 120)} of ${codeSpan(repository, 120)} at ${codeSpan(commit.slice(0, 10), 10)}`;
}

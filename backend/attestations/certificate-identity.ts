/**
 * Who built it, by the certificate of the signature. Fulcio copies these from the CI job's identity token; see its
 * `oid-info.md`. Identifiers are numbers that stay, URIs may name something else tomorrow.
 */
import type { Attested } from './port.ts';

const FULCIO = '1.3.6.1.4.1.57264.1';
const OID = {
  issuer: `${FULCIO}.8`,
  runner: `${FULCIO}.11`,
  repositoryUri: `${FULCIO}.12`,
  commit: `${FULCIO}.13`,
  repositoryId: `${FULCIO}.15`,
  ownerId: `${FULCIO}.17`,
  workflowUri: `${FULCIO}.18`,
  runUri: `${FULCIO}.21`,
} as const;
const MAX_TEXT = 500;

/** @param textOf the text of a certificate's extension; empty where it has none */
export function readIdentity(textOf: (oid: string) => string): Omit<Attested, 'digests'> {
  const read = (name: keyof typeof OID): string => textOf(OID[name]).slice(0, MAX_TEXT);
  const repositoryUri = read('repositoryUri');
  const runUri = read('runUri');
  return {
    issuer: read('issuer'),
    repositoryId: read('repositoryId'),
    ownerId: read('ownerId'),
    build: {
      repository: URL.canParse(repositoryUri) ? new URL(repositoryUri).pathname.slice(1) : repositoryUri,
      workflow: fileOf(read('workflowUri'), repositoryUri),
      commit: read('commit'),
      runUrl: /^https?:/.test(runUri) && URL.canParse(runUri) ? runUri : null,
      runner: read('runner') || null,
    },
  };
}

/** `https://host/owner/name/.github/workflows/build.yml@refs/heads/main` → `.github/workflows/build.yml` */
function fileOf(workflowUri: string, repositoryUri: string): string {
  const [path = ''] = workflowUri.split('@');
  return path.startsWith(`${repositoryUri}/`) ? path.slice(repositoryUri.length + 1) : path;
}

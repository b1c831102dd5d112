/** Who a CI job is, in one shape for every provider: by the code host's numbers, which a rename does not change. */
import type { GithubClaims } from './github-claims.ts';
import type { GitlabClaims } from './gitlab-claims.ts';

export type Identity = {
  issuer: string;
  jti: string;
  /** Seconds since 1970. */
  exp: number;
  repositoryId: string;
  ownerId: string;
  /** `owner/name`; for paths and people, never for trust. */
  repository: string;
  ciRunId: string;
  ciAttempt: number;
  /** The branch that is built and the one that it is to be merged into, where the token tells. */
  branch: string | null;
  baseBranch: string | null;
  context: { event: string; ref: string; workflow: string; sha: string };
} & ({ provider: 'github'; claims: GithubClaims } | { provider: 'gitlab'; claims: GitlabClaims });

const BRANCH = 'refs/heads/';

export function githubIdentity(issuer: string, claims: GithubClaims): Identity {
  return {
    provider: 'github',
    claims,
    issuer,
    jti: claims.jti,
    exp: claims.exp,
    repositoryId: claims.repository_id,
    ownerId: claims.repository_owner_id,
    repository: claims.repository,
    ciRunId: claims.run_id,
    ciAttempt: Number(claims.run_attempt),
    // A tag and a merge queue's ref are no branch.
    branch: claims.head_ref || (claims.ref.startsWith(BRANCH) ? claims.ref.slice(BRANCH.length) : null),
    baseBranch: claims.base_ref || null,
    context: { event: claims.event_name, ref: claims.ref, workflow: claims.job_workflow_ref, sha: claims.sha },
  };
}

/** A job tried again keeps its pipeline and gets another id, so the job's id is what stands for the CI run. */
export function gitlabIdentity(issuer: string, claims: GitlabClaims): Identity {
  return {
    provider: 'gitlab',
    claims,
    issuer,
    jti: claims.jti,
    exp: claims.exp,
    repositoryId: claims.job_project_id ?? claims.project_id,
    ownerId: claims.job_namespace_id ?? claims.namespace_id,
    repository: claims.job_project_path ?? claims.project_path,
    ciRunId: claims.job_id,
    ciAttempt: 1,
    branch: claims.ref_type === 'branch' ? claims.ref : null,
    baseBranch: null,
    context: {
      event: claims.pipeline_source,
      ref: claims.ref_path,
      workflow: claims.ci_config_ref_uri ?? '',
      sha: claims.sha ?? '',
    },
  };
}

/**
 * Why the job's code may be a fork's; null when it is not. A GitLab that does not say where the job runs cannot tell a
 * fork's merge request from the project's own.
 */
export function forkClaim(identity: Identity): string | null {
  if (identity.provider === 'github') return null;
  const { project_id: source, job_project_id: target, pipeline_source: event } = identity.claims;
  if (target) return source === target ? null : 'job_project_id';
  return event === 'merge_request_event' || event === 'external_pull_request_event' ? 'job_project_id' : null;
}

/**
 * A trust policy: which identities of a repository's CI get a capability, and how much of one.
 *
 * Compiled first, then checked. Values are exact, or globs in which `*` stands for anything within one segment; never a
 * user's regular expression. Events that run with the base branch's rights on foreign code must be asked for by name.
 */
import * as z from 'zod';
import type { GithubClaims } from './github-claims.ts';
import { matchesGlob } from './glob.ts';

const Pattern = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\w./*@-]+$/);

export const TrustPolicy = z.strictObject({
  events: z
    .array(z.string().regex(/^[a-z_]{1,50}$/))
    .min(1)
    .max(20)
    .default(['pull_request', 'push', 'merge_group', 'workflow_dispatch', 'schedule']),
  // Git refs, such as `refs/heads/main` or `refs/heads/release/*`; none: any.
  refs: z.array(Pattern).max(50).default([]),
  /** Workflow files, such as `.github/workflows/ci.yml`; none: any. */
  workflows: z.array(Pattern).max(50).default([]),
  /** Deployment environments; none: any. */
  environments: z.array(z.string().min(1).max(255)).max(50).default([]),
  runners: z.enum(['github-hosted', 'self-hosted', 'any']).default('any'),
  /** What one CI job may send. */
  maxBytes: z
    .int()
    .positive()
    .default(8 * 1024 ** 3),
  maxArtifacts: z.int().min(1).max(1000).default(20),
});
export type TrustPolicy = z.infer<typeof TrustPolicy>;

const matchesAny = (globs: readonly string[], value: string): boolean =>
  globs.length === 0 || globs.some((glob) => matchesGlob(glob, value));

/** `owner/repo/.github/workflows/ci.yml@refs/heads/main` without the repository and the ref. */
function workflowPath(jobWorkflowRef: string): string {
  const path = jobWorkflowRef.split('@')[0] ?? '';
  return path.split('/').slice(2).join('/');
}

/** The claims that this policy does not accept, by name; none: it trusts. */
export function failedClaims(policy: TrustPolicy, claims: GithubClaims): string[] {
  const checks: [string, boolean][] = [
    ['event_name', policy.events.includes(claims.event_name)],
    ['ref', matchesAny(policy.refs, claims.ref)],
    ['job_workflow_ref', matchesAny(policy.workflows, workflowPath(claims.job_workflow_ref))],
    ['environment', policy.environments.length === 0 || policy.environments.includes(claims.environment ?? '')],
    ['runner_environment', policy.runners === 'any' || policy.runners === claims.runner_environment],
  ];
  return checks.filter(([, holds]) => !holds).map(([claim]) => claim);
}

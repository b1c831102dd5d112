/**
 * The claims of a GitHub Actions identity token that decide anything. `sub` is never read: its shape changed, and admins
 * may replace it. Source: GitHub's OpenID Connect reference.
 */
import * as z from 'zod';

const Numeric = z.string().regex(/^\d{1,20}$/);

export const GithubClaims = z.object({
  iss: z.string(),
  jti: z.string().min(1).max(255),
  exp: z.number(),
  iat: z.number(),
  repository_id: Numeric,
  repository_owner_id: Numeric,
  repository: z.string().max(255),
  run_id: Numeric,
  run_attempt: Numeric,
  event_name: z.string().max(100),
  ref: z.string().max(1024),
  /** The branches of a pull request; empty for other events. */
  head_ref: z.string().max(1024).optional(),
  base_ref: z.string().max(1024).optional(),
  sha: z.string().max(64),
  job_workflow_ref: z.string().max(1024),
  runner_environment: z.string().max(100),
  repository_visibility: z.string().max(100).optional(),
  environment: z.string().max(255).optional(),
});
export type GithubClaims = z.infer<typeof GithubClaims>;

/** Beside those above and the organisation's own `repo_property_…`. Others are news: GitHub has added something. */
export const OTHER_GITHUB_CLAIMS = [
  ...['sub', 'aud', 'nbf', 'actor', 'actor_id', 'check_run_id', 'enterprise', 'enterprise_id', 'environment_node_id'],
  ...['job_workflow_sha', 'ref_protected', 'ref_type', 'repository_owner', 'run_number', 'workflow', 'workflow_ref'],
  'workflow_sha',
];

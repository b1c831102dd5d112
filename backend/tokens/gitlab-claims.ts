/**
 * The claims of a GitLab id token that decide anything. Since 18.2.2 `project_id` names the source of a merge request, and
 * since 18.3 `job_project_id` where the job runs. `sub` is never read. Source: GitLab's reference of id tokens.
 */
import * as z from 'zod';

const Numeric = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/));
const Name = z.string().max(1024);
/** GitLab leaves out, or writes as null, what a job has not. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish();

export const GitlabClaims = z.object({
  iss: z.string(),
  jti: z.string().min(1).max(255),
  exp: z.number(),
  iat: z.number(),
  project_id: Numeric,
  namespace_id: Numeric,
  project_path: Name,
  job_project_id: maybe(Numeric),
  job_namespace_id: maybe(Numeric),
  job_project_path: maybe(Name),
  job_id: Numeric,
  pipeline_source: z.string().max(100),
  ref: Name,
  ref_type: z.string().max(20),
  ref_path: Name,
  ref_protected: z.enum(['true', 'false']),
  sha: maybe(z.string().max(64)),
  environment: maybe(z.string().max(255)),
  environment_protected: maybe(z.enum(['true', 'false'])),
  runner_environment: maybe(z.string().max(100)),
  project_visibility: maybe(z.string().max(100)),
  ci_config_ref_uri: maybe(Name),
});
export type GitlabClaims = z.infer<typeof GitlabClaims>;

/** Beside those above. Others are news: GitLab has added something. */
export const OTHER_GITLAB_CLAIMS = [
  ...['sub', 'aud', 'nbf', 'namespace_path', 'job_namespace_path', 'user_id', 'user_login', 'user_email'],
  ...['user_access_level', 'user_identities', 'groups_direct', 'pipeline_id', 'deployment_tier', 'environment_action'],
  ...['runner_id', 'ci_config_sha', 'job_source', 'job_config'],
];

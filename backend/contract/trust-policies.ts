/**
 * Trust policies as they travel: which identities of a repository's CI are trusted, and what they are granted.
 *
 * Values are exact, or globs in which `*` stands for anything within one segment; never a user's regular expression. An
 * empty list pins nothing. The repository and its owner are no part of a policy: the project's binding pins them.
 */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { CI_OPERATIONS } from './oauth.ts';

const list = <T extends z.ZodMiniType>(item: T, most = 50) => z.array(item).check(z.maxLength(most));
const Pattern = z.string().check(z.minLength(1), z.maxLength(255), z.regex(/^[\w./*@-]+$/));
const Line = z.string().check(z.minLength(1), z.maxLength(255), z.regex(/^[^\p{Cc}]*$/u));
const Event = z.string().check(z.regex(/^[a-z_]{1,50}$/));
const Events = z.array(Event).check(z.minLength(1), z.maxLength(20));
const Limit = z.int().check(z.positive());

/** Events that run a repository's own code with its own rights. Every other must be asked for by name. */
export const GITHUB_EVENTS = ['pull_request', 'push', 'merge_group', 'workflow_dispatch', 'schedule'];
export const GITLAB_SOURCES = ['push', 'merge_request_event', 'web', 'schedule'];

const GRANT = {
  /** `audit`: what would be refused is let through, and told in the log. */
  mode: z._default(z.enum(['enforce', 'audit']), 'enforce'),
  operations: z._default(z.array(z.enum(CI_OPERATIONS)).check(z.minLength(1), z.maxLength(20)), [...CI_OPERATIONS]),
  /** Names of farm connections. */
  farms: z._default(list(Line), []),
  /** `model`, or `model @ os`, with `*` in either. */
  devices: z._default(list(Line), []),
  /** What one CI job may send. */
  maxBytes: z._default(Limit, 8 * 1024 ** 3),
  maxArtifacts: z._default(z.int().check(z.minimum(1), z.maximum(1000)), 20),
  /** What all CI jobs of the policy may send in 24 hours. */
  maxBytesPerDay: z.optional(Limit),
  /** Device minutes that one run may take at most: its time-out times its jobs. */
  maxMinutes: z.optional(Limit),
  /** Device minutes of all runs in 24 hours; a run that is not over counts with what it may take at most. */
  maxMinutesPerDay: z.optional(Limit),
  /** Runs that are not over. */
  maxConcurrentRuns: z.optional(Limit),
};

export const GithubTrustPolicy = z.strictObject({
  provider: z.optional(z.literal('github')),
  events: z._default(Events, GITHUB_EVENTS),
  /** Git refs, such as `refs/heads/main` or `refs/heads/release/*`. */
  refs: z._default(list(Pattern), []),
  /** Files of this repository, such as `.github/workflows/ci.yml`; another's begin with `owner/name/`. */
  workflows: z._default(list(Pattern), []),
  environments: z._default(list(Line), []),
  runners: z._default(z.enum(['github-hosted', 'self-hosted', 'any']), 'any'),
  visibility: z._default(list(z.enum(['public', 'internal', 'private']), 3), []),
  ...GRANT,
});
export type GithubTrustPolicy = z.output<typeof GithubTrustPolicy>;

export const GitlabTrustPolicy = z.strictObject({
  provider: z.literal('gitlab'),
  pipelineSources: z._default(Events, GITLAB_SOURCES),
  /** Full refs, such as `refs/heads/main`. */
  refPaths: z._default(list(Pattern), []),
  refProtected: z.optional(z.boolean()),
  /** Files of the job's own project, such as `.gitlab-ci.yml`. */
  configs: z._default(list(Pattern), []),
  environments: z._default(list(Line), []),
  environmentProtected: z.optional(z.boolean()),
  runners: z._default(z.enum(['gitlab-hosted', 'self-hosted', 'any']), 'any'),
  visibility: z._default(list(z.enum(['public', 'internal', 'private']), 3), []),
  ...GRANT,
});
export type GitlabTrustPolicy = z.output<typeof GitlabTrustPolicy>;

/** Without a provider it is GitHub's. */
export const TrustPolicy = z.discriminatedUnion('provider', [GithubTrustPolicy, GitlabTrustPolicy]);
export type TrustPolicy = z.output<typeof TrustPolicy>;

export const TrustPolicyView = z.object({
  trustPolicyId: idSchema('trustPolicy'),
  projectId: idSchema('project'),
  policy: TrustPolicy,
  createdAt: z.iso.datetime(),
  /** Null while it is in force. */
  revokedAt: z.nullable(z.iso.datetime()),
});
export type TrustPolicyView = z.infer<typeof TrustPolicyView>;

export const TrustPolicyList = z.object({ trustPolicies: z.array(TrustPolicyView) });

export const NewTrustPolicy = z.strictObject({ projectId: idSchema('project'), policy: TrustPolicy });

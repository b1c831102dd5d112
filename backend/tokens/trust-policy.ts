/** Compiles a trust policy, and checks an identity against it: every claim that it pins, by name. */
import {
  GITHUB_EVENTS,
  GITLAB_SOURCES,
  type GithubTrustPolicy,
  type GitlabTrustPolicy,
  TrustPolicy,
} from '../contract/trust-policies.ts';
import { DevicelaneError } from '../errors.ts';
import type { GithubClaims } from './github-claims.ts';
import type { GitlabClaims } from './gitlab-claims.ts';
import { matchesGlob } from './glob.ts';
import type { Identity } from './identity.ts';

/** One claim that a policy looks at. */
export type ClaimCheck = {
  claim: string;
  /** The policy's key that an admin would change. */
  key: string;
  /** What the policy takes; empty: anything. */
  allowed: readonly string[];
  holds: boolean;
};

/** Compiled before it is kept. @throws DevicelaneError `invalid_request` naming the key that is wrong */
export function compilePolicy(value: unknown): TrustPolicy {
  const parsed = TrustPolicy.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.') || 'policy';
  throw new DevicelaneError('invalid_request', `The trust policy is not valid: ${field}: ${issue?.message}.`, {
    field,
  });
}

/** Whether the policy is for identities of this provider at all. */
export const isFor = (policy: TrustPolicy, identity: Identity): boolean =>
  (policy.provider ?? 'github') === identity.provider;

/** Every check, in the order of the policy's keys; one whose provider is another fails as a whole. */
export function checkClaims(policy: TrustPolicy, identity: Identity): ClaimCheck[] {
  if (policy.provider === 'gitlab') {
    return identity.provider === 'gitlab' ? checkGitlab(policy, identity.claims) : [otherProvider('gitlab')];
  }
  return identity.provider === 'github' ? checkGithub(policy, identity.claims) : [otherProvider('github')];
}

/** The checks that fail; none: it trusts. */
export const failedChecks = (policy: TrustPolicy, identity: Identity): ClaimCheck[] =>
  checkClaims(policy, identity).filter((check) => !check.holds);

/**
 * Whether a policy in audit mode lets an identity through in spite of these. Never for an event that may run foreign code
 * with the base branch's rights: that must be asked for by name in either mode.
 */
export function isLenient(policy: TrustPolicy, identity: Identity, failed: readonly ClaimCheck[]): boolean {
  if (policy.mode !== 'audit' || !isFor(policy, identity)) return false;
  const usual = identity.provider === 'gitlab' ? GITLAB_SOURCES : GITHUB_EVENTS;
  return usual.includes(identity.context.event) || failed.every(({ key }) => key !== eventKey(policy));
}

/** How far a policy is from trusting: first of all it must be about this event. */
export const distance = (policy: TrustPolicy, failed: readonly ClaimCheck[]): number =>
  failed.length + (failed.some(({ key }) => key === eventKey(policy)) ? 100 : 0);

const eventKey = (policy: TrustPolicy): string => (policy.provider === 'gitlab' ? 'pipelineSources' : 'events');

const otherProvider = (provider: string): ClaimCheck => ({
  claim: 'iss',
  key: 'provider',
  allowed: [provider],
  holds: false,
});

function checkGithub(policy: GithubTrustPolicy, claims: GithubClaims): ClaimCheck[] {
  return [
    oneOf('event_name', 'events', policy.events, claims.event_name),
    globs('ref', 'refs', policy.refs, claims.ref),
    globs('job_workflow_ref', 'workflows', policy.workflows, workflowPath(claims)),
    oneOf('environment', 'environments', policy.environments, claims.environment),
    oneOf('runner_environment', 'runners', runners(policy.runners), claims.runner_environment),
    oneOf('repository_visibility', 'visibility', policy.visibility, claims.repository_visibility),
  ];
}

function checkGitlab(policy: GitlabTrustPolicy, claims: GitlabClaims): ClaimCheck[] {
  return [
    oneOf('pipeline_source', 'pipelineSources', policy.pipelineSources, claims.pipeline_source),
    globs('ref_path', 'refPaths', policy.refPaths, claims.ref_path),
    oneOf('ref_protected', 'refProtected', flag(policy.refProtected), claims.ref_protected),
    globs('ci_config_ref_uri', 'configs', policy.configs, configPath(claims)),
    oneOf('environment', 'environments', policy.environments, claims.environment),
    oneOf('environment_protected', 'environmentProtected', flag(policy.environmentProtected), environmentFlag(claims)),
    oneOf('runner_environment', 'runners', runners(policy.runners), claims.runner_environment),
    oneOf('project_visibility', 'visibility', policy.visibility, claims.project_visibility),
  ];
}

const runners = (kind: string): readonly string[] => (kind === 'any' ? [] : [kind]);
const flag = (wanted: boolean | undefined): readonly string[] => (wanted === undefined ? [] : [String(wanted)]);
/** A job without an environment has none that is protected. */
const environmentFlag = (claims: GitlabClaims): string => claims.environment_protected ?? 'false';

type Value = string | null | undefined;

/** A claim that is missing, where one is pinned, does not hold. */
function check(
  claim: string,
  key: string,
  allowed: readonly string[],
  value: Value,
  matches: (one: string, value: string) => boolean,
): ClaimCheck {
  const holds = allowed.length === 0 || (typeof value === 'string' && allowed.some((one) => matches(one, value)));
  return { claim, key, allowed, holds };
}
const oneOf = (claim: string, key: string, allowed: readonly string[], value: Value): ClaimCheck =>
  check(claim, key, allowed, value, (one, given) => one === given);
const globs = (claim: string, key: string, allowed: readonly string[], value: Value): ClaimCheck =>
  check(claim, key, allowed, value, matchesGlob);

/**
 * `owner/name/.github/workflows/ci.yml@refs/heads/main` without the ref, and without the repository where it is the job's
 * own: a reusable workflow of another repository must not pass for a file of this one.
 */
function workflowPath({ job_workflow_ref: workflow, repository }: GithubClaims): string {
  const path = workflow.split('@')[0] ?? '';
  return path.startsWith(`${repository}/`) ? path.slice(repository.length + 1) : path;
}

/** `host/group/project//.gitlab-ci.yml@refs/heads/main` likewise; null where the definition is another project's. */
function configPath(claims: GitlabClaims): string | null {
  const [place = '', rest] = (claims.ci_config_ref_uri ?? '').split('//');
  const own = claims.job_project_path ?? claims.project_path;
  return rest && place.endsWith(`/${own}`) ? (rest.split('@')[0] ?? null) : null;
}

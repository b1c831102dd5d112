import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GitlabClaims } from './gitlab-claims.ts';
import { gitlabIdentity } from './identity.ts';
import { compilePolicy, failedChecks } from './trust-policy.ts';

const GITLAB: GitlabClaims = {
  iss: 'https://gitlab.example.com',
  jti: 'a',
  exp: 2,
  iat: 1,
  project_id: '42',
  namespace_id: '7',
  project_path: 'acme/app',
  job_project_id: '42',
  job_namespace_id: '7',
  job_project_path: 'acme/app',
  job_id: '900',
  pipeline_source: 'push',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  sha: '0'.repeat(40),
  environment: 'staging',
  environment_protected: 'true',
  runner_environment: 'self-hosted',
  project_visibility: 'private',
  ci_config_ref_uri: 'gitlab.example.com/acme/app//.gitlab-ci.yml@refs/heads/main',
};
const GITLAB_PINNED = {
  provider: 'gitlab',
  pipelineSources: ['push'],
  refPaths: ['refs/heads/main'],
  refProtected: true,
  configs: ['.gitlab-ci.yml'],
  environments: ['staging'],
  environmentProtected: true,
  runners: 'self-hosted',
  visibility: ['private'],
};
const judgeGitlab = (policy: object, claims: Partial<GitlabClaims> = {}) =>
  failedChecks(compilePolicy(policy), gitlabIdentity(GITLAB.iss, { ...GITLAB, ...claims })).map(({ claim }) => claim);

describe('a policy of GitLab', () => {
  test('that pins everything trusts what it pins', () => {
    expect(judgeGitlab(GITLAB_PINNED)).toEqual([]);
  });

  const pinned = [
    ...['pipeline_source', 'ref_path', 'ref_protected', 'ci_config_ref_uri', 'environment', 'environment_protected'],
    ...['runner_environment', 'project_visibility'],
  ];
  test.each(pinned)('denies, by name, any other %s', (claim) => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text !== GITLAB[claim as keyof GitlabClaims]);
        expect(judgeGitlab(GITLAB_PINNED, { [claim]: text })).toEqual([claim]);
      }),
    );
  });

  test.each(['environment', 'environment_protected', 'ci_config_ref_uri', 'runner_environment', 'project_visibility'])(
    'denies a token that lacks %s or has null for it',
    (claim) => {
      for (const nothing of [null, undefined]) {
        expect(judgeGitlab(GITLAB_PINNED, { [claim]: nothing })).toEqual([claim]);
      }
    },
  );

  test('does not take the definition of another project for its own', () => {
    const ci_config_ref_uri = 'gitlab.example.com/evil/app//.gitlab-ci.yml@refs/heads/main';
    expect(judgeGitlab(GITLAB_PINNED, { ci_config_ref_uri })).toEqual(['ci_config_ref_uri']);
  });

  test('is for GitLab alone, and one of GitHub is for GitHub alone', () => {
    expect(judgeGitlab({})).toEqual(['iss']);
    expect(judgeGitlab({ provider: 'github' })).toEqual(['iss']);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TrustPolicy } from '../contract/trust-policies.ts';
import type { GithubClaims } from './github-claims.ts';
import { githubIdentity } from './identity.ts';
import { compilePolicy, failedChecks, isLenient } from './trust-policy.ts';

const CLAIMS: GithubClaims = {
  iss: 'https://token.actions.githubusercontent.com',
  jti: 'a',
  exp: 2,
  iat: 1,
  repository_id: '9001',
  repository_owner_id: '3001',
  repository: 'acme/app',
  run_id: '1',
  run_attempt: '1',
  event_name: 'push',
  ref: 'refs/heads/release/1.2',
  sha: '0'.repeat(40),
  job_workflow_ref: 'acme/app/.github/workflows/ci.yml@refs/heads/main',
  runner_environment: 'github-hosted',
  environment: 'staging',
  repository_visibility: 'private',
};

const failedClaims = (policy: TrustPolicy, claims: GithubClaims) =>
  failedChecks(policy, githubIdentity(claims.iss, claims)).map(({ claim }) => claim);

/** Pins everything that a policy can pin. */
const PINNED = compilePolicy({
  events: ['push'],
  refs: ['refs/heads/release/*'],
  workflows: ['.github/workflows/ci.yml'],
  environments: ['staging'],
  runners: 'github-hosted',
  visibility: ['private'],
});

const judge = (policy: object, claims: Partial<GithubClaims>) =>
  failedClaims(compilePolicy(policy), { ...CLAIMS, ...claims });

describe('a policy that pins every claim', () => {
  test('trusts what it pins', () => {
    expect(failedClaims(PINNED, CLAIMS)).toEqual([]);
  });

  const accepted: Record<string, (value: string) => boolean> = {
    event_name: (value) => value === 'push',
    ref: (value) => /^refs\/heads\/release\/[^/]*$/.test(value),
    environment: (value) => value === 'staging',
    runner_environment: (value) => value === 'github-hosted',
    repository_visibility: (value) => value === 'private',
    // Without a repository before it, it is a file of this one.
    job_workflow_ref: (value) => /^(acme\/app\/)?\.github\/workflows\/ci\.yml(@|$)/.test(value),
  };
  // Near misses are what an attacker would try; arbitrary text is what nobody thought of.
  const nearMiss = (value: string) =>
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        '',
        `${value}\n`,
        ` ${value}`,
        `${value}-evil`,
        `evil-${value}`,
        `${value}/x`,
        value.toUpperCase(),
        value.replace('.', 'x'),
        `x|${value}`,
        value.slice(1),
        value.slice(0, -1),
        `${value}\n${value}`,
      ),
      fc
        .tuple(fc.nat(value.length), fc.string({ minLength: 1 }))
        .map(([at, text]) => value.slice(0, at) + text + value.slice(at)),
    );

  test.each(Object.keys(accepted))('denies, by name, any %s that it does not pin', (claim) => {
    fc.assert(
      fc.property(nearMiss(CLAIMS[claim as keyof GithubClaims] as string), (value) => {
        const failed = failedClaims(PINNED, { ...CLAIMS, [claim]: value });
        expect(failed).toEqual(accepted[claim]?.(value) ? [] : [claim]);
      }),
      { numRuns: 1000 },
    );
  });

  test('denies a token without the environment', () => {
    const { environment: _, ...claims } = CLAIMS;
    expect(failedClaims(PINNED, claims)).toEqual(['environment']);
  });
});

describe('a glob', () => {
  test.each([
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/main', 'refs/heads/main-evil', false],
    ['refs/heads/main', 'refs/heads/mainx', false],
    ['refs/heads/v1.2', 'refs/heads/v1x2', false],
    ['refs/heads/*', 'refs/heads/a', true],
    ['refs/heads/*', 'refs/heads/a/b', false],
    ['refs/heads/*', 'refs/heads/a\n', true],
    ['refs/heads/**', 'refs/heads/a/b', true],
    ['refs/heads/**', 'refs/tags/a', false],
    ['refs/*/release', 'refs/heads/x/release', false],
    ['**', 'anything/at all', true],
  ])('%s against %j: %p', (glob, ref, matches) => {
    expect(judge({ events: ['push'], refs: [glob] }, { ref })).toEqual(matches ? [] : ['ref']);
  });

  test('never takes a value that goes on behind it or begins before it', () => {
    const segment = fc.stringMatching(/^[\w.-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), segment, (segments, more) => {
        const ref = segments.join('/');
        const policy = { events: ['push'], refs: [ref] };
        expect(judge(policy, { ref })).toEqual([]);
        for (const other of [ref + more, more + ref, `${ref}/${more}`, `${more}/${ref}`, `${ref}|${more}`]) {
          expect(judge(policy, { ref: other })).toEqual(['ref']);
        }
      }),
    );
  });

  test('answers soon, whatever it is given', () => {
    const started = performance.now();
    judge({ events: ['push'], refs: ['*a'.repeat(20)] }, { ref: `${'a'.repeat(60)}!` });
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a policy', () => {
  test('A13: trusts no event that runs foreign code with the rights of the base branch, unless it names it', () => {
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment']) {
      const claims = { event_name: event, ref: 'refs/heads/main' };
      expect(judge({}, claims)).toEqual(['event_name']);
      expect(judge({ events: ['push', event] }, claims)).toEqual([]);
    }
  });

  test.each([
    ['no event', { events: [] }],
    ['an event that is none', { events: ['pull request'] }],
    ['a regular expression', { refs: ['refs/heads/(main|dev)'] }],
    ['an alternative', { refs: ['refs/heads/main|.*'] }],
    ['an empty pattern', { refs: [''] }],
    ['a key that it does not know', { repositories: ['acme/*'] }],
    ['another kind of runner', { runners: 'all' }],
    ['no bytes', { maxBytes: 0 }],
    ['a fraction of a file', { maxArtifacts: 0.5 }],
    ['a list of another type', { events: 'push' }],
  ])('with %s cannot be written down', (_, policy) => {
    expect(TrustPolicy.safeParse(policy).success).toBe(false);
  });
});

describe('a reusable workflow of another repository', () => {
  const elsewhere = { job_workflow_ref: 'evil/app/.github/workflows/ci.yml@refs/heads/main' };
  const workflows = ['.github/workflows/ci.yml'];

  test('does not pass for a file of this one', () => {
    expect(judge({ events: ['push'], workflows }, elsewhere)).toEqual(['job_workflow_ref']);
    expect(judge({ events: ['push'], workflows: ['app/.github/workflows/ci.yml'] }, elsewhere)).toHaveLength(1);
  });

  test('is trusted when it is named with its repository', () => {
    const named = { events: ['push'], workflows: ['evil/app/.github/workflows/ci.yml'] };
    expect(judge(named, elsewhere)).toEqual([]);
    expect(judge(named, {})).toEqual(['job_workflow_ref']);
  });
});

describe('a policy in audit mode', () => {
  const lenient = (policy: object, claims: Partial<GithubClaims>) => {
    const identity = githubIdentity(CLAIMS.iss, { ...CLAIMS, ...claims });
    const compiled = compilePolicy(policy);
    return isLenient(compiled, identity, failedChecks(compiled, identity));
  };

  test('lets through what it does not pin', () => {
    expect(lenient({ ...PINNED, mode: 'audit' }, { ref: 'refs/heads/other', environment: 'x' })).toBe(true);
    expect(lenient(PINNED, { ref: 'refs/heads/other' })).toBe(false);
  });

  test('A13: lets through no event that must be asked for by name', () => {
    const audit = { events: ['push'], mode: 'audit' };
    expect(lenient(audit, { event_name: 'pull_request' })).toBe(true);
    for (const event_name of ['pull_request_target', 'workflow_run', 'issue_comment', 'release', '']) {
      expect(lenient(audit, { event_name })).toBe(false);
    }
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TrustPolicy } from '../contract/trust-policies.ts';
import type { GithubClaims } from './github-claims.ts';
import { githubIdentity } from './identity.ts';
import { checkClaims, compilePolicy, failedChecks } from './trust-policy.ts';

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

const judge = (policy: object, claims: Partial<GithubClaims>) =>
  failedChecks(compilePolicy(policy), githubIdentity(CLAIMS.iss, { ...CLAIMS, ...claims })).map(({ claim }) => claim);

describe('any policy', () => {
  const segment = fc.stringMatching(/^[\w.-]{1,10}$/);
  const policy = fc.record(
    {
      events: fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,20}$/), { minLength: 1, maxLength: 5 }),
      refs: fc.array(segment, { maxLength: 3 }),
      workflows: fc.array(segment, { maxLength: 3 }),
      environments: fc.array(segment, { maxLength: 3 }),
      runners: fc.constantFrom('github-hosted', 'self-hosted', 'any'),
      visibility: fc.subarray(['public', 'internal', 'private']),
      mode: fc.constantFrom('enforce', 'audit'),
      operations: fc.subarray(['artifact:create', 'artifact:read', 'run:create', 'run:read', 'run:cancel'], {
        minLength: 1,
      }),
      farms: fc.array(segment, { maxLength: 3 }),
      devices: fc.array(segment, { maxLength: 3 }),
      maxBytes: fc.integer({ min: 1 }),
      maxBytesPerDay: fc.integer({ min: 1 }),
      maxArtifacts: fc.integer({ min: 1, max: 1000 }),
      maxMinutes: fc.integer({ min: 1 }),
      maxMinutesPerDay: fc.integer({ min: 1 }),
      maxConcurrentRuns: fc.integer({ min: 1 }),
    },
    { requiredKeys: [] },
  );
  const KEYS = [...Object.keys(TrustPolicy.parse({})), 'provider', 'maxBytesPerDay', 'maxMinutes', 'maxMinutesPerDay'];

  test('that is valid compiles, and compiles to the same when it is read again', () => {
    fc.assert(
      fc.property(policy, (valid) => {
        const compiled = compilePolicy(valid);
        expect(compiled).toMatchObject(valid);
        expect(compilePolicy(JSON.parse(JSON.stringify(compiled)))).toEqual(compiled);
      }),
    );
  });

  test('with a key that is not known is refused, and the key is named', () => {
    fc.assert(
      fc.property(policy, fc.string({ minLength: 1 }), fc.jsonValue(), (valid, key, value) => {
        fc.pre(![...KEYS, 'maxConcurrentRuns', '__proto__'].includes(key));
        expect(() => compilePolicy({ ...valid, [key]: value })).toThrow(
          expect.objectContaining({ code: 'invalid_request', field: key }),
        );
      }),
    );
  });

  test('is judged alike however the claims change that it does not pin', () => {
    const unpinned = fc.record({
      jti: fc.string(),
      exp: fc.integer(),
      sha: fc.string(),
      run_id: fc.string(),
      run_attempt: fc.string(),
      repository_owner_id: fc.string(),
      head_ref: fc.string(),
      base_ref: fc.string(),
      sub: fc.string(),
      actor: fc.string(),
    });
    fc.assert(
      fc.property(policy, unpinned, (valid, changes) => {
        expect(judge(valid, changes)).toEqual(judge(valid, {}));
      }),
    );
  });

  test('pins what it lists and nothing that it leaves empty', () => {
    const claims = githubIdentity(CLAIMS.iss, CLAIMS);
    fc.assert(
      fc.property(policy, (valid) => {
        for (const { key, allowed, holds } of checkClaims(compilePolicy(valid), claims)) {
          const listed = (valid as Record<string, unknown>)[key];
          if (key !== 'events' && key !== 'runners') expect(allowed).toEqual(listed ?? []);
          if (allowed.length === 0) expect(holds).toBe(true);
        }
      }),
    );
  });
});

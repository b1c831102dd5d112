import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, tasksDone } from '../testing/kept.ts';
import { type Claims, gitlabClaims, type OidcIssuer, startOidcIssuer } from '../testing/oidc.ts';
import { addProject } from '../testing/project.ts';
import { expectRefusedExchange } from '../testing/refused-exchange.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createTrustPolicy } from './create-trust-policy.ts';

let gitlab: OidcIssuer;
let world: World;
const START = Date.now();
const seconds = Math.floor(START / 1000);
let skew = 0;
const now = () => new Date(START + skew);

beforeAll(async () => {
  gitlab = await startOidcIssuer({ base: gitlabClaims() });
  world = await startWorld({ now, issuers: [{ issuer: gitlab.issuer, kind: 'gitlab' }] });
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  const repository = { id: '42', ownerId: '7', fullName: 'acme/app' };
  const { projectId } = await addProject(world, repository, gitlab.issuer);
  await createTrustPolicy({ ctx, input: { projectId, policy: { provider: 'gitlab' } } });
});
afterAll(async () => {
  await world.stop();
  await gitlab.stop();
});
beforeEach(() => {
  skew = 0;
});

const newJob = (claims: Claims = {}) => new CiJob({ ...world, oidc: gitlab }, { claims });
const refused = (claims: Claims, detail: RegExp, code = 'untrusted') =>
  expectRefusedExchange(world, () => newJob(claims).exchange(), { code, detail, log: 'tenant' });

describe('a job of GitLab', () => {
  test('gets a capability, uploads and starts a run', async () => {
    const job = await CiJob.start({ ...world, oidc: gitlab });
    const { runId } = await job.startRun();
    expect((await job.finished(runId)).state).toBe('finished');
    await tasksDone(world);
  });

  test('is taken with its numbers as numbers, and without what it has not', async () => {
    const numbers = { project_id: 42, job_project_id: 42, namespace_id: 7, job_namespace_id: 7, job_id: 9001 };
    const nothing = { environment: null, ci_config_ref_uri: null, environment_protected: undefined };
    await expect(newJob({ ...numbers, ...nothing }).exchange()).resolves.toMatchObject({ status: 200 });
  });

  test('may take as long to its exchange as its job may run, up to a day', async () => {
    const old = { iat: seconds - 2 * 3600, nbf: seconds - 2 * 3600, exp: seconds + 3600 };
    await expect(newJob(old).exchange()).resolves.toMatchObject({ status: 200 });
    await refused({ ...old, iat: seconds - 25 * 3600 }, /./, 'invalid_token');
    await refused({ ...old, exp: seconds - 60 }, /has expired/, 'invalid_token');
  });

  test('that is tried again is another CI run, so that its build may differ', async () => {
    const first = await CiJob.start({ ...world, oidc: gitlab }, { claims: { job_id: '9100' } });
    const again = await CiJob.start({ ...world, oidc: gitlab }, { claims: { job_id: '9101' } });
    const [a, b] = [await first.startRun(), await again.startRun({ timeout: 5 })];
    expect(a.runId).not.toBe(b.runId);
    await Promise.all([first.finished(a.runId), again.finished(b.runId)]);
    await tasksDone(world);
  });
});

describe('A17: a pipeline that may run the code of a fork gets no capability', () => {
  test.each<[string, Claims]>([
    ['whose source is another project', { project_id: '43', project_path: 'eve/app' }],
    ['whose job runs elsewhere', { job_project_id: '43' }],
    [
      'of a merge request, where GitLab does not tell where the job runs',
      {
        pipeline_source: 'merge_request_event',
        job_project_id: undefined,
        job_namespace_id: undefined,
      },
    ],
  ])('%s', async (_, claims) => {
    const log = claims.job_project_id === '43' ? 'control' : 'tenant';
    await expectRefusedExchange(world, () => newJob(claims).exchange(), { code: 'untrusted', log });
  });

  test('and one of an older GitLab does, for a branch of the project itself', async () => {
    const older = { job_project_id: undefined, job_namespace_id: undefined, job_project_path: undefined };
    await expect(newJob(older).exchange()).resolves.toMatchObject({ status: 200 });
  });
});

describe('a job of GitLab is refused', () => {
  test.each<[string, Claims, RegExp]>([
    [
      'of a project that moved to another namespace',
      { namespace_id: '8', job_namespace_id: '8' },
      /another owner now, number 8/,
    ],
    ['from a source that is not asked for', { pipeline_source: 'trigger' }, /pipeline_source/],
  ])('%s', async (_, claims, detail) => refused(claims, detail));

  test.each([
    'project_id',
    'namespace_id',
    'job_id',
    'pipeline_source',
    'ref_path',
    'ref_protected',
    'jti',
    'exp',
    'nbf',
  ])('without %s', async (claim) => {
    // Without both numbers of its project nobody can tell whose it is.
    const answer = await newJob({ [claim]: undefined }).exchange();
    expect(answer).toMatchObject({ status: 401, json: { code: 'invalid_token' } });
    expect((answer.json as { detail: string }).detail).toContain(claim);
  });

  test("with GitHub's claims from GitLab's issuer, or the other way round", async () => {
    const forged = await world.oidc.mint({ ...gitlabClaims(), aud: world.backend.url, repository_id: undefined });
    const job = newJob();
    expect((await job.exchange({ idToken: forged })).json).toMatchObject({ code: 'invalid_token' });
    const github = { repository_id: '9001', repository_owner_id: '3001', project_id: undefined };
    expect((await newJob(github).exchange()).json).toMatchObject({ code: 'invalid_token' });
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { setTenantState } from '../tenants/set-state.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant } from '../testing/kept.ts';
import { signIn } from '../testing/person.ts';
import { startWorld, type World } from '../testing/world.ts';
import { isStillValid } from './authenticate.ts';

let world: World;
let skew = 0;
let ciRun = 51_000;
const now = () => new Date(Date.now() + skew);
beforeAll(async () => {
  world = await startWorld({ now });
});
afterAll(() => world.stop());

const newJob = () => CiJob.start(world, { claims: { run_id: String(++ciRun) } });

/** An upload of three parts, of which the first has arrived. */
async function uploading(job: CiJob) {
  const bytes = randomBytes(2 * MAX_PART_SIZE + 1);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const opened = await job.request('POST', '/v1/artifacts', { body: { name: 'a.apk', size: bytes.length, sha256 } });
  const { artifactId } = opened.json as { artifactId: string };
  const put = async (number: number) =>
    (await job.putPart(artifactId, number, bytes.subarray((number - 1) * MAX_PART_SIZE, number * MAX_PART_SIZE)))
      .status;
  expect(await put(1)).toBe(200);
  return { put, complete: async () => (await job.request('POST', `/v1/artifacts/${artifactId}/complete`)).status };
}

const suspend = (state: 'suspended' | 'active') =>
  setTenantState({
    system: world.backend.contexts.system('test'),
    input: { tenantId: world.tenant.tenantId, state },
  });

describe('an upload in progress stops at its next part', () => {
  test.each<[string, (job: CiJob) => Promise<unknown>]>([
    [
      'the job gives its token back',
      (job) => job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token: job.token }) }),
    ],
    [
      'the token is reported as leaked',
      (job) => job.request('POST', '/hooks/leaked-tokens', { token: null, body: { token: job.token } }),
    ],
    [
      'its trust policy is replaced',
      async () => {
        const admin = await signIn(world);
        const { json } = await admin.ask('GET', '/v1/trust-policies');
        const [policy] = (json as { trustPolicies: { trustPolicyId: string; policy: object }[] }).trustPolicies;
        await admin.ask('PUT', `/v1/trust-policies/${policy?.trustPolicyId}`, policy?.policy);
      },
    ],
  ])('when %s', async (_, revoke) => {
    const job = await newJob();
    const { put, complete } = await uploading(job);
    await revoke(job);
    expect([await put(2), await put(1), await complete()]).toEqual([401, 401, 401]);
  });

  test('when its tenant is suspended, and goes on once it is active again', async () => {
    const job = await newJob();
    const admin = await signIn(world);
    const { put } = await uploading(job);
    await suspend('suspended');
    expect(await put(2)).toBe(401);
    expect((await admin.ask('GET', '/v1/runs')).status).toBe(401);
    expect((await new CiJob(world).exchange()).json).toMatchObject({ code: 'untrusted' });
    await expect(suspend('suspended')).rejects.toMatchObject({ code: 'not_found' });
    await suspend('active');
    expect(await put(2)).toBe(200);
    const codes = await world.backend.doors.databases.control.selectFrom('audit_entries').select('code').execute();
    expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining(['tenant.suspended', 'tenant.active']));
  });
});

describe('what a stream asks again', () => {
  test('says no as soon as the token is revoked, its time is up, or the tenant is suspended', async () => {
    const job = await newJob();
    const own = await openTenant(world);
    const row = own.db.selectFrom('capabilities').selectAll().orderBy('created_at', 'desc').limit(1);
    const { id, operations } = await row.executeTakeFirstOrThrow();
    const { projectId } = world.tenant;
    const ctx = await openTenant(world, {
      actor: { kind: 'capability', id, projectId, runId: null, operations, ci: null },
    });
    const system = world.backend.contexts.system('stream');
    expect(await isStillValid(system, ctx)).toBe(true);
    await suspend('suspended');
    expect(await isStillValid(system, ctx)).toBe(false);
    await suspend('active');
    skew = 900_000;
    expect(await isStillValid(system, ctx)).toBe(false);
    skew = 0;
    expect(await isStillValid(system, ctx)).toBe(true);
    await job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token: job.token }) });
    expect(await isStillValid(system, ctx)).toBe(false);
  });
});

test('the post step, which has only the handle that cancels, ends all that its job still has', async () => {
  const [job, other] = [await newJob(), await newJob()];
  const { runId, handle, cancelHandle } = await job.startRun();
  const revoke = (token: string) =>
    job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token }) });
  expect((await job.request('GET', `/v1/runs/${runId}`, { token: handle })).status).toBe(200);
  expect((await revoke(cancelHandle)).status).toBe(200);
  expect((await job.request('GET', '/v1/runs')).status).toBe(401);
  expect((await job.request('GET', `/v1/runs/${runId}`, { token: handle })).status).toBe(401);
  expect((await other.request('GET', '/v1/runs')).status).toBe(200);
});

test('a step that gives its capability back goes on with its handle', async () => {
  const job = await newJob();
  const { runId, handle } = await job.startRun();
  await job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token: job.token }) });
  expect((await job.request('GET', `/v1/runs/${runId}`, { token: handle })).status).toBe(200);
});

test('a run that is over leaves its handles ten minutes, and a start that is asked again no more', async () => {
  const job = await newJob();
  const body = await job.runRequest();
  const start = () => job.request('POST', '/v1/runs', { body });
  const { runId, handle } = (await start()).json as { runId: string; handle: string };
  await job.finished(runId);
  const late = ((await start()).json as { handle: string }).handle;
  const read = async (token: string) => (await job.request('GET', `/v1/runs/${runId}`, { token })).status;
  skew = 9 * 60_000;
  expect([await read(handle), await read(late)]).toEqual([200, 200]);
  skew = 10 * 60_000 + 5_000;
  expect([await read(handle), await read(late)]).toEqual([401, 401]);
  skew = 0;
});

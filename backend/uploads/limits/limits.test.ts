import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../../context.ts';
import { MAX_ARTIFACT_SIZE } from '../../contract/artifacts.ts';
import { newId } from '../../contract/ids.ts';
import type { Limits, LimitsChange } from '../../contract/limits.ts';
import { DAY_MS } from '../../retention/categories.ts';
import { PROJECT_LIMITS, TENANT_LIMITS } from '../../tenants/default-limits.ts';
import { setLimits } from '../../tenants/set-limits.ts';
import { apkFile } from '../../testing/apks/apk-file.ts';
import { CiJob, type JobAnswer } from '../../testing/ci-job.ts';
import { deletionsDone, openTenant, readAudit, readKept, tasksDone } from '../../testing/kept.ts';
import { addProject } from '../../testing/project.ts';
import { startWorld, type World } from '../../testing/world.ts';
import { createTrustPolicy } from '../../tokens/create-trust-policy.ts';

let world: World;
let ctx: Context;
let admin: Context;
let cookie: string;
/** Another project of the tenant, and its repository. */
let neighbour: { projectId: string; repositoryId: string };
/** Noon: no test is near the end of its day. */
const NOON = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2;
let skew = 0;
let day = 0;
const now = () => new Date(NOON + skew);
const midnight = () => new Date((Math.floor(now().getTime() / DAY_MS) + 1) * DAY_MS).toISOString();

beforeAll(async () => {
  world = await startWorld({ now });
  ctx = await openTenant(world);
  admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
  const operator = await openTenant(world, { actor: { kind: 'operator' } });
  const { id: repositoryId } = world.github.otherRepository;
  const { projectId } = await addProject(world, world.github.otherRepository);
  await createTrustPolicy({ ctx: operator, input: { projectId, policy: {} } });
  neighbour = { projectId, repositoryId };
});
afterAll(() => world.stop());
beforeEach(async () => {
  // A day of its own, on which nothing was received and nothing is open; and the usual limits.
  day += 2;
  skew = day * DAY_MS;
  await ctx.db.deleteFrom('limits').execute();
  const link = await world.signInLink('/');
  const origin = { origin: world.backend.url };
  const signedIn = await fetch(link, { method: 'POST', headers: origin, redirect: 'manual' });
  cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
});

let runs = 600_000;
const newJob = (claims: object = {}) => CiJob.start(world, { claims: { run_id: String(++runs), ...claims } });
const theirJob = () => newJob({ repository_id: neighbour.repositoryId });
const open = (job: CiJob, size: number, sha256 = randomBytes(32).toString('hex')) =>
  job.request('POST', '/v1/artifacts', { body: { name: 'app.apk', size, sha256 } });
const idOf = ({ json }: JobAnswer) => (json as { artifactId: string }).artifactId;
const ofProject = (limits: Partial<Limits>) =>
  setLimits({ ctx: admin, input: { projects: { [world.tenant.projectId]: limits } } });
const ofTenant = (tenant: Partial<Limits>) => setLimits({ ctx: admin, input: { tenant } });

/** Refused, with nothing left of it. */
async function expectRefused(
  ask: () => Promise<JobAnswer>,
  problem: object,
  ...sentences: string[]
): Promise<JobAnswer> {
  await tasksDone(world);
  await deletionsDone(world);
  const before = await readKept(world);
  const answer = await ask();
  expect(answer).toMatchObject(problem);
  for (const sentence of sentences) expect((answer.json as { detail: string }).detail).toContain(sentence);
  expect(await readKept(world)).toEqual(before);
  return answer;
}

describe('the size of an artifact', () => {
  test.each([
    ['project', ofProject],
    ['tenant', ofTenant],
  ])('is limited by %s', async (scope, set) => {
    await set({ artifactSize: 1000 });
    const job = await newJob();
    const problem = { status: 413, json: { code: 'too_large', field: 'size' } };
    await expectRefused(() => open(job, 1001), problem, `has 1001 bytes`, `of this ${scope} may have 1000`);
    expect((await open(job, 1000)).status).toBe(201);
  });

  test('is limited for bytes that are there already, too', async () => {
    const bytes = apkFile({}, [{ name: 'a', content: randomBytes(1000), method: 0 }]);
    await (await newJob()).upload(bytes);
    await ofProject({ artifactSize: 1000 });
    await expect((await newJob()).upload(bytes)).rejects.toThrow('too_large');
  });
});

describe('open uploads', () => {
  test('are as many as the project may have; one that is complete, or given up, makes room', async () => {
    await ofProject({ openUploads: 2 });
    const bytes = apkFile({}, [{ name: 'a', content: randomBytes(1000), method: 0 }]);
    const job = await newJob();
    expect((await open(job, 5)).status).toBe(201);
    const id = await job.upload(bytes);
    expect((await open(job, 6)).status).toBe(201);
    const givenUp = new Date(now().getTime() + DAY_MS).toISOString();
    const problem = { status: 429, json: { code: 'quota_exceeded', field: 'openUploads' } };
    const refused = await expectRefused(
      () => open(job, 7),
      problem,
      '2 uploads of this project',
      'and 2 may be',
      givenUp,
    );
    expect(refused.headers.get('retry-after')).toBe('15');
    // Bytes that are there need no upload.
    const again = await newJob();
    expect(await again.upload(bytes)).not.toBe(id);
    expect((await open(await theirJob(), 8)).status).toBe(201);
    skew += DAY_MS;
    expect((await open(await newJob(), 9)).status).toBe(201);
  });

  test('are counted over all projects for the tenant', async () => {
    await ofTenant({ openUploads: 2 });
    expect((await open(await newJob(), 5)).status).toBe(201);
    expect((await open(await theirJob(), 5)).status).toBe(201);
    const job = await newJob();
    const problem = { status: 429, json: { code: 'quota_exceeded', field: 'openUploads' } };
    await expectRefused(() => open(job, 5), problem, '2 uploads of this tenant');
  });

  test.each([
    ['jobs of one project', newJob],
    ['jobs of two projects', theirJob],
  ])('of ten that %s open at once, exactly as many go through as there is room for', async (_, other) => {
    await ofTenant({ openUploads: 3 });
    const jobs = await Promise.all([newJob(), other(), newJob(), other()]);
    const before = await readKept(world);
    const answers = await Promise.all(Array.from({ length: 10 }, (_each, index) => open(jobs[index % 4]!, 5)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(3).fill(201), ...Array(7).fill(429)]);
    const after = await readKept(world);
    expect(after.rows.artifacts).toBe((before.rows.artifacts ?? 0) + 3);
    expect(after.keys).toHaveLength(before.keys.length + 3);
    expect(after.rows.blob_deletions).toBe(0);
  });
});

describe('bytes a day', () => {
  const problem = { status: 429, json: { code: 'quota_exceeded', field: 'size' } };

  test('are those that have come and those that are announced, until the day of UTC is over', async () => {
    await ofProject({ bytesPerDay: 5_000 });
    const bytes = apkFile({}, [{ name: 'a', content: randomBytes(2_000), method: 0 }]);
    const job = await newJob();
    await job.upload(bytes);
    const room = 5_000 - bytes.length;
    const used = `${bytes.length} have come today or are announced`;
    const refused = await expectRefused(
      () => open(job, room + 1),
      problem,
      'may receive 5000 bytes a day',
      used,
      midnight(),
    );
    expect(refused.headers.get('retry-after')).toBe(String(DAY_MS / 2000));
    expect((await open(job, room)).status).toBe(201);
    await expectRefused(() => open(job, 1), problem, '5000 have come today or are announced');
    expect((await open(await theirJob(), 3_000)).status).toBe(201);
    skew += DAY_MS;
    expect((await open(await newJob(), 5_000)).status).toBe(201);
  });

  test('of an upload that is given up are free again, but for what has come of it', async () => {
    await ofProject({ bytesPerDay: 1_000 });
    const job = await newJob();
    const id = idOf(await open(job, 400));
    await job.putPart(id, 1, Buffer.alloc(400));
    // No build: refused, and forgotten.
    expect((await job.request('POST', `/v1/artifacts/${id}/complete`)).status).toBe(422);
    await expectRefused(() => open(job, 601), problem, '400 have come');
    expect((await open(job, 600)).status).toBe(201);
  });

  test('count what comes again again', async () => {
    await ofProject({ bytesPerDay: 1_000 });
    const job = await newJob();
    const id = idOf(await open(job, 300));
    for (let time = 0; time < 3; time += 1) await job.putPart(id, 1, Buffer.alloc(300));
    await expectRefused(() => open(job, 101), problem, '900 have come');
  });

  test('are counted right when parts of several uploads come at once', async () => {
    const job = await newJob();
    const ids = await Promise.all(Array.from({ length: 8 }, async () => idOf(await open(job, 300))));
    const sent = await Promise.all(ids.map((id) => job.putPart(id, 1, Buffer.alloc(300))));
    expect(sent.map(({ status }) => status)).toEqual(Array(8).fill(200));
    await ofTenant({ bytesPerDay: 2_500 });
    await expectRefused(() => open(job, 101), problem, 'This tenant', '2400 have come');
  });

  test('let exactly one of two through at the limit', async () => {
    await ofProject({ bytesPerDay: 1_000 });
    const jobs = await Promise.all([newJob(), newJob()]);
    const answers = await Promise.all(jobs.map((job) => open(job, 501)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 429]);
  });

  test('never suffice for a file that is larger than they are', async () => {
    await ofProject({ bytesPerDay: 1_000 });
    const job = await newJob();
    await expectRefused(() => open(job, 1_001), problem, 'this file alone is more');
  });
});

describe('/v1/limits', () => {
  const ask = (method: string, body?: unknown, credential: Record<string, string> = { cookie }) =>
    fetch(`${world.backend.url}/v1/limits`, {
      method,
      headers: { origin: world.backend.url, 'content-type': 'application/json', ...credential },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  test('tells an admin all limits, and sets those that are given', async () => {
    const { projectId } = world.tenant;
    const usual = {
      tenant: TENANT_LIMITS,
      projects: { [projectId]: PROJECT_LIMITS, [neighbour.projectId]: PROJECT_LIMITS },
    };
    expect(await (await ask('GET')).json()).toEqual(usual);
    const change: LimitsChange = {
      tenant: { openUploads: 7 },
      projects: { [projectId]: { bytesPerDay: 9, artifactSize: 8 } },
    };
    const set = await (await ask('PUT', change)).json();
    expect(set).toEqual({
      tenant: { ...TENANT_LIMITS, openUploads: 7 },
      projects: { ...usual.projects, [projectId]: { ...PROJECT_LIMITS, bytesPerDay: 9, artifactSize: 8 } },
    });
    expect(await (await ask('GET')).json()).toEqual(set);
    const changes = (await readAudit(admin)).filter(({ code }) => code === 'limits.changed').slice(-3);
    expect(changes.map(({ object, detail }) => ({ object, ...(detail as object) }))).toEqual([
      { object: null, limit: 'openUploads', value: 7 },
      { object: projectId, limit: 'artifactSize', value: 8 },
      { object: projectId, limit: 'bytesPerDay', value: 9 },
    ]);
  });

  test.each<[string, object, string]>([
    ['no bytes', { tenant: { artifactSize: 0 } }, 'tenant.artifactSize'],
    ['more than any artifact may have', { tenant: { artifactSize: MAX_ARTIFACT_SIZE + 1 } }, 'tenant.artifactSize'],
    ['half an upload', { tenant: { openUploads: 0.5 } }, 'tenant.openUploads'],
    ['text', { tenant: { bytesPerDay: '9' } }, 'tenant.bytesPerDay'],
    ['a limit that is not known', { tenant: { downloads: 1 } }, 'downloads'],
    ['what is no project', { projects: { constructor: { openUploads: 1 } } }, 'projects.constructor'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await ask('PUT', body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request', field }]);
  });

  test('refuses a project that is not there, and sets nothing', async () => {
    const projects = { [newId('project', ctx.tenant.route)]: { openUploads: 1 } };
    const answer = await ask('PUT', { tenant: { openUploads: 1 }, projects });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request', field: 'projects' }]);
    expect(await ctx.db.selectFrom('limits').selectAll().execute()).toEqual([]);
  });

  test('is an admin’s alone', async () => {
    const job = await newJob();
    expect(await job.request('GET', '/v1/limits')).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(await job.request('PUT', '/v1/limits', { body: { tenant: { openUploads: 1 } } })).toMatchObject({
      status: 403,
    });
    for (const actor of [{ kind: 'person', id: world.tenant.personId, role: 'member' }, { kind: 'worker' }] as const) {
      const asked = await openTenant(world, { actor });
      await expect(setLimits({ ctx: asked, input: {} })).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

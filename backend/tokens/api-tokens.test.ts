import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiTokenView, CreatedApiToken } from '../contract/api-tokens.ts';
import { newId } from '../contract/ids.ts';
import { CiJob, type JobRequest } from '../testing/ci-job.ts';
import { dumpDatabases, openTenant, readAudit, readKept, tasksDone } from '../testing/kept.ts';
import { type Person, signIn, signInMember } from '../testing/person.ts';
import { addProject } from '../testing/project.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
let admin: Person;
let member: Person & { personId: string };
const START = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const DAY_MS = 24 * 3_600_000;
let skew = 0;
const now = () => new Date(START + skew);
beforeAll(async () => {
  world = await startWorld({ now });
  admin = await signIn(world);
  member = await signInMember(world, 'member@example.com');
});
afterAll(() => world.stop());
beforeEach(() => {
  skew = 0;
});

const CI = ['artifact:create', 'artifact:read', 'run:create', 'run:read', 'run:cancel'];
const wish = (changes: object = {}) => ({
  name: 'nightly script',
  projectId: world.tenant.projectId,
  scopes: CI,
  expiresInDays: 30,
  ...changes,
});
async function make(changes: object = {}, by = admin): Promise<CreatedApiToken> {
  const made = await by.ask('POST', '/v1/tokens', wish(changes));
  expect(made.status).toBe(201);
  return made.json as CreatedApiToken;
}
const list = async (by = admin) => ((await by.ask('GET', '/v1/tokens')).json as { tokens: ApiTokenView[] }).tokens;
const script = (token: string) => {
  const job = new CiJob(world);
  job.token = token;
  return (method: string, path: string, options: JobRequest = {}) =>
    job.request(method, path, { scheme: 'Bearer', ...options });
};
const reads = async (token: string) => (await script(token)('GET', '/v1/runs')).status;

describe('an API token', () => {
  test('is told once, and kept as a hash; its name is sealed', async () => {
    const made = await make({ name: 'secret-purpose' });
    expect(made.token).toMatch(/^dl_pat_[0-9A-Za-z]{49}$/);
    expect(made).toMatchObject({ hint: `dl_pat_…${made.token.slice(-4)}`, scopes: CI, lastUsedAt: null });
    expect(Date.parse(made.expiresAt) - START).toBe(30 * DAY_MS);
    const { token, ...view } = made;
    expect(await list()).toContainEqual(view);
    const everything = await dumpDatabases(world);
    expect(everything).toContain(made.tokenId);
    for (const secret of [token, token.slice(17), 'secret-purpose']) expect(everything).not.toContain(secret);
    const entry = (await readAudit(await openTenant(world))).at(-1);
    expect(entry).toMatchObject({ code: 'token.made', object: made.tokenId, actor: `person:${world.tenant.personId}` });
  });

  test('is shown as Bearer, and refused as DPoP', async () => {
    const { token } = await make();
    expect(await reads(token)).toBe(200);
    const refused = await script(token)('GET', '/v1/runs', { scheme: 'DPoP' });
    expect(refused).toMatchObject({ status: 401, json: { code: 'invalid_proof' } });
  });

  test('works until its end, to the millisecond', async () => {
    const { token } = await make({ expiresInDays: 365 });
    skew = 365 * DAY_MS - 1;
    expect(await reads(token)).toBe(200);
    skew = 365 * DAY_MS;
    expect(await reads(token)).toBe(401);
  });

  test('tells to the hour when it was last used, and writes no more often', async () => {
    const { token, tokenId } = await make();
    const lastUsed = async () => (await list()).find((each) => each.tokenId === tokenId)?.lastUsedAt;
    skew = 5 * 60_000;
    await reads(token);
    expect(await lastUsed()).toBe(new Date(START).toISOString());
    skew = 20 * 60_000;
    admin = await signIn(world);
    await reads(token);
    expect(await lastUsed()).toBe(new Date(START).toISOString());
    skew = 3_600_000;
    admin = await signIn(world);
    await reads(token);
    expect(await lastUsed()).toBe(new Date(START + 3_600_000).toISOString());
  });

  test('starts no run without an idempotency key, which stands for the CI run that it does not know', async () => {
    const ask = script((await make()).token);
    const artifactId = newId('artifact', world.tenant.projectId.slice(4, 14));
    const body = await new CiJob(world).runRequest({ artifacts: [{ artifactId, role: 'app' }] });
    const without = await ask('POST', '/v1/runs', { body });
    expect(without).toMatchObject({ status: 400, json: { code: 'invalid_request', field: 'Idempotency-Key' } });
    const headers = { 'idempotency-key': randomUUID() };
    expect((await ask('POST', '/v1/runs', { body, headers })).status).toBe(404);
  });

  test.each(['artifact:create', 'run:create', 'run:read'])(
    'without the scope %s is refused what needs it',
    async (scope) => {
      const ask = script((await make({ scopes: CI.filter((each) => each !== scope) })).token);
      const [method, path, body] = {
        'artifact:create': ['POST', '/v1/artifacts', { name: 'a.apk', size: 1, sha256: '0'.repeat(64) }],
        'run:create': ['POST', '/v1/runs', {}],
        'run:read': ['GET', '/v1/runs', undefined],
      }[scope] as [string, string, unknown];
      expect(await ask(method, path, { body })).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    },
  );

  test('manages nothing, and makes no tokens', async () => {
    const ask = script((await make()).token);
    for (const [method, path, status] of [
      ['GET', '/v1/retention', 403],
      ['GET', '/v1/trust-policies', 403],
      ['GET', '/v1/tokens', 401],
      ['POST', '/v1/tokens', 401],
    ] as const) {
      expect((await ask(method, path, method === 'POST' ? { body: wish() } : {})).status).toBe(status);
    }
  });

  test('sees its own project alone', async () => {
    const job = await CiJob.start(world);
    const { runId } = await job.startRun();
    await job.finished(runId);
    await tasksDone(world);
    const { projectId } = await addProject(world, world.github.otherRepository);
    const [own, other] = [script((await make()).token), script((await make({ projectId })).token)];
    expect((await own('GET', `/v1/runs/${runId}`)).status).toBe(200);
    expect((await other('GET', `/v1/runs/${runId}`)).status).toBe(404);
    expect((await other('POST', `/v1/runs/${runId}/cancel`)).status).toBe(404);
  });

  test('sends 200 files in 24 hours, and then more', async () => {
    const { token, tokenId } = await make();
    const ask = script(token);
    const ctx = await openTenant(world);
    let files = 0;
    // Another file each time: the same one again is the upload that is open.
    const open = () => {
      const sha256 = String(++files).padStart(64, '0');
      return ask('POST', '/v1/artifacts', { body: { name: 'a.apk', size: 1, sha256 } });
    };
    await ctx.db.updateTable('capabilities').set({ max_artifacts: 2 }).where('id', '=', tokenId).execute();
    expect([(await open()).status, (await open()).status]).toEqual([201, 201]);
    expect(await open()).toMatchObject({ status: 429, json: { code: 'quota_exceeded', field: 'size' } });
    skew = DAY_MS;
    expect((await open()).status).toBe(201);
  });
});

describe('making one is refused', () => {
  test.each<[string, object, string]>([
    ['without a scope', { scopes: [] }, 'scopes'],
    ['with a scope that no token has', { scopes: ['admin'] }, 'scopes.0'],
    ['without an end', { expiresInDays: undefined }, 'expiresInDays'],
    ['for more than a year', { expiresInDays: 366 }, 'expiresInDays'],
    ['for no day', { expiresInDays: 0 }, 'expiresInDays'],
    ['without a name', { name: '' }, 'name'],
    ['with a key that is not known', { admin: true }, 'admin'],
  ])('%s', async (_, changes, field) => {
    const before = await readKept(world);
    const answer = await admin.ask('POST', '/v1/tokens', wish(changes));
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request', field } });
    expect(await readKept(world)).toEqual(before);
  });

  test('for a project that is not there', async () => {
    const projectId = newId('project', world.tenant.projectId.slice(4, 14));
    expect((await admin.ask('POST', '/v1/tokens', wish({ projectId }))).status).toBe(404);
  });

  test('with a scope that its maker may not give, which is named', async () => {
    for (const scope of ['run:create', 'artifact:content', 'run:cancel']) {
      const answer = await member.ask('POST', '/v1/tokens', wish({ scopes: ['run:read', scope] }));
      expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden', field: 'scopes' } });
    }
    expect((await make({ scopes: ['run:read'] }, member)).scopes).toEqual(['run:read']);
  });
});

describe('a member', () => {
  test('sees and revokes their own tokens, and an admin all', async () => {
    const [own, other] = [await make({ scopes: ['run:read'] }, member), await make()];
    const ids = async (by: Person) => (await list(by)).map(({ tokenId }) => tokenId);
    expect(await ids(member)).toContain(own.tokenId);
    expect(await ids(member)).not.toContain(other.tokenId);
    expect(await ids(admin)).toEqual(expect.arrayContaining([own.tokenId, other.tokenId]));
    expect((await member.ask('DELETE', `/v1/tokens/${other.tokenId}`)).status).toBe(404);
    expect(await reads(other.token)).toBe(200);
    expect((await member.ask('DELETE', `/v1/tokens/${own.tokenId}`)).status).toBe(204);
    expect((await admin.ask('DELETE', `/v1/tokens/${other.tokenId}`)).status).toBe(204);
    expect((await admin.ask('DELETE', `/v1/tokens/${other.tokenId}`)).status).toBe(404);
    for (const { token, tokenId } of [own, other]) {
      expect(await reads(token)).toBe(401);
      expect(await ids(admin)).not.toContain(tokenId);
    }
  });

  test('G6: who is no more an admin, or is disabled, keeps no token that does more', async () => {
    const ctx = await openTenant(world);
    const person = ctx.db.updateTable('people').where('id', '=', member.personId);
    await person.set({ role: 'admin' }).execute();
    const { token } = await make({}, member);
    const opens = async () =>
      (await script(token)('POST', '/v1/artifacts', { body: { name: 'a', size: 1, sha256: '0'.repeat(64) } })).status;
    expect([await reads(token), await opens()]).toEqual([200, 201]);
    await person.set({ role: 'member' }).execute();
    expect([await reads(token), await opens()]).toEqual([200, 403]);
    await person.set({ disabled_at: now() }).execute();
    expect(await reads(token)).toBe(401);
    await person.set({ disabled_at: null }).execute();
    expect(await reads(token)).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../contract/ids.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit, readKept } from '../testing/kept.ts';
import { type Person, signIn, signInMember } from '../testing/person.ts';
import { expectRefusedExchange } from '../testing/refused-exchange.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
let admin: Person;
let projectId: string;
let ciRun = 70_000;
beforeAll(async () => {
  world = await startWorld();
  admin = await signIn(world);
  ({ projectId } = world.tenant);
});
afterAll(() => world.stop());

const PATH = '/v1/trust-policies';
const last = async () => (await readAudit(await openTenant(world))).at(-1);
async function create(policy: object): Promise<string> {
  const made = await admin.ask('POST', PATH, { projectId, policy });
  expect(made.status).toBe(201);
  return (made.json as { trustPolicyId: string }).trustPolicyId;
}
/** A job of an event that the world's own policy does not take. */
const job = (claims: object = {}) => CiJob.start(world, { claims: { event_name: 'merge_group', ...claims } });
const opens = async (by: CiJob) =>
  (await by.request('POST', '/v1/artifacts', { body: { name: 'a.apk', size: 9, sha256: '0'.repeat(64) } })).status;

describe('an admin', () => {
  test('adds, reads, lists, replaces and ends a policy, and the log tells of each change', async () => {
    const id = await create({ events: ['schedule'], refs: ['refs/heads/main'] });
    expect(await last()).toMatchObject({ code: 'trust.added', object: id, actor: expect.stringMatching(/^person:/) });
    const read = await admin.ask('GET', `${PATH}/${id}`);
    expect(read.json).toMatchObject({
      trustPolicyId: id,
      projectId,
      policy: { events: ['schedule'], refs: ['refs/heads/main'], mode: 'enforce', farms: [], maxArtifacts: 20 },
      revokedAt: null,
    });
    const listed = await admin.ask('GET', `${PATH}?projectId=${projectId}`);
    expect((listed.json as { trustPolicies: object[] }).trustPolicies).toContainEqual(read.json);

    const replaced = await admin.ask('PUT', `${PATH}/${id}`, { events: ['schedule'], mode: 'audit' });
    expect(replaced).toMatchObject({ status: 200, json: { policy: { refs: [], mode: 'audit' } } });
    expect(await last()).toMatchObject({ code: 'trust.replaced', object: id, detail: { mode: 'audit' } });

    expect((await admin.ask('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect(await last()).toMatchObject({ code: 'trust.revoked', object: id });
    for (const method of ['GET', 'DELETE']) expect((await admin.ask(method, `${PATH}/${id}`)).status).toBe(404);
    expect((await admin.ask('PUT', `${PATH}/${id}`, {})).status).toBe(404);
  });

  test.each([
    ['a key that is not known', { repositories: ['acme/*'] }, /repositories/],
    ['a key of another provider', { provider: 'gitlab', refs: [] }, /refs/],
    ['a provider that is none', { provider: 'jenkins' }, /provider/],
    ['a regular expression', { refs: ['(main|dev)'] }, /refs/],
    ['an operation that CI never gets', { operations: ['artifact:content'] }, /operations/],
    ['no operation', { operations: [] }, /operations/],
  ])('is refused %s, by name, and nothing is kept', async (_, policy, field) => {
    const before = await readKept(world);
    const answer = await admin.ask('POST', PATH, { projectId, policy });
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', field: expect.stringMatching(field) },
    });
    expect(await readKept(world)).toEqual(before);
  });

  test('is told of no project that is not there', async () => {
    const elsewhere = newId('project', projectId.slice(4, 14));
    expect((await admin.ask('POST', PATH, { projectId: elsewhere, policy: {} })).status).toBe(404);
  });
});

test('neither a member nor a CI job may look at policies or change them', async () => {
  const [member, ci] = [await signInMember(world, 'member@example.com'), await CiJob.start(world)];
  const [policy] = ((await admin.ask('GET', PATH)).json as { trustPolicies: { trustPolicyId: string }[] })
    .trustPolicies;
  const path = `${PATH}/${policy?.trustPolicyId}`;
  const before = await readKept(world);
  for (const [method, where, body] of [
    ['GET', PATH],
    ['POST', PATH, { projectId, policy: {} }],
    ['GET', path],
    ['PUT', path, {}],
    ['DELETE', path],
  ] as const) {
    expect((await member.ask(method, where, body)).status).toBe(403);
    expect((await ci.request(method, where, { body })).status).toBe(403);
  }
  expect(await readKept(world)).toEqual(before);
});

describe('what was made under a policy', () => {
  test.each([
    ['is replaced', (id: string) => admin.ask('PUT', `${PATH}/${id}`, { events: ['merge_group'] })],
    ['ends', (id: string) => admin.ask('DELETE', `${PATH}/${id}`)],
  ])('works no more as soon as it %s, handles too; the run goes on', async (_, change) => {
    const id = await create({ events: ['merge_group'] });
    const [ci, other] = [await job({ run_id: String(++ciRun) }), await CiJob.start(world)];
    const { runId, handle, cancelHandle } = await ci.startRun({ timeout: 7 });
    await ci.finished(runId);
    await change(id);
    expect(await opens(ci)).toBe(401);
    expect((await ci.request('GET', `/v1/runs/${runId}`, { token: handle })).status).toBe(401);
    const bearer = { token: cancelHandle, scheme: 'Bearer' as const };
    expect((await ci.request('POST', `/v1/runs/${runId}/cancel`, bearer)).status).toBe(401);
    expect(await opens(other)).toBe(201);
    expect((await admin.ask('GET', `/v1/runs/${runId}`)).status).toBe(200);
    await admin.ask('DELETE', `${PATH}/${id}`);
  });

  test('does no more than it grants', async () => {
    const id = await create({ events: ['merge_group'], operations: ['run:read'] });
    const ci = new CiJob(world, { claims: { event_name: 'merge_group' } });
    const exchanged = await ci.exchange();
    expect(exchanged.json).toMatchObject({ scope: 'run:read' });
    ci.token = (exchanged.json as { access_token: string }).access_token;
    expect(await opens(ci)).toBe(403);
    expect((await ci.request('GET', '/v1/runs')).status).toBe(200);
    await admin.ask('DELETE', `${PATH}/${id}`);
  });

  test('sends no more bytes in 24 hours than it allows, over all jobs and at once', async () => {
    const id = await create({ events: ['merge_group'], maxBytesPerDay: 100 });
    const jobs = await Promise.all(['1', '2', '3', '4', '5', '6'].map((run_id) => job({ run_id })));
    const body = { name: 'a.apk', size: 30, sha256: '0'.repeat(64) };
    const answers = await Promise.all(jobs.map((each) => each.request('POST', '/v1/artifacts', { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({
      code: 'quota_exceeded',
      field: 'size',
      detail: expect.stringContaining('maxBytesPerDay'),
    });
    await admin.ask('DELETE', `${PATH}/${id}`);
  });
});

describe('a job that no policy takes', () => {
  test('is told which claims do not match, what would, and what an admin changes; its own values are not repeated', async () => {
    const id = await create({ events: ['merge_group'], refs: ['refs/heads/main'] });
    const ci = new CiJob(world, { claims: { event_name: 'merge_group', ref: 'refs/heads/secret-plan' } });
    const answer = await ci.exchange();
    const { detail } = answer.json as { detail: string };
    expect(detail).toContain(`${id}, does not match: ref (allowed: refs/heads/main)`);
    expect(detail).toContain('An admin would change its refs.');
    expect(detail).not.toContain('secret-plan');
    const entry = await last();
    expect(entry).toMatchObject({ code: 'token.refused', detail: { reason: 'untrusted' } });
    expect(JSON.stringify(entry?.detail)).toContain('event_name');
    await admin.ask('DELETE', `${PATH}/${id}`);
  });

  test('gets in under audit mode, and the log tells what would have been refused', async () => {
    const id = await create({ events: ['merge_group'], refs: ['refs/heads/main'], mode: 'audit' });
    const ci = await job({ ref: 'refs/heads/other' });
    expect(await opens(ci)).toBe(201);
    const codes = (await readAudit(await openTenant(world))).filter(({ code }) => code === 'trust.would_refuse');
    expect(codes.at(-1)).toMatchObject({ object: id, detail: { claims: 'ref' } });
    for (const event_name of ['pull_request_target', 'workflow_run']) {
      const foreign = new CiJob(world, { claims: { event_name, ref: 'refs/heads/main' } });
      await expectRefusedExchange(world, () => foreign.exchange(), { code: 'untrusted', log: 'tenant' });
    }
    await admin.ask('DELETE', `${PATH}/${id}`);
  });
});

describe('A13: pull_request_target', () => {
  test('is taken where a policy asks for it by name, and only as that policy says', async () => {
    const id = await create({ events: ['pull_request_target'], refs: ['refs/heads/main'] });
    const ask = (ref: string) => new CiJob(world, { claims: { event_name: 'pull_request_target', ref } }).exchange();
    expect((await ask('refs/heads/main')).status).toBe(200);
    expect((await ask('refs/heads/dev')).json).toMatchObject({ code: 'untrusted' });
    await admin.ask('DELETE', `${PATH}/${id}`);
    expect((await ask('refs/heads/main')).json).toMatchObject({ code: 'untrusted' });
  });
});

test('what a policy says stands in no row as it is', async () => {
  const id = await create({ environments: ['secret-environment'], farms: ['secret-farm'] });
  const rows = await (await openTenant(world)).db.selectFrom('trust_policies').selectAll().execute();
  expect(rows.map((row) => row.id)).toContain(id);
  expect(rows.map((row) => row.sealed_policy.toString('latin1')).join('')).not.toContain('secret-');
});

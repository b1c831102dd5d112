import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import type { ConnectionView } from '../contract/connections.ts';
import { createFakeFarm } from '../farms/fake/adapter.ts';
import { type FakeFarm, startFakeFarm } from '../farms/fake/service.ts';
import { FarmError, type FarmFeatures } from '../farms/port.ts';
import { CiJob } from '../testing/ci-job.ts';
import { quickPlan } from '../testing/farm-world.ts';
import { dumpDatabases, openTenant, readAudit, tasksDone } from '../testing/kept.ts';
import { type Person, signIn, signInMember } from '../testing/person.ts';
import { startWorld, type World } from '../testing/world.ts';
import { withSecret } from './with-secret.ts';

const CANARY = 'canary-farm-key-5up3r';
let world: World;
let farm: FakeFarm;
let ctx: Context;
let turned = 0;
/** The credentials that calls were made with, in order. */
const used: unknown[] = [];
let forgets: Pick<FarmFeatures, 'forgetsUploads' | 'forgetsResults'>;
let person: Person;
let ciRun = 300;

beforeAll(async () => {
  farm = await startFakeFarm();
  farm.setPlan(quickPlan());
  world = await startWorld({
    now: () => new Date(Date.now() + turned),
    farm: {
      kind: 'fake',
      settings: {},
      kinds: {
        fake: (settings, credential) => {
          if (credential && typeof credential.key !== 'string') throw new FarmError('refused', 'Give a key.');
          const fake = createFakeFarm({ baseUrl: farm.baseUrl, start: 'idempotent', timeoutMs: 2_000 });
          const note = <T>(value: T): T => {
            used.push(credential?.key);
            return value;
          };
          return {
            ...fake,
            features: { ...fake.features, ...(settings.weak ? forgets : {}) },
            observe: (job, id) => note(fake.observe(job, id)),
            stop: (job, id) => note(fake.stop(job, id)),
            forgetResults: (job, id) => note(fake.forgetResults(job, id)),
          };
        },
      },
    },
  });
  ctx = await openTenant(world);
  person = await signIn(world);
});
afterAll(async () => {
  await world.stop();
  await farm.close();
});

const connect = (body: object) => person.ask('POST', '/v1/connections', body);
async function connected(name: string, more: object = {}): Promise<ConnectionView> {
  const answer = await connect({ kind: 'fake', name, credential: { key: CANARY }, ...more });
  expect(answer.status).toBe(201);
  return answer.json as ConnectionView;
}
async function start(name: string) {
  ciRun += 1;
  const job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  return { job, name: `suite ${ciRun}`, request: await job.runRequest({ name: `suite ${ciRun}`, farms: [name] }) };
}
async function run(name: string) {
  const { job, request } = await start(name);
  const answer = await job.request('POST', '/v1/runs', { body: request });
  return { job, status: answer.status, json: answer.json as { runId: string; code: string; detail: string } };
}

describe('a connection', () => {
  test('D1: its credential is written, used, and never read back', async () => {
    const made = await connected('written');
    expect(made).toMatchObject({ kind: 'fake', name: 'written', hasCredential: true, farm: { stop: true } });
    const { job, json } = await run('written');
    expect(await job.finished(json.runId)).toMatchObject({ verdict: 'passed' });
    expect(used).toContain(CANARY);
    const read = await person.ask('GET', `/v1/connections/${made.connectionId}`);
    const listed = await person.ask('GET', '/v1/connections');
    await tasksDone(world);
    const audit = JSON.stringify(await readAudit(ctx));
    const answers = JSON.stringify([read.json, listed.json]);
    for (const text of [answers, await dumpDatabases(world), audit]) expect(text).not.toContain('5up3r');
    const uses = (await readAudit(ctx)).filter(
      ({ object, code }) => object === made.connectionId && code.startsWith('secret.used'),
    );
    expect(uses.map(({ detail }) => (detail as { purpose: string }).purpose)).toEqual(
      expect.arrayContaining(['start', 'observe', 'collect', 'forget']),
    );
  });

  test('with settings or a credential that the farm cannot use is refused, and leaves nothing', async () => {
    const before = (await person.ask('GET', '/v1/connections')).json;
    for (const [body, field] of [
      [{ kind: 'fake', name: 'bad', credential: { key: 7 } }, 'kind'],
      [{ kind: 'unknown', name: 'bad' }, 'kind'],
      [{ kind: 'github_app', name: 'bad', settings: { installationId: '1' } }, 'kind'],
    ] as const) {
      expect(await connect(body)).toMatchObject({ status: 422, json: { code: 'unsupported', field } });
    }
    expect(await connect({ kind: 'fake', name: 'bad', secret: 1 })).toMatchObject({ status: 400 });
    expect((await person.ask('GET', '/v1/connections')).json).toEqual(before);
  });

  test('names the devices of its farm', async () => {
    const { connectionId } = await connected('devices');
    const answer = await person.ask('GET', `/v1/connections/${connectionId}/devices`);
    expect(answer).toMatchObject({ status: 200, json: { devices: [{ model: 'Pixel 8' }, { model: 'Galaxy S23' }] } });
  });
});

test('connections are for admins: a member sees and changes none', async () => {
  const { connectionId } = await connected('closed');
  const member = await signInMember(world, 'member@example.com');
  const path = `/v1/connections/${connectionId}`;
  for (const [method, at, body] of [
    ['GET', '/v1/connections'],
    ['POST', '/v1/connections', { kind: 'fake', name: 'theirs' }],
    ['GET', path],
    ['GET', `${path}/devices`],
    ['PUT', `${path}/credential`, { credential: { key: 'x' } }],
    ['DELETE', path],
  ] as const) {
    expect(await member.ask(method, at, body)).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  }
  expect((await person.ask('GET', path)).status).toBe(200);
});

describe('rotation', () => {
  test('is felt by the next call of work that goes on', async () => {
    const { connectionId } = await connected('rotated');
    farm.setPlan(quickPlan({ runMs: 3_600_000 }));
    const { job, json } = await run('rotated');
    await job.until(json.runId, ({ state }) => state === 'running');
    const path = `/v1/connections/${connectionId}/credential`;
    expect((await person.ask('PUT', path, { credential: { key: 'another-key' } })).status).toBe(204);
    used.length = 0;
    await job.cancelRun(json.runId);
    await job.finished(json.runId);
    expect(new Set(used)).toEqual(new Set(['another-key']));
    farm.setPlan(quickPlan());
  });

  test('to one that the farm cannot use leaves the old one', async () => {
    const { connectionId } = await connected('kept');
    const path = `/v1/connections/${connectionId}/credential`;
    expect(await person.ask('PUT', path, { credential: { key: 1 } })).toMatchObject({
      status: 422,
      json: { code: 'unsupported', field: 'credential' },
    });
    const { job, json } = await run('kept');
    expect(await job.finished(json.runId)).toMatchObject({ verdict: 'passed' });
  });
});

describe('disconnecting', () => {
  test('stops what is at work, then destroys the credential, and frees the name', async () => {
    const { connectionId } = await connected('left');
    farm.setPlan(quickPlan({ runMs: 3_600_000 }));
    const { job, json } = await run('left');
    await job.until(json.runId, ({ state }) => state === 'running');
    const live = farm.liveRuns();
    expect((await person.ask('DELETE', `/v1/connections/${connectionId}`)).status).toBe(204);
    expect(await job.finished(json.runId)).toMatchObject({ verdict: 'cancelled' });
    expect(farm.liveRuns()).toBe(live - 1);
    await tasksDone(world);
    turned += 60_000;
    await ctx.write(({ enqueue }) => enqueue('integrations.destroy-credential', { connectionId }));
    await tasksDone(world);
    const row = await ctx.db.selectFrom('connections').selectAll().where('id', '=', connectionId).executeTakeFirst();
    expect(row).toMatchObject({ sealed_credential: null, credential_destroyed_at: expect.any(Date) });
    expect((await person.ask('GET', `/v1/connections/${connectionId}`)).status).toBe(404);
    farm.setPlan(quickPlan());
    expect(await run('left')).toMatchObject({ status: 422, json: { code: 'unsupported' } });
    await connected('left');
  });

  test('once more is not found', async () => {
    const { connectionId } = await connected('twice');
    const path = `/v1/connections/${connectionId}`;
    expect((await person.ask('DELETE', path)).status).toBe(204);
    expect((await person.ask('DELETE', path)).status).toBe(404);
  });
});

describe('a credential', () => {
  test('is not opened outside of a run that goes on, nor for a farm that is disconnected', async () => {
    const { connectionId } = await connected('guarded');
    const open = (purpose: 'start' | 'stop', run: { id: string; state: string } | null) =>
      withSecret(ctx, connectionId, { purpose, run }, async () => 'opened');
    await expect(open('start', null)).rejects.toMatchObject({ kind: 'refused' });
    await expect(open('start', { id: 'run_1', state: 'finished' })).rejects.toMatchObject({ kind: 'refused' });
    expect(await open('start', { id: 'run_1', state: 'running' })).toBe('opened');
    await person.ask('DELETE', `/v1/connections/${connectionId}`);
    await expect(open('start', { id: 'run_1', state: 'running' })).rejects.toMatchObject({ kind: 'refused' });
  });
});

describe('a farm that forgets less than verified', () => {
  test('is used only once an admin accepts what forgetting means there', async () => {
    forgets = { forgetsUploads: { how: 'requested' }, forgetsResults: { how: 'expires', days: 30 } };
    const weak = { kind: 'fake', name: 'weak', settings: { weak: true } };
    const refused = await connect(weak);
    expect(refused).toMatchObject({ status: 422, json: { field: 'acceptForgetting' } });
    expect(JSON.stringify(refused.json)).toContain('gone after 30 days');
    const accept = { uploads: { how: 'requested' }, results: { how: 'expires', days: 30 } };
    expect((await connect({ ...weak, acceptForgetting: accept })).status).toBe(201);
    const { job, json } = await run('weak');
    expect(await job.finished(json.runId)).toMatchObject({ verdict: 'passed' });
    // The farm now keeps things for longer than was accepted.
    forgets = { ...forgets, forgetsResults: { how: 'expires', days: 60 } };
    expect(await run('weak')).toMatchObject({ status: 422, json: { code: 'unsupported', field: 'farm' } });
  });
});

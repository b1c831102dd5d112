import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openCheckpoint } from '../audit/proof/checkpoint.ts';
import { parseKey } from '../audit/proof/note.ts';
import type { AuditCheckpoint } from '../contract/audit.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { type Person, signIn } from '../testing/person.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';

type Told = AuditCheckpoint & { type: string };
let world: World;
let admin: Person;
let receiver: Server;
let origin: string;
const told: Told[] = [];
let status = 204;
const START = Date.now();
let skew = 0;
beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    if (status === 204) told.push(JSON.parse(text) as Told);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  origin = `http://${host}`;
  world = await startWorld({ now: () => new Date(START + skew), env: { OUTGOING_HOSTS: host } });
  admin = await signIn(world);
});
afterAll(async () => {
  await world.stop();
  receiver.close();
});
beforeEach(() => {
  status = 204;
  skew += 61_000;
});

const connect = (settings: object, more: object = {}) =>
  admin.ask('POST', '/v1/connections', {
    kind: 'checkpoint_webhook',
    name: `hook ${Math.random()}`,
    settings,
    ...more,
  });
/** Something that the log tells of. */
const act = async () => expect((await admin.ask('PUT', '/v1/retention', { logs: 7 })).status).toBeLessThan(500);

test('each signed checkpoint is told, and can be verified with the key of the log', async () => {
  const made = await connect({ url: `${origin}/hook?token=secret` });
  expect(made).toMatchObject({ status: 201, json: { kind: 'checkpoint_webhook', farm: null, hasCredential: false } });
  expect(JSON.stringify(made.json)).not.toContain('secret');
  await until('a checkpoint', () => told.length > 0);
  skew += 61_000;
  await act();
  const before = told.at(-1)?.size ?? 0;
  await until('the next one', () => (told.at(-1)?.size ?? 0) > before);
  const newest = told.at(-1)!;
  const key = parseKey(newest.key);
  expect(newest.type).toBe('audit.checkpoint');
  expect(openCheckpoint(newest.checkpoint ?? '', key!)).toMatchObject({ size: newest.size });
  const held = (await admin.ask('GET', '/v1/audit/checkpoint')).json as AuditCheckpoint;
  expect(held.key).toBe(newest.key);
});

test('a receiver that fails is told later, and nothing of it stands in the log', async () => {
  status = 500;
  const before = told.length;
  await act();
  const { db } = await openTenant(world);
  const failures = async () =>
    (await db.selectFrom('checkpoint_webhooks').select('failures').execute()).reduce(
      (sum, row) => sum + row.failures,
      0,
    );
  await until('a failure', failures);
  expect(await failures()).toBeGreaterThan(0);
  status = 204;
  skew += 60_000;
  await until('it is told again', () => told.length > before);
  await until('the failures gone', async () => (await failures()) === 0);
  expect(await failures()).toBe(0);
  expect(JSON.stringify(await readAudit(await openTenant(world)))).not.toContain('token=secret');
});

test('what is disconnected is told nothing more', async () => {
  const { connections } = (await admin.ask('GET', '/v1/connections')).json as {
    connections: { connectionId: string; kind: string }[];
  };
  for (const { connectionId } of connections.filter(({ kind }) => kind === 'checkpoint_webhook')) {
    expect((await admin.ask('DELETE', `/v1/connections/${connectionId}`)).status).toBe(204);
  }
  const before = told.length;
  const signed = async () => ((await admin.ask('GET', '/v1/audit/checkpoint')).json as AuditCheckpoint).size;
  const size = await signed();
  await act();
  await until('another checkpoint', async () => (await signed()) > size);
  // Two rounds of who would tell it.
  await sleep(2_200);
  expect(told.length).toBe(before);
});

test.each([
  ['an address inside', { url: 'https://169.254.169.254/' }, {}, 'settings.url'],
  ['http to the outside', { url: 'http://example.com/' }, {}, 'settings.url'],
  ['no address', {}, {}, 'settings'],
  ['another setting', { url: 'https://example.com/', method: 'GET' }, {}, 'settings'],
  ['a credential', { url: 'https://example.com/' }, { credential: { token: 'canary' } }, 'credential'],
])('%s is refused', async (_, settings, more, field) => {
  const refused = await connect(settings, more);
  expect(refused).toMatchObject({ status: 422, json: { code: 'unsupported', field } });
  expect(JSON.stringify(refused.json)).not.toContain('canary');
});

test('no run is sent to a webhook', async () => {
  const made = await connect({ url: `${origin}/hook` }, { name: 'hook' });
  expect(made.status).toBe(201);
  const { id: repositoryId, ownerId, fullName } = world.github.otherRepository;
  const project = { name: 'x', issuer: world.oidc.issuer, ownerId, repositoryId, repository: fullName };
  expect(await admin.ask('POST', '/v1/projects', { ...project, defaultFarm: 'hook' })).toMatchObject({ status: 422 });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CreatedApiToken } from '../contract/api-tokens.ts';
import { newRoute } from '../contract/ids.ts';
import { newToken } from '../contract/token-forms.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { signIn } from '../testing/person.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const report = async (body: unknown) => {
  const answer = await fetch(`${world.backend.url}/hooks/leaked-tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
};
const leaks = async () => (await readAudit(await openTenant(world))).filter(({ code }) => code === 'token.leaked');

test('a leaked capability is revoked with the handles that it made, once in the log', async () => {
  const job = await CiJob.start(world, { claims: { run_id: '41001' } });
  const { runId, handle } = await job.startRun();
  const before = (await leaks()).length;
  const found = { token: job.token, type: 'devicelane_ci', url: 'https://github.com/x/y/blob/z', source: 'content' };
  for (let i = 0; i < 2; i++) expect(await report([found])).toEqual({ status: 204, text: '' });
  expect((await job.request('GET', '/v1/runs')).status).toBe(401);
  expect((await job.request('GET', `/v1/runs/${runId}`, { token: handle })).status).toBe(401);
  const told = await leaks();
  expect(told.length).toBe(before + 1);
  expect(told.at(-1)).toMatchObject({ detail: { kind: 'ci' }, actor: 'worker' });
});

test('API tokens and handles too, many at once; what is unknown is answered alike', async () => {
  const admin = await signIn(world);
  const wish = { name: 'x', projectId: world.tenant.projectId, scopes: ['run:read'], expiresInDays: 1 };
  const { token } = (await admin.ask('POST', '/v1/tokens', wish)).json as CreatedApiToken;
  const job = await CiJob.start(world, { claims: { run_id: '41002' } });
  const { runId, cancelHandle } = await job.startRun();
  const unknown = [newToken('pat', newRoute()), newToken('ci', token.slice(7, 17)), newToken('adm', '0'.repeat(10))];
  const none = ['dl_pat_', '', 'x'.repeat(512), `${token.slice(0, -1)}~`, randomUUID()];
  const known = await report([token, cancelHandle, ...unknown, ...none].map((each) => ({ token: each })));
  for (const one of [...unknown, ...none]) expect(await report({ token: one })).toEqual(known);
  expect(known).toEqual({ status: 204, text: '' });
  expect((await job.request('GET', '/v1/runs', { token, scheme: 'Bearer' })).status).toBe(401);
  const cancel = { token: cancelHandle, scheme: 'Bearer' as const };
  expect((await job.request('POST', `/v1/runs/${runId}/cancel`, cancel)).status).toBe(401);
  expect((await job.request('GET', '/v1/runs')).status).toBe(200);
});

test.each([
  ['nothing', {}],
  ['an empty list', []],
  ['a text', 'dl_pat_'],
  ['more than a hundred', Array.from({ length: 101 }, () => ({ token: 'x' }))],
  ['a token that is no text', [{ token: 7 }]],
  ['a token that is too long', [{ token: 'x'.repeat(513) }]],
])('a report of %s is refused', async (_, body) => {
  expect((await report(body)).status).toBe(400);
});

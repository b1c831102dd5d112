import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CiJob, type JobAnswer, newJobKey } from '../testing/ci-job.ts';
import { dumpDatabases, openTenant, readAudit, readKept } from '../testing/kept.ts';
import { expectRefusedExchange } from '../testing/refused-exchange.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
const START = Date.now();
let skew = 0;
const now = () => new Date(START + skew);
beforeAll(async () => {
  world = await startWorld({ now });
});
afterAll(() => world.stop());
beforeEach(() => {
  skew = 0;
});

const capabilities = async () => (await readKept(world)).rows.capabilities ?? 0;
const tokenIn = (answer: JobAnswer) => (answer.json as { access_token?: string }).access_token;

describe('A9: an exchange whose answer was lost', () => {
  test('is answered with the same capability, in one row, to the same key with the same idempotency key', async () => {
    const [job, before] = [new CiJob(world), await capabilities()];
    const again = { idToken: await job.idToken(), headers: { 'idempotency-key': randomUUID() } };
    const first = await job.exchange(again);
    skew = 20_000;
    const second = await job.exchange(again);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(tokenIn(second)).toBe(tokenIn(first));
    expect(second.json).toMatchObject({ expires_in: 880, scope: (first.json as { scope: string }).scope });
    expect(await capabilities()).toBe(before + 1);
    const issued = (await readAudit(await openTenant(world))).filter(({ code }) => code === 'token.issued');
    expect(new Set(issued.map(({ object }) => object)).size).toBe(issued.length);
    job.token = tokenIn(second)!;
    expect((await job.request('GET', '/v1/runs')).status).toBe(200);
    expect(await dumpDatabases(world)).not.toContain(tokenIn(first)!.slice(16, 49));
  });

  test('A8: asked 200 times at once with the same keys is one session in one row', async () => {
    const [job, before] = [new CiJob(world), await capabilities()];
    const again = { idToken: await job.idToken(), headers: { 'idempotency-key': randomUUID() } };
    const answers = await Promise.all(Array.from({ length: 200 }, () => job.exchange(again)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(new Set(answers.map(tokenIn)).size).toBe(1);
    expect(await capabilities()).toBe(before + 1);
  });

  test('A8: asked 200 times at once with keys of their own is one session, and 199 replays', async () => {
    const [job, before] = [new CiJob(world), await capabilities()];
    const idToken = await job.idToken();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => job.exchange({ idToken, headers: { 'idempotency-key': randomUUID() } })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => (json as { code?: string }).code === 'replayed')).toHaveLength(199);
    expect(await capabilities()).toBe(before + 1);
  });

  test.each(['another DPoP key', 'another idempotency key', 'no idempotency key', 'the same proof'])(
    'is refused with %s',
    async (how) => {
      const job = new CiJob(world);
      const [idToken, key, proof] = [await job.idToken(), randomUUID(), { claims: { jti: randomUUID() } }];
      const headers = { 'idempotency-key': key };
      expect((await job.exchange({ idToken, headers, proof })).status).toBe(200);
      const other = how === 'another DPoP key' ? new CiJob(world, { key: newJobKey() }) : job;
      const ask = () =>
        other.exchange({
          idToken,
          headers:
            how === 'no idempotency key'
              ? {}
              : how === 'another idempotency key'
                ? { 'idempotency-key': randomUUID() }
                : headers,
          ...(how === 'the same proof' ? { proof } : {}),
        });
      await expectRefusedExchange(world, ask, { code: 'replayed', log: 'tenant' });
    },
  );

  test('is refused once the capability was given back, or its time is up', async () => {
    const job = new CiJob(world);
    const again = {
      idToken: await job.idToken({ exp: START / 1000 + 3600 }),
      headers: { 'idempotency-key': randomUUID() },
    };
    const token = tokenIn(await job.exchange(again))!;
    await job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token }) });
    await expectRefusedExchange(world, () => job.exchange(again), { code: 'replayed', log: 'tenant' });
  });

  test('is made good for a job whose server died between the two databases', async () => {
    const job = new CiJob(world);
    const again = { idToken: await job.idToken(), headers: { 'idempotency-key': randomUUID() } };
    const first = await job.exchange(again);
    const ctx = await openTenant(world);
    await ctx.db.deleteFrom('capabilities').where('expires_at', '>', new Date(0)).execute();
    const second = await job.exchange(again);
    expect(tokenIn(second)).toBe(tokenIn(first));
    job.token = tokenIn(second)!;
    expect((await job.request('GET', '/v1/runs')).status).toBe(200);
  });

  test.each(['short', 'x'.repeat(256), 'with a space in it', '\u00fcmlaut-\u00fcmlaut-\u00fcmlaut'])(
    'takes no idempotency key like %j',
    async (key) => {
      const answer = await new CiJob(world).exchange({ headers: { 'idempotency-key': key } });
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request', field: 'Idempotency-Key' } });
    },
  );
});

describe('a proof of possession is good for one request', () => {
  test('to start a run', async () => {
    const job = await CiJob.start(world, { claims: { run_id: '31001' } });
    const body = await job.runRequest();
    const proof = { claims: { jti: randomUUID() } };
    const first = await job.request('POST', '/v1/runs', { body, proof });
    expect(first.status).toBe(201);
    const before = await readKept(world);
    const replayed = await job.request('POST', '/v1/runs', { body, proof });
    expect(replayed).toMatchObject({ status: 401, json: { code: 'replayed', field: 'DPoP' } });
    expect((await readKept(world)).rows.capabilities).toBe(before.rows.capabilities);
    const fresh = await job.request('POST', '/v1/runs', { body });
    expect(fresh.json).toMatchObject({ runId: (first.json as { runId: string }).runId });
  });

  test('to cancel one, also 20 times at once; reading takes it again, within its minute', async () => {
    const job = await CiJob.start(world, { claims: { run_id: '31002' } });
    const { runId, handle } = await job.startRun();
    const proof = { claims: { jti: randomUUID() } };
    const cancel = () => job.request('POST', `/v1/runs/${runId}/cancel`, { token: handle, proof });
    const answers = await Promise.all(Array.from({ length: 20 }, cancel));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => (json as { code?: string }).code === 'replayed')).toHaveLength(19);
    const read = { token: handle, proof: { claims: { jti: randomUUID() } } };
    for (let i = 0; i < 2; i++) expect((await job.request('GET', `/v1/runs/${runId}`, read)).status).toBe(200);
  });

  test('and one key’s proof does not use up that of another', async () => {
    const proof = { claims: { jti: 'the-same-for-both' } };
    for (const key of [newJobKey(), newJobKey()]) {
      expect((await new CiJob(world, { key }).exchange({ proof })).status).toBe(200);
    }
  });
});

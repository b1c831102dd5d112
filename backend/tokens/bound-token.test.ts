import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CiJob, type JobRequest, newJobKey, type ProofChanges } from '../testing/ci-job.ts';
import { openTenant, readAudit, readKept } from '../testing/kept.ts';
import { addProject } from '../testing/project.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createTrustPolicy } from './create-trust-policy.ts';

let world: World;
let job: CiJob;
const START = Date.now();
const seconds = Math.floor(START / 1000);
let skew = 0;
const now = () => new Date(START + skew);

beforeAll(async () => {
  world = await startWorld({ now });
});
afterAll(() => world.stop());
beforeEach(async () => {
  skew = 0;
  job = await CiJob.start(world);
});

const upload = { name: 'app.apk', size: 1000, sha256: '0'.repeat(64) };
const open = (options: JobRequest = {}) => job.request('POST', '/v1/artifacts', { body: upload, ...options });

async function expectRefused(options: JobRequest, refusal: { status: number; code: string }): Promise<void> {
  const before = await readKept(world);
  const answer = await open(options);
  expect(answer).toMatchObject({ status: refusal.status, json: refusal });
  expect(answer.text).not.toContain(job.token.slice(10));
  expect(await readKept(world)).toEqual(before);
  const isKnown = options.token === undefined;
  if (isKnown) {
    const entry = (await readAudit(await openTenant(world))).at(-1);
    expect(entry).toMatchObject({ code: `access.${refusal.code}`, outcome: 'denied', detail: {} });
    expect(entry?.actor).toBe(`capability:${entry?.object}`);
  }
  if (refusal.status === 401) expect(answer.headers.get('www-authenticate')).toBe(`DPoP error="${refusal.code}"`);
}

describe('a proof of possession', () => {
  const invalid = { status: 401, code: 'invalid_proof' };

  test('lets the token in, once for each request', async () => {
    expect((await open()).status).toBe(201);
  });

  test.each<[string, ProofChanges | null]>([
    ['missing', null],
    ['for another method', { claims: { htm: 'GET' } }],
    ['for another path', { claims: { htu: 'http://127.0.0.1/v1/runs' } }],
    ['for this path at another server', { claims: { htu: 'https://devicelane.example/v1/artifacts' } }],
    ['for no URL', { claims: { htu: undefined } }],
    ['for another token', { claims: { ath: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' } }],
    ['for no token', { claims: { ath: undefined } }],
    ['without an id', { claims: { jti: undefined } }],
    ['with an id of 256 characters', { claims: { jti: 'x'.repeat(256) } }],
    ['without a time', { claims: { iat: undefined } }],
    ['66 seconds old', { claims: { iat: seconds - 66 } }],
    ['6 seconds from now', { claims: { iat: seconds + 6 } }],
    ['of another key', { key: newJobKey() }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['of no type', { header: { typ: undefined } }],
    ['with another algorithm in its header', { header: { alg: 'ES384' } }],
    ['with no algorithm', { header: { alg: 'none' } }],
    ['without a key', { header: { jwk: undefined } }],
    ['with a shared secret', { header: { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } } }],
    ['with a header that must be understood', { header: { crit: ['exp'], exp: 1 } }],
    ['longer than 4 KiB', { claims: { padding: 'x'.repeat(4096) } }],
  ])('%s is refused', async (_, proof) => {
    await expectRefused({ proof }, invalid);
  });

  test('whose time is just within its bounds is taken', async () => {
    for (const iat of [seconds - 64, seconds + 5]) {
      expect((await open({ proof: { claims: { iat } } })).status).toBe(201);
    }
  });

  test('that carries its private key is refused, and the key is not repeated', async () => {
    const jwk = job.key.privateKey.export({ format: 'jwk' });
    const answer = await open({ proof: { header: { jwk } } });
    expect(answer).toMatchObject({ status: 401, json: invalid });
    expect(answer.text).not.toContain(jwk.d!);
  });

  test('may not be left out by sending the token as Bearer', async () => {
    await expectRefused({ scheme: 'Bearer' }, invalid);
  });

  test('sent twice in one request is refused', async () => {
    const proof = job.prove('POST', '/v1/artifacts', job.token);
    const answer = await fetch(`${job.url}/v1/artifacts`, {
      method: 'POST',
      headers: [
        ['authorization', `DPoP ${job.token}`],
        ['dpop', proof],
        ['dpop', proof],
        ['content-type', 'application/json'],
      ],
      body: JSON.stringify(upload),
    });
    expect(answer.status).toBe(401);
  });
});

test('a refusal that is repeated is one entry in ten minutes, and one that names no token is none', async () => {
  const refusals = async () =>
    (await readAudit(await openTenant(world))).filter((entry) => entry.code.startsWith('access.')).length;
  const before = await refusals();
  await Promise.all(Array.from({ length: 8 }, () => open({ proof: null })));
  expect(await refusals()).toBe(before + 1);
  await open({ token: `dl_ci_${'0'.repeat(49)}` });
  await open({ token: null });
  expect(await refusals()).toBe(before + 1);
  skew = 10 * 60_000;
  await open({ proof: null });
  expect(await refusals()).toBe(before + 2);
});

describe('a capability is refused', () => {
  const invalid = { status: 401, code: 'invalid_token' };

  test('when it was never given out', async () => {
    const [prefix, checksum] = [job.token.slice(0, -8), job.token.slice(-6)];
    await expectRefused({ token: `${prefix}zz${checksum}` }, invalid);
    await expectRefused({ token: 'dl_ci_' }, invalid);
    await expectRefused({ token: 'x'.repeat(5000) }, invalid);
  });

  test('when its time is up, to the millisecond', async () => {
    skew = 899_999;
    expect((await open()).status).toBe(201);
    skew = 900_000;
    await expectRefused({}, invalid);
  });

  test('as soon as it is revoked, also in the middle of an upload', async () => {
    const artifactId = ((await open()).json as { artifactId: string }).artifactId;
    expect((await job.request('GET', `/v1/artifacts/${artifactId}/parts`)).status).toBe(200);
    const before = await readKept(world);
    const revoked = await job.request('POST', '/oauth/revoke', {
      token: null,
      body: new URLSearchParams({ token: job.token }),
    });
    expect(revoked.status).toBe(200);
    const part = await job.putPart(artifactId, 1, Buffer.alloc(1000));
    expect(part).toMatchObject({ status: 401, json: invalid });
    expect(await readKept(world)).toEqual(before);
    const codes = (await readAudit(await openTenant(world))).map((entry) => entry.code);
    expect(codes.slice(-2)).toEqual(['token.revoked', 'access.invalid_token']);
  });

  test('with anything else in its place', async () => {
    for (const authorization of ['', 'DPoP', `Basic ${job.token}`, `DPoP ${job.token} x`, job.token]) {
      const answer = await job.request('GET', '/v1/runs', { token: null, headers: { authorization } });
      expect(answer).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    }
  });

  test('when it is sent twice', async () => {
    const answer = await fetch(`${job.url}/v1/runs`, {
      headers: [
        ['authorization', `DPoP ${job.token}`],
        ['authorization', `DPoP ${job.token}`],
        ['dpop', job.prove('GET', '/v1/runs', job.token)],
      ],
    });
    expect(answer.status).toBe(401);
  });
});

test('revoking is answered alike for a token that is known, unknown, foreign or none', async () => {
  const unknown = `${job.token.slice(0, 6)}0000000000${job.token.slice(16)}`;
  for (const token of [unknown, 'nothing', `${job.token}x`, job.token, job.token]) {
    const answer = await job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token }) });
    expect(answer).toMatchObject({ status: 200, text: '' });
  }
});

describe('A21: a narrower token', () => {
  test('that reads and cancels one run does nothing else, and sees no other run', async () => {
    const { runId, handle, cancelHandle } = await job.startRun();
    const other = await (await CiJob.start(world, { claims: { run_id: '99002' } })).startRun();
    const ask = (method: string, path: string, more: JobRequest) => job.request(method, path, more);

    const asHandle = { token: handle };
    await expect(ask('GET', `/v1/runs/${runId}`, asHandle)).resolves.toMatchObject({ status: 200 });
    await expect(ask('GET', `/v1/runs/${other.runId}`, asHandle)).resolves.toMatchObject({ status: 404 });
    const listed = await ask('GET', '/v1/runs', asHandle);
    expect((listed.json as { runs: { runId: string }[] }).runs.map((run) => run.runId)).toEqual([runId]);
    await expect(open(asHandle)).resolves.toMatchObject({ status: 403, json: { code: 'forbidden' } });
    const audit = await readAudit(await openTenant(world));
    expect(audit.some((entry) => entry.code === 'access.forbidden' && entry.outcome === 'denied')).toBe(true);
    await expect(ask('POST', '/v1/runs', { ...asHandle, body: await job.runRequest() })).resolves.toMatchObject({
      status: 403,
    });

    const asCancel: JobRequest = { token: cancelHandle, scheme: 'Bearer' };
    await expect(ask('GET', `/v1/runs/${runId}`, asCancel)).resolves.toMatchObject({ status: 403 });
    await expect(ask('POST', `/v1/runs/${other.runId}/cancel`, asCancel)).resolves.toMatchObject({ status: 404 });
    await expect(ask('POST', `/v1/runs/${runId}/cancel`, asCancel)).resolves.toMatchObject({ status: 200 });
    await expect(ask('POST', `/v1/runs/${runId}/cancel`, { token: cancelHandle })).resolves.toMatchObject({
      status: 401,
      json: { code: 'invalid_proof' },
    });
  });

  test("never reads the content of an artifact, nor deletes one, nor sees another project's run", async () => {
    const artifactId = await job.upload();
    await expect(job.request('DELETE', `/v1/artifacts/${artifactId}`)).resolves.toMatchObject({ status: 403 });
    await expect(job.request('GET', `/v1/artifacts/${artifactId}/content`)).resolves.toMatchObject({ status: 403 });

    const ctx = await openTenant(world, { actor: { kind: 'operator' } });
    const { id: repositoryId } = world.github.otherRepository;
    const { projectId } = await addProject(world, world.github.otherRepository);
    await createTrustPolicy({ ctx, input: { projectId, policy: {} } });
    const theirs = await CiJob.start(world, { claims: { repository_id: repositoryId } });
    for (const path of [`/v1/artifacts/${artifactId}`, `/v1/artifacts/${artifactId}/parts`]) {
      await expect(theirs.request('GET', path)).resolves.toMatchObject({ status: 404 });
    }
    const { runId } = await (await CiJob.start(world, { claims: { run_id: '99003' } })).startRun();
    await expect(theirs.request('GET', `/v1/runs/${runId}`)).resolves.toMatchObject({ status: 404 });
    await expect(theirs.request('POST', `/v1/runs/${runId}/cancel`)).resolves.toMatchObject({ status: 404 });
  });
});

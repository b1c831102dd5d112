import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildFileOf } from '../../action/client/build-file.ts';
import type { Context } from '../context.ts';
import { MAX_PART_SIZE, type OpenedUpload } from '../contract/artifacts.ts';
import { DAY_MS } from '../retention/categories.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { clientUpload } from '../testing/client-upload.ts';
import { deletionsDone, openTenant, readAudit, storedBytes, tasksDone } from '../testing/kept.ts';
import { findStrays, NO_STRAYS } from '../testing/strays.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';

let world: World;
let ctx: Context;
const START = Date.now();
let skew = 0;
const now = () => new Date(START + skew);
let ciRun = 900_000;
let build: Buffer;
let parts: Buffer[];

beforeAll(async () => {
  world = await startWorld({ now });
  ctx = await openTenant(world);
});
afterAll(() => world.stop());
beforeEach(() => {
  skew = 0;
  ciRun += 1;
  build = apkFile({}, [{ name: 'assets/film', content: randomBytes(2 * MAX_PART_SIZE + 1000), method: 0 }]);
  parts = [0, 1, 2].map((at) => build.subarray(at * MAX_PART_SIZE, (at + 1) * MAX_PART_SIZE));
});
afterEach(async () => {
  await tasksDone(world);
  await deletionsDone(world);
  expect(await findStrays(ctx, world.dataFolder)).toEqual(NO_STRAYS);
});

/** A job of an attempt of this test's CI run. */
const attempt = (number: number, claims: object = {}) =>
  CiJob.start(world, { claims: { run_id: String(ciRun), run_attempt: String(number), ...claims } });
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
async function open(job: CiJob, changes: object = {}): Promise<OpenedUpload> {
  const answer = await job.request('POST', '/v1/artifacts', {
    body: { name: 'app-1.apk', kind: 'apk', size: build.length, sha256: digestOf(build), ...changes },
  });
  expect(answer.status).toBe(201);
  return answer.json as OpenedUpload;
}
const put = async (job: CiJob, id: string, number: number) =>
  (await job.putPart(id, number, parts[number - 1]!)).status;
const complete = (job: CiJob, id: string) => job.request('POST', `/v1/artifacts/${id}/complete`);

/** One that the first attempt has opened and sent a part of. */
async function brokenOff(): Promise<{ job: CiJob; id: string }> {
  const job = await attempt(1);
  const { artifactId: id } = await open(job);
  expect(await put(job, id, 2)).toBe(200);
  return { job, id };
}

describe('an upload that was broken off', () => {
  test('goes on from the next attempt, which sends what is missing', async () => {
    const { id } = await brokenOff();
    const job = await attempt(2);
    expect(await open(job)).toMatchObject({ artifactId: id, state: 'uploading', arrived: 1 });
    const listed = await job.request('GET', `/v1/artifacts/${id}/parts`);
    expect(listed.json).toEqual({ parts: [{ number: 2, size: MAX_PART_SIZE, sha256: digestOf(parts[1]!) }] });
    expect([await put(job, id, 1), await put(job, id, 3)]).toEqual([200, 200]);
    expect(await complete(job, id)).toMatchObject({ status: 200, json: { sha256: digestOf(build) } });
    expect((await storedBytes(ctx, id)).equals(build)).toBe(true);
    const codes = (await readAudit(ctx)).filter(({ object }) => object === id).map(({ code }) => code);
    expect(codes).toEqual(['artifact.opened', 'artifact.resumed', 'artifact.completed']);
    const { runId } = await job.startRun({ artifacts: [{ artifactId: id, role: 'app' }] });
    expect(runId).toMatch(/^run_/);
  });

  test('one part sent many times at once leaves one blob', async () => {
    const { job, id } = await brokenOff();
    const answers = await Promise.all(Array.from({ length: 6 }, () => put(job, id, 1)));
    expect(answers).toEqual(Array(6).fill(200));
  });

  test('A20: is the earlier attempt’s no longer, and cannot be taken back', async () => {
    const { job: earlier, id } = await brokenOff();
    const later = await attempt(2);
    await open(later);
    expect(await put(earlier, id, 1)).toBe(404);
    expect((await complete(earlier, id)).status).toBe(404);
    expect((await earlier.request('GET', `/v1/artifacts/${id}/parts`)).status).toBe(404);
    expect((await open(earlier)).artifactId).not.toBe(id);
    expect(await put(later, id, 1)).toBe(200);
  });

  test('A20: is none that the next attempt may touch before it has opened it', async () => {
    const { id } = await brokenOff();
    const later = await attempt(2);
    expect(await put(later, id, 1)).toBe(404);
    expect((await complete(later, id)).status).toBe(404);
  });

  test.each<[string, object, object]>([
    ['A20: another CI run', { run_id: '990077' }, {}],
    ['a file of another name', {}, { name: 'app-2.apk' }],
    ['a file of another kind', {}, { kind: 'test_apk' }],
    ['a file whose kind the content decides', {}, { kind: undefined }],
    ['a file of another size', {}, { size: 1000 }],
    ['a file with other bytes', {}, { sha256: '0'.repeat(64) }],
  ])('is not gone on with for %s', async (_, claims, changes) => {
    const { id } = await brokenOff();
    const opened = await open(await attempt(2, claims), changes);
    expect(opened.artifactId).not.toBe(id);
    expect(opened.arrived).toBeUndefined();
  });

  test('is gone on with by one of several jobs that open it at once', async () => {
    const { id } = await brokenOff();
    const jobs = await Promise.all([attempt(2), attempt(2), attempt(2)]);
    const opened = await Promise.all(jobs.map((job) => open(job)));
    expect(opened.filter(({ artifactId }) => artifactId === id)).toHaveLength(1);
    expect(new Set(opened.map(({ artifactId }) => artifactId)).size).toBe(3);
  });

  test('is gone on with by its own capability, whose open was not answered, for no more of the budget', async () => {
    const ctxOfOperator = await openTenant(world, { actor: { kind: 'operator' } });
    const policy = { events: ['merge_group'], maxBytes: build.length, maxArtifacts: 1 };
    await createTrustPolicy({ ctx: ctxOfOperator, input: { projectId: world.tenant.projectId, policy } });
    const job = await attempt(1, { event_name: 'merge_group' });
    const { artifactId } = await open(job);
    expect(await open(job)).toEqual({ artifactId, state: 'uploading', partSize: MAX_PART_SIZE, encodings: ['zstd'] });
    const again = await attempt(2, { event_name: 'merge_group' });
    expect((await open(again)).artifactId).toBe(artifactId);
    const another = { name: 'b.apk', kind: 'apk', size: 1, sha256: '0'.repeat(64) };
    const more = await again.request('POST', '/v1/artifacts', { body: another });
    expect(more).toMatchObject({ status: 429, json: { code: 'quota_exceeded' } });
  });

  test('within an attempt is left to the job that is at it, and gone on with once that was silent', async () => {
    const { id } = await brokenOff();
    expect((await open(await attempt(1))).artifactId).not.toBe(id);
    skew = 2 * 60_000 + 1000;
    const job = await attempt(1);
    expect(await open(job)).toMatchObject({ artifactId: id, arrived: 1 });
    expect((await open(await attempt(1))).artifactId).not.toBe(id);
  });

  test('is too old after half a day: the sweep would take it soon', async () => {
    const { id } = await brokenOff();
    skew = DAY_MS / 2;
    expect((await open(await attempt(2))).artifactId).not.toBe(id);
  });

  test('as a difference starts again, with what is the earlier artifact now', async () => {
    await (await attempt(1)).upload(build, 'app-1.apk', 'apk');
    await tasksDone(world);
    const can = ['whole', 'delta'];
    const changed = { sha256: '7'.repeat(64), can };
    const job = await attempt(1);
    const { artifactId: id, prior } = await open(job, changed);
    expect(prior).toBeDefined();
    const bytes = Buffer.from('a part of a difference');
    const headers = { 'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` };
    const sent = await job.request('PUT', `/v1/artifacts/${id}/parts/1?of=difference`, { body: bytes, headers });
    expect(sent.status).toBe(200);
    const later = await attempt(2);
    expect(await open(later, changed)).toEqual({
      artifactId: id,
      state: 'uploading',
      partSize: MAX_PART_SIZE,
      encodings: ['zstd'],
      prior,
    });
    expect((await later.request('GET', `/v1/artifacts/${id}/parts`)).json).toEqual({ parts: [] });
    // With a part of the file there, the rest of the file is asked for, and no difference.
    await put(later, id, 1);
    expect(await open(await attempt(3), changed)).toEqual({
      artifactId: id,
      state: 'uploading',
      partSize: MAX_PART_SIZE,
      encodings: ['zstd'],
      arrived: 1,
    });
  });
});

describe('the action’s client', () => {
  const file = () => buildFileOf('app', 'app-1.apk', 'apk', build);
  const upload = (attemptNumber: number, lines: string[], ask?: typeof fetch) => {
    const claims = { run_id: String(ciRun), run_attempt: String(attemptNumber) };
    return clientUpload({ ...world, claims, file: file(), lines, ...(ask && { fetch: ask }) });
  };

  test('goes on where an earlier attempt of the job broke off', async () => {
    const { id } = await brokenOff();
    const lines: string[] = [];
    expect(await upload(2, lines)).toBe(id);
    expect(lines).toContain('app-1.apk: going on: 1 of 3 parts have arrived');
    expect(lines.at(-1)).toMatch(/^Uploaded app-1\.apk: sent 8\.4 MB of 16\.8 MB in/);
    expect((await storedBytes(ctx, id)).equals(build)).toBe(true);
  });

  test('takes what another job of its attempt has completed meanwhile', async () => {
    const { job, id } = await brokenOff();
    skew = 2 * 60_000 + 1000;
    let isFirst = true;
    const lines: string[] = [];
    const got = await upload(1, lines, async (input, init) => {
      if (init?.method === 'PUT' && isFirst) {
        isFirst = false;
        for (const number of [1, 3]) expect(await put(job, id, number)).toBe(200);
        expect((await complete(job, id)).status).toBe(200);
      }
      return fetch(input, init);
    });
    expect(got).toBe(id);
    expect((await storedBytes(ctx, id)).equals(build)).toBe(true);
  });
});

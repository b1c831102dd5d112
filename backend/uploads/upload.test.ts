import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Artifact, MAX_PART_SIZE } from '../contract/artifacts.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob, type JobAnswer, type JobRequest } from '../testing/ci-job.ts';
import { contentOf, deletionsDone, openTenant, readKept, storedBytes, tasksDone } from '../testing/kept.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
let job: CiJob;
/** A build of two parts, the last shorter; another for each test, as equal bytes are complete at once. */
let build: Buffer;
let first: Buffer;
let last: Buffer;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const digestHeader = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

let ciRun = 700_000;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  build = apkFile({}, [{ name: 'assets/film', content: randomBytes(MAX_PART_SIZE + 1000), method: 0 }]);
  first = build.subarray(0, MAX_PART_SIZE);
  last = build.subarray(MAX_PART_SIZE);
  // A CI run of its own: the budget is counted over all that a job exchanges.
  ciRun += 1;
  job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
});

const open = (bytes: Uint8Array, changes: object = {}) =>
  job.request('POST', '/v1/artifacts', {
    body: { name: 'app.apk', size: bytes.length, sha256: sha256(bytes), ...changes },
  });
const opened = async (bytes: Uint8Array, changes: object = {}): Promise<string> =>
  ((await open(bytes, changes)).json as { artifactId: string }).artifactId;
const complete = (id: string) => job.request('POST', `/v1/artifacts/${id}/complete`);

async function expectRefused(ask: () => Promise<JobAnswer>, problem: Record<string, unknown>): Promise<void> {
  // An artifact is signed after its upload.
  await tasksDone(world);
  const before = await readKept(world);
  const answer = await ask();
  expect(answer.json).toMatchObject({ ...problem, detail: expect.stringMatching(/^.{10,}\.$/) });
  expect(await readKept(world)).toEqual(before);
}

describe('an upload', () => {
  test('takes parts in any order and again, says which it has, and becomes an artifact', async () => {
    const id = await opened(build);
    const parts = () => job.request('GET', `/v1/artifacts/${id}/parts`);
    expect((await parts()).json).toEqual({ parts: [] });
    await expect(job.putPart(id, 2, last)).resolves.toMatchObject({
      status: 200,
      json: { number: 2, size: last.length },
    });
    await expect(complete(id)).resolves.toMatchObject({ status: 409, json: { code: 'conflict', field: 'parts' } });
    expect((await parts()).json).toEqual({ parts: [{ number: 2, size: last.length, sha256: sha256(last) }] });
    for (const [number, part] of [
      [1, first],
      [2, last],
      [1, first],
    ] as const) {
      expect((await job.putPart(id, number, part)).status).toBe(200);
    }
    const artifact = Artifact.parse((await complete(id)).json);
    expect(artifact).toMatchObject({ name: 'app.apk', kind: 'apk', sha256: sha256(build), state: 'complete' });
    expect(Artifact.parse((await complete(id)).json)).toEqual(artifact);
    await deletionsDone(world);
    const ctx = await openTenant(world);
    const { blob_name: blobName } = await contentOf(ctx, id);
    expect((await readKept(world)).blobs.map((path) => path.split('/').at(-1))).toEqual([blobName]);
    expect((await storedBytes(ctx, id)).equals(build)).toBe(true);
  });

  test('lies sealed in the blob store', async () => {
    await job.upload(build);
    // The parts are being deleted.
    await tasksDone(world);
    await deletionsDone(world);
    const { blobs } = await readKept(world);
    for (const path of blobs) {
      const bytes = await readFile(path);
      expect(bytes.includes(build.subarray(100, 132))).toBe(false);
      expect(bytes.includes('AndroidManifest')).toBe(false);
    }
  });

  test('goes on with a capability that the same attempt of the same CI run got later', async () => {
    const id = await opened(build);
    await job.putPart(id, 1, first);
    job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
    expect((await job.putPart(id, 2, last)).status).toBe(200);
    expect((await complete(id)).status).toBe(200);
  });

  test.each([
    ['A20: another CI run', { run_id: '99001' }],
    ['A20: another attempt', { run_attempt: '2' }],
  ])('is nobody’s business of %s', async (_, claims) => {
    const id = await opened(build);
    const stranger = await CiJob.start(world, { claims: { run_id: String(ciRun), ...claims } });
    const notFound = { status: 404, code: 'not_found' };
    await expectRefused(() => stranger.putPart(id, 1, first), notFound);
    await expectRefused(() => stranger.request('GET', `/v1/artifacts/${id}/parts`), notFound);
    await expectRefused(() => stranger.request('POST', `/v1/artifacts/${id}/complete`), notFound);
    const started = { body: await stranger.runRequest({ artifacts: [{ artifactId: id, role: 'app' }] }) };
    await expectRefused(() => stranger.request('POST', '/v1/runs', started), notFound);
  });

  test.each<[string, object, Record<string, unknown>]>([
    ['of no bytes', { size: 0 }, { code: 'invalid_request', field: 'size' }],
    ['of more than 4 GiB', { size: 4 * 1024 ** 3 + 1 }, { code: 'invalid_request', field: 'size' }],
    ['of half a byte', { size: 0.5 }, { code: 'invalid_request', field: 'size' }],
    ['with a path for a name', { name: '../../etc/passwd' }, { code: 'invalid_request', field: 'name' }],
    ['with a line break in its name', { name: 'a\nb.apk' }, { code: 'invalid_request', field: 'name' }],
    ['with another digest', { sha256: 'md5' }, { code: 'invalid_request', field: 'sha256' }],
    ['of an unknown kind', { kind: 'exe' }, { code: 'invalid_request', field: 'kind' }],
    ['with a field that is not known', { tenant: 'other' }, { code: 'invalid_request', field: 'tenant' }],
  ])('%s is not opened', async (_, changes, problem) => {
    await expectRefused(() => open(build, changes), problem);
  });
});

describe('C1, C2: a part is refused', () => {
  let id: string;
  beforeEach(async () => {
    id = await opened(build);
  });

  test.each<[string, number, () => Uint8Array, JobRequest, Record<string, unknown>]>([
    [
      'whose bytes are not those of its digest',
      1,
      () => Buffer.alloc(MAX_PART_SIZE),
      { headers: { 'content-digest': digestHeader(Buffer.from('other bytes')) } },
      { status: 422, code: 'digest_mismatch', field: 'Content-Digest' },
    ],
    [
      'without a digest',
      1,
      () => first,
      { headers: { 'content-digest': '' } },
      { status: 400, field: 'Content-Digest' },
    ],
    [
      'with a digest of another kind',
      1,
      () => first,
      { headers: { 'content-digest': 'md5=:AAAA:' } },
      { status: 400, field: 'Content-Digest' },
    ],
    ['shorter than a part', 1, () => last, {}, { status: 422, code: 'size_mismatch', field: 'Content-Length' }],
    ['longer than the last', 2, () => first, {}, { status: 422, code: 'size_mismatch', field: 'Content-Length' }],
    ['of no bytes', 1, () => Buffer.alloc(0), {}, { status: 400, code: 'invalid_request', field: 'Content-Length' }],
    ['behind the last', 3, () => last, {}, { status: 422, code: 'size_mismatch', field: 'number' }],
    ['with the number 0', 0, () => last, {}, { status: 400, code: 'invalid_request', field: 'number' }],
    ['with the number 513', 513, () => last, {}, { status: 400, code: 'invalid_request', field: 'number' }],
    ['with half a number', 1.5, () => first, {}, { status: 400, code: 'invalid_request', field: 'number' }],
    [
      'of more than 8 MiB',
      1,
      () => Buffer.alloc(MAX_PART_SIZE + 1),
      {},
      { status: 413, code: 'too_large', field: 'Content-Length' },
    ],
    [
      'with a forged token',
      1,
      () => first,
      { token: `dl_ci_${'0'.repeat(49)}` },
      { status: 401, code: 'invalid_token' },
    ],
    ['without a token', 1, () => first, { token: null }, { status: 401, code: 'unauthenticated' }],
  ])('%s, and the client hears why', async (_, number, bytes, options, problem) => {
    await expectRefused(() => job.putPart(id, number, bytes(), options), problem);
  });

  const headersOf = (more: string) =>
    `PUT /v1/artifacts/${id}/parts/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
    `Authorization: DPoP ${job.token}\r\nDPoP: ${job.prove('PUT', `/v1/artifacts/${id}/parts/1`, job.token)}\r\n` +
    `Content-Digest: ${digestHeader(first)}\r\n${more}\r\n\r\n`;

  test('that is chunked, or says no length', async () => {
    const before = await readKept(world);
    const chunked = await rawRequest(job.url, [headersOf('Transfer-Encoding: chunked'), '3\r\nabc\r\n0\r\n\r\n']);
    expect(chunked).toMatchObject({ status: 411, text: expect.stringContaining('"code":"length_required"') });
    expect(await rawRequest(job.url, [headersOf('X-Nothing: 1')])).toMatchObject({ status: 411 });
    expect(await readKept(world)).toEqual(before);
  });

  test('that says both a length and chunks, which is how requests are smuggled', async () => {
    const answer = await rawRequest(job.url, [
      headersOf('Transfer-Encoding: chunked\r\nContent-Length: 3'),
      '3\r\nabc\r\n0\r\n\r\n',
    ]);
    expect(answer.status).toBe(400);
  });

  test('that announces a terabyte, at once', async () => {
    const answer = await rawRequest(job.url, [headersOf('Content-Length: 1000000000000'), 'abc']);
    expect(answer).toMatchObject({ status: 413, text: expect.stringContaining('"code":"too_large"') });
  });

  test('from a slow client, once it has sent it all', async () => {
    const part = Buffer.alloc(300_000);
    const head = headersOf(`Content-Length: ${part.length}`);
    const slowly = [part.subarray(0, 100_000), { pauseMs: 700 }, part.subarray(100_000)];
    expect(await rawRequest(job.url, [head, ...slowly])).toMatchObject({
      status: 422,
      text: expect.stringContaining('"code":"size_mismatch"'),
      sentAll: true,
    });
  });

  test('whose client leaves in the middle, and nothing stays of it', async () => {
    const before = await readKept(world);
    const path = `/v1/artifacts/${id}/parts/1`;
    const outgoing = request(job.url + path, {
      method: 'PUT',
      headers: {
        authorization: `DPoP ${job.token}`,
        dpop: job.prove('PUT', path, job.token),
        'content-digest': digestHeader(first),
        'content-length': String(first.length),
      },
    });
    outgoing.on('error', () => {});
    await new Promise<void>((sent) => outgoing.write(first.subarray(0, 3_000_000), () => sent()));
    const incoming = async () => (await readKept(world)).blobs.some((blob) => blob.includes('.incoming'));
    await until('what came in so far', incoming);
    expect(await incoming()).toBe(true);
    outgoing.destroy();
    await until('nothing of it', async () => !(await incoming()));
    expect(await incoming()).toBe(false);
    expect(await readKept(world)).toEqual(before);
    expect((await job.putPart(id, 1, first)).status).toBe(200);
  });

  test('after the upload is complete', async () => {
    await job.putPart(id, 1, first);
    await job.putPart(id, 2, last);
    await complete(id);
    await deletionsDone(world);
    await expectRefused(() => job.putPart(id, 1, first), { status: 409, code: 'conflict' });
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { deflateRaw } from 'pako';
import { type BuildFile, buildFileOf } from '../../action/client/build-file.ts';
import type { Context } from '../context.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { classOf } from '../testing/apks/code-classes.ts';
import { codeFile } from '../testing/apks/code-file.ts';
import { functionOf } from '../testing/apks/native-code.ts';
import { nativeLibrary } from '../testing/apks/native-library.ts';
import { CiJob } from '../testing/ci-job.ts';
import { clientUpload } from '../testing/client-upload.ts';
import { contentOf, deletionsDone, openTenant, storedBytes } from '../testing/kept.ts';
import type { Claims } from '../testing/oidc.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';
import { forgetArtifact } from './forget.ts';

let world: World;
let ctx: Context;
let lines: string[];
/** Called before each request of the client. */
let beforeRequest: (method: string, path: string) => Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  ctx = await openTenant(world);
});
afterAll(() => world.stop());
beforeEach(() => {
  lines = [];
  beforeRequest = async () => {};
});

let runs = 5000;
/** Each upload is of a CI run of its own: a run has a budget. */
const nextRun = (): string => String(++runs);
const startJob = (claims: Claims) => CiJob.start(world, { claims: { ...claims, run_id: nextRun() } });

/** Uploads with the action's own client, as a CI job with these claims. Returns the artifact's id. */
function uploadAs(claims: Claims, file: BuildFile): Promise<string> {
  const { backend, oidc } = world;
  const watched: typeof fetch = async (input, init) => {
    await beforeRequest(init?.method ?? 'GET', new URL(String(input)).pathname);
    return fetch(input, init);
  };
  return clientUpload({ backend, oidc, claims: { run_id: nextRun(), ...claims }, file, lines, fetch: watched });
}

/** Code that no two builds of different names share, with a version somewhere in it. */
function build(name: string, version: string): BuildFile {
  const code = Buffer.concat(
    Array.from({ length: 3000 }, (_, n) => Buffer.from(`${name} does ${n} of ${n * n} things\n`)),
  );
  const content = Buffer.concat([code, Buffer.from(version), Buffer.from(name.repeat(20)), noise(name)]);
  return buildFileOf(
    'app',
    name,
    undefined,
    apkFile({}, [{ name: 'classes.dex', content, compressed: deflateRaw(content) }]),
  );
}

function codeBuild(name: string, content: Buffer): BuildFile {
  const apk = apkFile({}, [{ name, content, compressed: deflateRaw(content) }]);
  return buildFileOf('app', `${name.replace(/\W/g, '')}.apk`, undefined, apk);
}

const noises = new Map<string, Buffer>();
function noise(name: string): Buffer {
  const known = noises.get(name) ?? randomBytes(200_000);
  noises.set(name, known);
  return known;
}

const artifactRow = (id: string) =>
  ctx.db.selectFrom('artifacts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Uploads, and waits until the next upload can be the difference to this one. */
async function uploadAndSign(claims: Claims, file: BuildFile): Promise<string> {
  const id = await uploadAs(claims, file);
  await until('the artifact signed', async () => (await contentOf(ctx, id)).signatures_blob);
  return id;
}

const PUSH = { event_name: 'push', ref: 'refs/heads/main', head_ref: '', base_ref: '' };
const pullRequest = (branch: string): Claims => ({
  event_name: 'pull_request',
  ref: 'refs/pull/7/merge',
  head_ref: branch,
  base_ref: 'main',
});

const sent = (): string => lines.findLast((line) => line.startsWith('Uploaded')) ?? '';
const bytesOf = async (file: BuildFile): Promise<Buffer> => Buffer.from(await file.read(0, file.size));

describe('an upload', () => {
  test('of a rebuilt app sends only what changed, and is stored whole', async () => {
    await uploadAndSign(PUSH, build('app.apk', '1.0'));
    expect(sent()).toMatch(/sent (2\d\d) kB of \1 kB/);
    const later = build('app.apk', '1.1');
    const asked: string[] = [];
    beforeRequest = async (method, path) => void asked.push(`${method} ${path.replace(/art_\w+/, 'ID')}`);
    const id = await uploadAs(PUSH, later);
    // A difference this short comes with the completion.
    expect(asked.slice(2)).toEqual(['GET /v1/artifacts/ID/prior', 'POST /v1/artifacts/ID/complete']);
    expect(sent()).toMatch(/sent 1 kB of 2\d\d kB/);
    expect((await storedBytes(ctx, id)).equals(await bytesOf(later))).toBe(true);
    expect(await artifactRow(id)).toMatchObject({ state: 'complete', kind: 'apk' });
    expect(await ctx.db.selectFrom('upload_parts').selectAll().where('artifact_id', '=', id).execute()).toEqual([]);
  });

  const classes = Array.from({ length: 800 }, (_, number) => classOf(number));
  const firstClass = classOf(800, { name: 'a/First', note: 'a first note', fields: ['a', 'b'] });
  const functions = Array.from({ length: 1500 }, (_, number) => functionOf(number, 1500));
  const firstFunction = { ...functionOf(1500, 1500), name: 'first', texts: ['a first text'] };

  test.each([
    ['classes.dex', 'class', codeFile(classes), codeFile([firstClass, ...classes])],
    [
      'lib/arm64-v8a/libapp.so',
      'function',
      nativeLibrary('arm64', functions),
      nativeLibrary('arm64', [firstFunction, ...functions]),
    ],
  ])('of %s with one %s more, which moves nearly all of it, sends about that', async (name, _, before, after) => {
    const [earlier, later] = [codeBuild(name, before), codeBuild(name, after)];
    await uploadAndSign(PUSH, earlier);
    const id = await uploadAs(PUSH, later);
    expect(sent()).toMatch(/sent 1?\d kB of \d{2,3} kB/);
    expect((await storedBytes(ctx, id)).equals(await bytesOf(later))).toBe(true);
  });

  test('of the very same bytes sends nothing', async () => {
    const file = build('same.apk', '1.0');
    await uploadAs(PUSH, file);
    lines = [];
    await uploadAs(PUSH, file);
    expect(lines).toEqual(['same.apk: the server has these very bytes already']);
  });

  test('whose earlier artifact is forgotten before it is complete is sent whole', async () => {
    const first = await uploadAndSign(PUSH, build('gone.apk', '1.0'));
    beforeRequest = async (_method, path) => {
      if (!path.endsWith('/complete')) return;
      beforeRequest = async () => {};
      const operator = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
      await forgetArtifact({ ctx: operator, input: { artifactId: first } });
      await deletionsDone(world);
    };
    const later = build('gone.apk', '1.1');
    const id = await uploadAs(PUSH, later);
    expect(lines).toContain('gone.apk: the server wants the whole file');
    expect(sent()).toMatch(/sent (2\d\d) kB of \1 kB/);
    expect((await storedBytes(ctx, id)).equals(await bytesOf(later))).toBe(true);
    expect(await artifactRow(first)).toMatchObject({ state: 'forgotten', content_id: null });
  });

  test('whose earlier artifact is forgotten before its signatures are read is sent whole', async () => {
    const first = await uploadAndSign(PUSH, build('early.apk', '1.0'));
    beforeRequest = async (_method, path) => {
      if (!path.endsWith('/prior')) return;
      beforeRequest = async () => {};
      const operator = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
      await forgetArtifact({ ctx: operator, input: { artifactId: first } });
    };
    await uploadAs(PUSH, build('early.apk', '1.1'));
    expect(sent()).toMatch(/sent (2\d\d) kB of \1 kB/);
  });

  test('whose earlier bytes were altered in the store is sent whole', async () => {
    const first = await uploadAndSign(PUSH, build('rot.apk', '1.0'));
    const { id: contentId, blob_name } = await contentOf(ctx, first);
    await ctx.blobs.remove(blob_name);
    await ctx.blobs.write(contentId, blob_name, pieces(Buffer.alloc(300_000, 7)));
    const later = build('rot.apk', '1.1');
    const id = await uploadAs(PUSH, later);
    expect(lines).toContain('rot.apk: the server wants the whole file');
    expect((await storedBytes(ctx, id)).equals(await bytesOf(later))).toBe(true);
  });
});

async function* pieces(bytes: Buffer) {
  yield bytes;
}

describe('the earlier artifact', () => {
  const open = async (job: CiJob, name: string, body: object = {}) =>
    (
      await job.request('POST', '/v1/artifacts', {
        body: { name, size: 300_000, sha256: '0'.repeat(64), can: ['whole', 'delta'], ...body },
      })
    ).json as { artifactId: string; prior?: { size: number; signatures: number; index?: string } };
  const priorOf = async (opened: { artifactId: string }) => (await artifactRow(opened.artifactId)).prior_id;

  test('is that of the same branch, then of the base branch, then of any', async () => {
    const name = 'branches-1.apk';
    const other = await uploadAndSign(pullRequest('other'), build('branches-2.apk', '1'));
    const job = await startJob(pullRequest('mine'));
    expect(await priorOf(await open(job, name))).toBe(other);
    const base = await uploadAndSign(PUSH, build(name, '2'));
    await uploadAndSign(pullRequest('other'), build(name, '3'));
    expect(await priorOf(await open(job, name))).toBe(base);
    const mine = await uploadAndSign(pullRequest('mine'), build(name, '4'));
    await uploadAndSign(PUSH, build(name, '5'));
    expect(await priorOf(await open(job, name))).toBe(mine);
  });

  test('is none of another name or kind, and none for a client that cannot use it', async () => {
    await uploadAndSign(PUSH, build('kinds.apk', '1'));
    const job = await startJob(PUSH);
    expect((await open(job, 'kinds.apk')).prior).toBeDefined();
    expect((await open(job, 'others.apk')).prior).toBeUndefined();
    expect((await open(job, 'kinds.apk', { kind: 'ipa' })).prior).toBeUndefined();
    expect((await open(job, 'kinds.apk', { can: ['whole'] })).prior).toBeUndefined();
    expect((await open(job, 'kinds.apk', { size: 60_000 })).prior).toBeUndefined();
  });

  test('shows its signatures to the job that was offered it alone, in ranges', async () => {
    await uploadAndSign(PUSH, build('seen.apk', '1'));
    const job = await startJob(PUSH);
    const { artifactId } = await open(job, 'seen.apk');
    const read = (by: CiJob, range: string | null) =>
      by.request('GET', `/v1/artifacts/${artifactId}/prior`, { headers: range === null ? {} : { range } });
    const answer = await read(job, 'bytes=0-9');
    expect([answer.status, answer.headers.get('content-range')]).toEqual([
      206,
      expect.stringMatching(/^bytes 0-9\/\d+$/),
    ]);
    for (const range of [
      null,
      'bytes=-5',
      'bytes=9-0',
      'bytes=0-99999999',
      'bytes=90000000-90000001',
      'bytes=0-1,3-4',
    ]) {
      expect(await read(job, range)).toMatchObject({ status: 400, json: { code: 'invalid_request', field: 'Range' } });
    }
    const stranger = await startJob(PUSH);
    expect(await read(stranger, 'bytes=0-9')).toMatchObject({ status: 404 });
    const plain = await open(job, 'never-seen.apk');
    const none = await job.request('GET', `/v1/artifacts/${plain.artifactId}/prior`, {
      headers: { range: 'bytes=0-9' },
    });
    expect(none).toMatchObject({ status: 410, json: { code: 'gone' } });
  });

  test('is offered with the index of its signatures, which those begin with', async () => {
    const first = await uploadAndSign(PUSH, build('offered.apk', '1'));
    const job = await startJob(PUSH);
    const { prior } = await open(job, 'offered.apk');
    const index = Buffer.from(prior?.index ?? '', 'base64');
    expect(index.length).toBeGreaterThan(4);
    expect(index.readUInt32LE(0)).toBe(index.length - 4);
    const { id: contentId, signatures_blob: blob } = await contentOf(ctx, first);
    expect(index.equals(await ctx.blobs.readRange(contentId, blob as string, 0, index.length))).toBe(true);
  });

  test('whose signatures cannot be read is offered without, and the file is sent whole', async () => {
    const first = await uploadAndSign(PUSH, build('unreadable.apk', '1'));
    await ctx.blobs.remove((await contentOf(ctx, first)).signatures_blob as string);
    const job = await startJob(PUSH);
    expect((await open(job, 'unreadable.apk')).prior).toEqual({
      size: expect.any(Number),
      signatures: expect.any(Number),
      along: 256 * 1024,
    });
    await uploadAs(PUSH, build('unreadable.apk', '2'));
    expect(sent()).toMatch(/sent (2\d\d) kB of \1 kB/);
  });

  test.each([
    ['no zstd frame', Buffer.from('any thing at all')],
    ['an empty frame', Buffer.from('28b52ffd2000010000', 'hex')],
  ])('rebuilds nothing from %s that comes with the completion, and counts its bytes', async (_what, bytes) => {
    const file = build('along.apk', `before ${bytes.length}`);
    await uploadAndSign(PUSH, build('along.apk', `after ${bytes.length}`));
    const job = await startJob(PUSH);
    const { artifactId } = await open(job, 'along.apk', { size: file.size, sha256: file.sha256 });
    const path = `/v1/artifacts/${artifactId}/complete`;
    const complete = (query: string, headers: Record<string, string>, body: Buffer) =>
      job.request('POST', path + query, { headers, body });
    const before = await receivedBytes();
    const large = Buffer.alloc(256 * 1024 + 1);
    for (const [query, headers, body, refusal] of [
      ['', contentDigest(bytes), bytes, { status: 400, json: { code: 'invalid_request', field: 'of' } }],
      ['?of=difference', {}, bytes, { status: 400, json: { code: 'invalid_request', field: 'Content-Digest' } }],
      ['?of=difference', contentDigest(large), large, { status: 413, json: { code: 'too_large' } }],
      ['?of=difference', contentDigest(large), bytes, { status: 422, json: { code: 'digest_mismatch' } }],
      [
        '?of=difference',
        { ...contentDigest(bytes), 'content-encoding': 'zstd' },
        bytes,
        { status: 400, json: { code: 'invalid_request', field: 'Content-Encoding' } },
      ],
    ] as const) {
      expect(await complete(query, headers, body)).toMatchObject(refusal);
    }
    expect(await receivedBytes()).toBe(before);
    const mismatch = { status: 409, json: { code: 'prior_mismatch' } };
    expect(await complete('?of=difference', contentDigest(bytes), bytes)).toMatchObject(mismatch);
    expect(await receivedBytes()).toBe(before + bytes.length);
    // There is no earlier artifact for it any more: another job of the run hears the same, and sends the file as well.
    expect(await complete('?of=difference', contentDigest(bytes), bytes)).toMatchObject(mismatch);
    expect(await job.putPart(artifactId, 1, await bytesOf(file))).toMatchObject({ status: 200 });
    expect(await job.request('POST', path)).toMatchObject({ status: 200, json: { sha256: file.sha256 } });
  });

  test.each([
    ['no zstd frame', Buffer.from('anything')],
    ['an empty frame', Buffer.from('28b52ffd2000010000', 'hex')],
  ])('rebuilds nothing from %s, and the upload goes on with the whole file', async (_what, bytes) => {
    const file = build('hostile.apk', `before ${bytes.length}`);
    await uploadAndSign(PUSH, build('hostile.apk', `after ${bytes.length}`));
    const job = await startJob(PUSH);
    const { artifactId } = await open(job, 'hostile.apk', { size: file.size, sha256: file.sha256 });
    const path = `/v1/artifacts/${artifactId}`;
    expect(await job.request('POST', `${path}/complete?of=difference`)).toMatchObject({ json: { code: 'conflict' } });
    const put = { headers: contentDigest(bytes), body: bytes };
    expect(await job.request('PUT', `${path}/parts/1?of=difference`, put)).toMatchObject({ status: 200 });
    // A part of a difference is none of the file.
    expect(await job.request('POST', `${path}/complete`)).toMatchObject({ json: { code: 'conflict', field: 'parts' } });
    expect(await job.request('POST', `${path}/complete?of=difference`)).toMatchObject({
      status: 409,
      json: { code: 'prior_mismatch' },
    });
    const whole = await bytesOf(file);
    expect(await job.putPart(artifactId, 1, whole)).toMatchObject({ status: 200 });
    expect(await job.request('POST', `${path}/complete`)).toMatchObject({ status: 200, json: { sha256: file.sha256 } });
  });
});

async function receivedBytes(): Promise<number> {
  const rows = await ctx.db.selectFrom('received_bytes').select('bytes').execute();
  return rows.reduce((sum, { bytes }) => sum + Number(bytes), 0);
}

function contentDigest(bytes: Uint8Array): Record<string, string> {
  return { 'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` };
}

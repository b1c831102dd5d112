/** The exact bytes of an artifact: for people, in ranges, audited first, and never a byte that was not checked. */
import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import pino from 'pino';
import type { Context } from '../context.ts';
import { addPerson } from '../people/add.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { deletionsDone, openTenant, readAudit } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { findArtifact, findContent } from '../uploads/read.ts';

const asset = { name: 'assets/film', content: randomBytes(3 * 1024 * 1024), method: 0 } as const;
const build = apkFile({}, [asset]);
const size = build.length;
const etag = `"${createHash('sha256').update(build).digest('hex')}"`;

let world: World;
const logged: { msg: string; requestId: string }[] = [];
let ctx: Context;
let job: CiJob;
let cookie: string;
let artifact: string;
beforeAll(async () => {
  const lines = { write: (line: string) => void logged.push(JSON.parse(line)) };
  world = await startWorld({ log: pino({ level: 'error' }, lines) });
  ctx = await openTenant(world);
  job = await CiJob.start(world);
  artifact = await job.upload(build);
  cookie = await signIn(await world.signInLink('/'));
});
afterAll(() => world.stop());

async function signIn(link: string): Promise<string> {
  const answer = await fetch(link, { method: 'POST', headers: { origin: world.backend.url }, redirect: 'manual' });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

const pathOf = (id = artifact): string => `/v1/artifacts/${id}/content`;
const ask = (headers: Record<string, string> = {}, id?: string, method = 'GET'): Promise<Response> =>
  fetch(world.backend.url + pathOf(id), { method, headers: { cookie, ...headers } });
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const downloads = async (id = artifact): Promise<unknown[]> =>
  (await readAudit(ctx)).filter(({ code, object }) => code === 'artifact.downloaded' && object === id);

describe('an artifact’s content', () => {
  test('is its exact bytes, as an attachment that no browser opens and no cache keeps', async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="app.apk"',
      'content-length': String(size),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'accept-ranges': 'bytes',
      etag,
    });
    expect((await bytesOf(answer)).equals(build)).toBe(true);
  });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=1-99', 1, 100],
    ['bytes=70000-200000', 70_000, 200_001],
    ['bytes=1000000-', 1_000_000, size],
    [`bytes=0-${size + 1000}`, 0, size],
    [`bytes=0-${'9'.repeat(400)}`, 0, size],
    [`bytes=${size - 1}-`, size - 1, size],
    ['bytes=-1', size - 1, size],
    ['bytes=-70000', size - 70_000, size],
    [`bytes=-${size * 2}`, 0, size],
    ['Bytes= 5-6 ', 5, 7],
  ])('in the range %s is those bytes', async (range, start, end) => {
    const answer = await ask({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
    expect(answer.headers.get('content-length')).toBe(String(end - start));
    expect((await bytesOf(answer)).equals(build.subarray(start, end))).toBe(true);
  });

  test.each([`bytes=${size}-`, `bytes=${size}-${size}`, 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    'has not the range %s, and says how long it is',
    async (range) => {
      const answer = await ask({ range });
      expect(answer.status).toBe(416);
      expect(answer.headers.get('content-range')).toBe(`bytes */${size}`);
      expect(await answer.json()).toMatchObject({ code: 'range_not_satisfiable', field: 'Range' });
    },
  );

  test.each([
    'bytes=5-2',
    'bytes=-',
    'bytes=',
    'bytes=a-b',
    'bytes=0-1,3-4',
    'bytes=0x1-2',
    'bytes=1.5-2',
    'bytes=--1',
  ])('is refused for %j, by the name of the header', async (range) => {
    const answer = await ask({ range });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-range')).toBeNull();
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', field: 'Range' });
  });

  test.each([
    ['another unit', { range: 'items=0-1' }, 200],
    ['the range of other content', { range: 'bytes=0-1', 'if-range': '"0000"' }, 200],
    ['a date', { range: 'bytes=0-1', 'if-range': 'Wed, 25 Mar 2026 10:00:00 GMT' }, 200],
    ['a weak tag', { range: 'bytes=0-1', 'if-range': `W/${etag}` }, 200],
    ['the range of this content', { range: 'bytes=0-1', 'if-range': etag }, 206],
  ])('for %s is answered as RFC 9110 says', async (_, headers, status) => {
    const answer = await ask(headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect((await bytesOf(answer)).length).toBe(status === 206 ? 2 : size);
  });

  test('can be asked about without reading it', async () => {
    const answer = await ask({ range: 'bytes=0-1' }, artifact, 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(size));
    expect(answer.headers.get('etag')).toBe(etag);
  });

  test.each([
    ['x";filename="evil.html', 'x__filename__evil.html'],
    ['..', '_'],
    ['.bashrc', '_bashrc'],
    ['日本.apk', '__.apk'],
    ['a b;c.apk', 'a_b_c.apk'],
  ])('named %j is saved as %s', async (name, saved) => {
    const id = await job.upload(apkFile(), name, 'apk');
    const answer = await ask({}, id);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${saved}"`);
    await answer.body?.cancel();
  });

  test('is not there before the upload is complete', async () => {
    const body = { name: 'a.apk', size: 10, sha256: '0'.repeat(64) };
    const opened = await job.request('POST', '/v1/artifacts', { body });
    const answer = await ask({}, (opened.json as { artifactId: string }).artifactId);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'conflict' });
  });

  test('is gone once it was forgotten', async () => {
    const id = await job.upload(apkFile({ package: 'com.example.gone' }));
    expect((await ask({}, id)).status).toBe(200);
    const headers = { cookie, origin: world.backend.url };
    await fetch(`${world.backend.url}/v1/artifacts/${id}`, { method: 'DELETE', headers });
    for (const step of [async () => {}, () => deletionsDone(world)]) {
      await step();
      const answer = await ask({}, id);
      expect(answer.status).toBe(410);
      expect(await answer.json()).toMatchObject({ code: 'gone' });
    }
  });

  test('whose key is destroyed meanwhile is gone, too', async () => {
    const id = await job.upload(apkFile({ package: 'com.example.shredded' }));
    await ask({}, id);
    await ctx.blobs.remove(await blobOf(id));
    expect((await ask({}, id)).status).toBe(410);
  });
});

describe('F5: reading content', () => {
  test('is in the log once for each person and ten minutes, and refusals are not downloads', async () => {
    const id = await job.upload(apkFile({ package: 'com.example.audited' }));
    await ask({ range: 'bytes=-0' }, id);
    await ask({ range: 'bytes=x' }, id);
    await job.request('GET', pathOf(id));
    expect(await downloads(id)).toEqual([]);
    await Promise.all([1, 2, 3].map(() => ask({ range: 'bytes=0-9' }, id)));
    expect(await downloads(id)).toMatchObject([{ actor: `person:${world.tenant.personId}`, outcome: 'allowed' }]);
  });

  test('gives no byte when the log cannot be written', async () => {
    const id = await job.upload(apkFile({ package: 'com.example.unlogged' }));
    const url = new URL(process.env.DEVICELANE_TEST_POSTGRES!);
    url.pathname = ctx.tenant.databaseName;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      await client.query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'full'; end $$`);
      await client.query('create trigger refuse before insert on audit_entries execute function refuse()');
      const answer = await ask({}, id);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({ code: 'internal' });
    } finally {
      await client.query('drop trigger if exists refuse on audit_entries');
      await client.end();
    }
    expect((await ask({}, id)).status).toBe(200);
  });
});

describe('B4: content is for people who may have it', () => {
  const refusals = async (): Promise<number> =>
    (await readAudit(ctx)).filter(({ code, outcome }) => code === 'access.forbidden' && outcome === 'denied').length;

  test('not for a CI job, whose refusal is logged, nor for the handles of its run', async () => {
    job = await CiJob.start(world, { claims: { run_id: '4711' } });
    const before = await refusals();
    const byCapability = await job.request('GET', pathOf());
    expect(byCapability.status).toBe(403);
    expect(byCapability.json).toMatchObject({ code: 'forbidden' });
    expect(await refusals()).toBe(before + 1);
    const { handle, cancelHandle } = await job.startRun();
    expect((await job.request('GET', pathOf(), { token: handle })).status).toBe(403);
    const bearer = { token: cancelHandle, scheme: 'Bearer' } as const;
    expect((await job.request('GET', pathOf(), bearer)).status).toBe(403);
  });

  test('not for a machine that was given the operation', async () => {
    await ctx.db
      .updateTable('capabilities')
      .set({ operations: ['artifact:content', 'artifact:read'] })
      .execute();
    const answer = await job.request('GET', pathOf());
    expect(answer.status).toBe(403);
    job = await CiJob.start(world);
  });

  test('not for a member, nor for nobody', async () => {
    const operator = await openTenant(world, { actor: { kind: 'operator' } });
    const input = { email: 'member@example.com', role: 'member' } as const;
    const { personId } = await addPerson({ ctx: operator, input });
    const { url } = await createSignInLink({ ctx: operator, input: { personId, target: '/' } });
    expect((await ask({ cookie: await signIn(url) })).status).toBe(403);
    expect((await ask({ cookie: '' })).status).toBe(401);
  });
});

async function blobOf(artifactId: string): Promise<string> {
  const content = await findContent(ctx, await findArtifact(ctx, artifactId));
  return content?.blobName ?? 'none';
}

describe('content that was tampered with', () => {
  let path: string;
  let sealed: Buffer;
  beforeAll(async () => {
    path = join(world.dataFolder, 'blobs', ctx.tenant.container, await blobOf(artifact));
    sealed = await readFile(path);
  });
  afterEach(() => rewrite(sealed, 0));

  async function rewrite(bytes: Uint8Array, at: number): Promise<void> {
    const file = await open(path, 'r+');
    await file.write(bytes, 0, bytes.length, at);
    await file.close();
  }

  /** What arrived before the connection ended, and whether it ended as if that were all. */
  async function receive(
    headers: Record<string, string> = {},
  ): Promise<{ status: number; got: Buffer; clean: boolean }> {
    const answer = await ask(headers);
    const got: Uint8Array[] = [];
    try {
      for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) got.push(piece);
      return { status: answer.status, got: Buffer.concat(got), clean: true };
    } catch {
      return { status: answer.status, got: Buffer.concat(got), clean: false };
    }
  }

  test('near its end breaks the connection, and all that came before is right', async () => {
    await rewrite(Buffer.from([sealed[sealed.length - 100_000]! ^ 1]), sealed.length - 100_000);
    for (const headers of [{}, { range: 'bytes=10-' }] as Record<string, string>[]) {
      const { got, clean } = await receive(headers);
      expect(clean).toBe(false);
      const start = headers.range ? 10 : 0;
      expect(got.length).toBeGreaterThan(0);
      expect(got.length).toBeLessThan(size - 90_000);
      expect(got.equals(build.subarray(start, start + got.length))).toBe(true);
      expect(logged.at(-1)).toMatchObject({ msg: 'a download broke off', requestId: expect.any(String) });
    }
  });

  test('at its beginning is no content at all', async () => {
    await rewrite(Buffer.from([sealed[200]! ^ 1]), 200);
    const answer = await ask();
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.headers.get('content-disposition')).toBeNull();
  });

  test('by cutting its end off is never a shorter file', async () => {
    await truncate(path, sealed.length - 70_000);
    const whole = await receive();
    expect(whole.clean && whole.status === 200).toBe(false);
    const ending = await receive({ range: 'bytes=-10' });
    expect(ending.clean && ending.status === 206).toBe(false);
  });
});

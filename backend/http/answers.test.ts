import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { newRoute } from '../contract/ids.ts';
import { Problem } from '../contract/problem.ts';
import { newToken } from '../contract/token-forms.ts';
import { CiJob } from '../testing/ci-job.ts';
import { readKept, tasksDone } from '../testing/kept.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
let job: CiJob;
let cookie: string;
let report: string;

beforeAll(async () => {
  world = await startWorld();
  job = await CiJob.start(world);
  const { runId } = await job.startRun();
  await job.finished(runId);
  await tasksDone(world);
  report = `/runs/${runId}`;
  const origin = { origin: world.backend.url };
  const signedIn = await fetch(await world.signInLink('/'), { method: 'POST', headers: origin, redirect: 'manual' });
  cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
});
afterAll(() => world.stop());

describe('a request that is not as the contract says', () => {
  test.each([
    ['a query that is not known', '/v1/runs?limit=5', 'limit'],
    ['a query named like a property of every object', '/v1/runs?constructor=1', 'constructor'],
    ['a query given twice', '/v1/runs?state=queued&state=running', 'state'],
    ['a query of another value', '/v1/runs?state=lost', 'state'],
    ['a cursor that no page gave', '/v1/runs?cursor=1', 'cursor'],
  ])('with %s is refused by name', async (_, path, field) => {
    const answer = await fetch(world.backend.url + path, { headers: { cookie } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', field });
  });

  test.each([
    ['no JSON', '{', 'application/json', 400],
    ['another type', '{}', 'text/plain', 415],
    ['no type', new Uint8Array(2), '', 415],
    ['a list', '[]', 'application/json', 400],
    ['a megabyte', `"${'x'.repeat(1024 * 1024)}"`, 'application/json', 413],
    ['a quarter of a megabyte of brackets', '['.repeat(250_000), 'application/json', 400],
  ])('with a body of %s is refused, and nothing is opened', async (_, body, type, status) => {
    const before = await readKept(world);
    const answer = await job.request('POST', '/v1/artifacts', { body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    Problem.parse(answer.json);
    expect(await readKept(world)).toEqual(before);
  });

  test.each([
    ['Host', 'evil.example'],
    ['Authorization', 'Bearer garbage'],
    ['DPoP', 'garbage'],
    ['Origin', 'https://evil.example'],
    ['Content-Type', 'text/plain'],
  ])('with %s twice is refused by name, whichever is the good one', async (name, other) => {
    const good: Record<string, string> = { Host: new URL(world.backend.url).host, Cookie: cookie };
    for (const values of [
      [good[name] ?? other, other],
      [other, good[name] ?? other],
    ]) {
      const lines = Object.entries(good).filter(([given]) => given !== name);
      const head = [...lines, ...values.map((value) => [name, value])].map(([key, value]) => `${key}: ${value}`);
      const answer = await rawRequest(world.backend.url, [
        `GET /v1/runs HTTP/1.1\r\n${head.join('\r\n')}\r\nConnection: close\r\n\r\n`,
      ]);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(`"code":"invalid_request","detail":"Send ${name} once."`);
      expect(answer.text).toMatch(/content-security-policy: default-src 'none'/i);
    }
  });

  test('with a megabyte in chunks is refused, and the client hears why', async () => {
    async function* chunks() {
      for (let i = 0; i < 16; i++) yield Buffer.alloc(64 * 1024, 'x');
    }
    const answer = await fetch(`${world.backend.url}/v1/artifacts`, {
      method: 'POST',
      headers: {
        authorization: `DPoP ${job.token}`,
        dpop: job.prove('POST', '/v1/artifacts', job.token),
        'content-type': 'application/json',
      },
      body: ReadableStream.from(chunks()),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    Problem.parse(await answer.json());
  });

  test.each(['/v2/runs', '/v1/runs/', '/v1/../healthz/x', '/runs', `/${randomBytes(4).toString('hex')}`])(
    'for %s finds nothing',
    async (path) => {
      const answer = await fetch(world.backend.url + path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  test('to a route by another method finds nothing', async () => {
    for (const method of ['PATCH', 'DELETE', 'OPTIONS']) {
      expect((await fetch(`${world.backend.url}/v1/runs`, { method })).status).toBe(404);
    }
  });
});

describe('an answer', () => {
  test('of every kind carries the headers that keep a browser from guessing', async () => {
    for (const path of ['/healthz', '/nothing', report, '/assets/style.css']) {
      const { headers } = await fetch(world.backend.url + path, { headers: { cookie, accept: 'text/html' } });
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    const page = await fetch(world.backend.url + report, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('to a person is a page, to a machine a problem, with the same request id as its header', async () => {
    const page = await fetch(world.backend.url + report, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain(page.headers.get('x-request-id'));
    const problem = await fetch(world.backend.url + report);
    expect(Problem.parse(await problem.json()).requestId).toBe(problem.headers.get('x-request-id'));
  });

  test('D2: without a database is generic: no SQL, no address, no stack', async () => {
    const lost = await startWorld();
    const client = new Client({ connectionString: process.env.DEVICELANE_TEST_POSTGRES });
    await client.connect();
    try {
      const name = new URL(lost.backend.doors.databases.controlUrl).pathname.slice(1);
      const lostJob = await CiJob.start(lost);
      await client.query(`alter database ${client.escapeIdentifier(name)} allow_connections false`);
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      const answers = [
        await fetch(`${lost.backend.url}/readyz`),
        await fetch(`${lost.backend.url}/v1/runs`, {
          headers: { authorization: `Bearer ${newToken('pat', newRoute())}` },
        }),
        await fetch(`${lost.backend.url}/sign-in/${'0'.repeat(53)}`, {
          method: 'POST',
          headers: { origin: lost.backend.url },
        }),
      ];
      expect(answers.map((answer) => answer.status)).toEqual([503, 500, 500]);
      for (const text of [...(await Promise.all(answers.map((a) => a.text()))), (await lostJob.exchange()).text]) {
        const problem = Problem.parse(JSON.parse(text));
        expect(['unavailable', 'internal']).toContain(problem.code);
        expect(text).not.toMatch(/select|postgres|node_modules|\.ts|127\.0\.0\.1|control_/i);
      }
      expect((await fetch(`${lost.backend.url}/healthz`)).status).toBe(200);
      await client.query(`alter database ${client.escapeIdentifier(name)} allow_connections true`);
      expect((await fetch(`${lost.backend.url}/readyz`)).status).toBe(200);
    } finally {
      await client.end();
      await lost.stop();
    }
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { newId, newRoute } from '../contract/ids.ts';
import { Problem } from '../contract/problem.ts';
import { ROUTES, type Route } from '../contract/routes.ts';
import { newToken } from '../contract/token-forms.ts';
import { setUp } from '../ops/setup.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readKept } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
/** Of the world's tenant. */
let job: CiJob;
let cookie: string;
/** Of another tenant of the same server. */
let foreignJob: CiJob;
let foreignCookie: string;
/** What the world's tenant has. */
let ids: { artifact: string; run: string; evidence: string };

beforeAll(async () => {
  world = await startWorld();
  const { doors, contexts } = world.backend;
  const { id: repositoryId, ownerId, fullName } = world.github.otherRepository;
  const other = await setUp(doors, contexts.system('setup'), {
    email: 'admin@other.example',
    region: 'local',
    project: { name: fullName, repository: fullName, issuer: world.oidc.issuer, ownerId, repositoryId },
    installationId: null,
    policy: {},
    farm: null,
  });
  job = await CiJob.start(world);
  foreignJob = await CiJob.start(world, { claims: { repository_id: repositoryId } });
  cookie = await signIn(await world.signInLink('/'));
  const ctx = await openTenant(world, { tenantId: other.tenantId, actor: { kind: 'operator' } });
  foreignCookie = await signIn((await createSignInLink({ ctx, input: { personId: other.personId, target: '/' } })).url);

  const artifact = await job.upload();
  const { runId } = await job.startRun({ artifacts: [{ artifactId: artifact, role: 'app' }] });
  await job.finished(runId);
  const results = await job.request('GET', `/v1/runs/${runId}/results`);
  const [evidence] = (results.json as { evidence: { evidenceId: string }[] }).evidence;
  ids = { artifact, run: runId, evidence: evidence?.evidenceId ?? newId('evidence', artifact.slice(4, 14)) };
});
afterAll(() => world.stop());

async function signIn(link: string): Promise<string> {
  const answer = await fetch(link, { method: 'POST', headers: { origin: world.backend.url }, redirect: 'manual' });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

const routes = Object.entries(ROUTES) as [string, Route][];
const closed = routes.filter(([, route]) => route.access.who !== 'public');
const withId = closed.filter(([, route]) => route.params && 'id' in route.params);

function pathOf(route: Route, given = ids): string {
  const id = route.path.includes('/artifacts/') ? given.artifact : given.run;
  return route.path.replace('{id}', id).replace('{evidenceId}', given.evidence).replace('{number}', '1');
}

async function ask(route: Route, path: string, headers: Record<string, string> = {}) {
  const hasBody = route.request !== undefined;
  const answer = await fetch(world.backend.url + path, {
    method: route.method.toUpperCase(),
    headers: {
      ...(hasBody ? { 'content-type': route.request?.contentType ?? '' } : {}),
      'content-digest': `sha-256=:${'A'.repeat(43)}=:`,
      origin: world.backend.url,
      ...headers,
    },
    redirect: 'manual',
    ...(hasBody ? { body: '{}' } : {}),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const bound = (by: CiJob, route: Route, path: string) => ({
  authorization: `DPoP ${by.token}`,
  dpop: by.prove(route.method.toUpperCase(), path, by.token),
});

describe('without a credential', () => {
  test.each(closed)('%s is closed', async (_, route) => {
    const before = await readKept(world);
    const path = pathOf(route);
    const forged = newToken('ci', ids.run.slice(4, 14));
    const refused: Record<string, string>[] = [
      {},
      { authorization: 'Bearer garbage' },
      { authorization: 'DPoP garbage', dpop: 'garbage' },
      { authorization: `Bearer ${newToken('pat', newRoute())}` },
      { authorization: `DPoP ${forged}`, dpop: job.prove(route.method.toUpperCase(), path, forged) },
      { authorization: `Bearer ${newToken('adm', ids.run.slice(4, 14))}` },
      { cookie: 'devicelane=garbage' },
      { cookie: `devicelane=${ids.run.slice(4, 14)}${'0'.repeat(43)}` },
    ];
    for (const headers of refused) {
      const answer = await ask(route, path, headers);
      expect({ headers, status: answer.status }).toEqual({ headers, status: 401 });
      const problem = Problem.parse(JSON.parse(answer.text));
      expect(['unauthenticated', 'invalid_token', 'invalid_proof']).toContain(problem.code);
    }
    expect(await readKept(world)).toEqual(before);
  });

  test.each(routes)('%s has a handler', async (_, route) => {
    const answer = await ask(route, pathOf(route).replace('{code}', '0'.repeat(53)));
    expect(answer.text).not.toContain('"code":"internal"');
    if (answer.status === 404) expect(route.errors).toContain('not_found');
  });
});

describe('a session', () => {
  const forMachines = closed.filter(([, route]) => route.access.who === 'machine');
  test.each(forMachines)('does not open %s', async (_, route) => {
    expect((await ask(route, pathOf(route), { cookie })).status).toBe(401);
  });

  test('gives way to a token that is sent beside it, also to a bad one', async () => {
    const headers = { cookie, authorization: 'Bearer garbage' };
    expect((await ask(ROUTES.listRuns, '/v1/runs', headers)).status).toBe(401);
    expect((await ask(ROUTES.listRuns, '/v1/runs', { cookie })).status).toBe(200);
  });
});

describe('B1: the things of another tenant', () => {
  test.each(withId)('are to %s what never was', async (_, route) => {
    const before = await readKept(world);
    const route10 = foreignJob.token.slice(6, 16);
    const never = {
      artifact: newId('artifact', route10),
      run: newId('run', route10),
      evidence: newId('evidence', route10),
    };
    const nowhere = { artifact: newId('artifact', newRoute()), run: newId('run', newRoute()), evidence: ids.evidence };
    const malformed = { artifact: 'art_x', run: 'run_x', evidence: 'evi_x' };
    const credentials = (path: string): Record<string, string>[] => [
      ...(route.access.who !== 'person' ? [bound(foreignJob, route, path)] : []),
      ...(route.access.who !== 'machine' ? [{ cookie: foreignCookie }] : []),
    ];
    const bodies = new Set<string>();
    const fromRoom: number[] = [];
    for (const given of [ids, never, nowhere, malformed]) {
      const path = pathOf(route, given);
      for (const headers of credentials(path)) {
        // A capability of CI lacks some operations: then it is told so, whatever the id.
        const answer = await ask(route, path, headers);
        if (answer.status === 403 && given !== malformed) continue;
        fromRoom.push(answer.status);
        bodies.add(answer.text.replace(/"requestId":"[^"]+"/, ''));
      }
    }
    expect(new Set(fromRoom)).toEqual(new Set([404]));
    expect(bodies.size).toBe(1);
    expect(await readKept(world)).toEqual(before);
  });

  test('are in no list', async () => {
    const runs = async (headers: Record<string, string>) =>
      JSON.parse((await ask(ROUTES.listRuns, '/v1/runs', headers)).text).runs.length;
    expect(await runs(bound(job, ROUTES.listRuns, '/v1/runs'))).toBe(1);
    expect(await runs({ cookie })).toBe(1);
    expect(await runs(bound(foreignJob, ROUTES.listRuns, '/v1/runs'))).toBe(0);
    expect(await runs({ cookie: foreignCookie })).toBe(0);
  });

  test('B2: are not reached by saying that one is that tenant', async () => {
    const { tenantId } = world.tenant;
    const route = ROUTES.readRun;
    const path = pathOf(route);
    for (const name of [
      'x-tenant-id',
      'x-forwarded-host',
      'accept-profile',
      'x-original-url',
      'x-http-method-override',
    ]) {
      const answer = await ask(route, path, { cookie: foreignCookie, [name]: tenantId });
      expect(answer.status).toBe(404);
    }
    const queried = await ask(ROUTES.listRuns, `/v1/runs?tenant=${tenantId}`, { cookie: foreignCookie });
    expect(queried.status).toBe(400);
    expect(JSON.parse(queried.text)).toMatchObject({ code: 'invalid_request', field: 'tenant' });
  });
});

describe('a request that is not as the contract says', () => {
  test.each([
    ['a query that is not known', '/v1/runs?limit=5', 'limit'],
    ['a query named like a property of every object', '/v1/runs?constructor=1', 'constructor'],
    ['a query given twice', '/v1/runs?state=queued&state=running', 'state'],
    ['a query of another value', '/v1/runs?state=lost', 'state'],
    ['a cursor that no page gave', '/v1/runs?cursor=1', 'cursor'],
  ])('with %s is refused by name', async (_, path, field) => {
    const answer = await ask(ROUTES.listRuns, path, { cookie });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'invalid_request', field });
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

  test('with a megabyte in chunks is refused, and the client hears why', async () => {
    async function* chunks() {
      for (let i = 0; i < 16; i++) yield Buffer.alloc(64 * 1024, 'x');
    }
    const answer = await fetch(`${world.backend.url}/v1/artifacts`, {
      method: 'POST',
      headers: { ...bound(job, ROUTES.openUpload, '/v1/artifacts'), 'content-type': 'application/json' },
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
    for (const path of ['/healthz', '/nothing', pathOf(ROUTES.runPage), '/assets/style.css']) {
      const { headers } = await fetch(world.backend.url + path, { headers: { cookie, accept: 'text/html' } });
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    const page = await fetch(world.backend.url + pathOf(ROUTES.runPage), { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('to a person is a page, to a machine a problem, with the same request id as its header', async () => {
    const page = await fetch(world.backend.url + pathOf(ROUTES.runPage), { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain(page.headers.get('x-request-id'));
    const problem = await fetch(world.backend.url + pathOf(ROUTES.runPage));
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

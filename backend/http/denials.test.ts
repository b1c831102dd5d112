import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, newRoute } from '../contract/ids.ts';
import { Problem } from '../contract/problem.ts';
import { ROUTES, type Route } from '../contract/routes.ts';
import { newToken } from '../contract/token-forms.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readKept, tasksDone } from '../testing/kept.ts';
import { addTenant } from '../testing/project.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createApiToken } from '../tokens/create-api-token.ts';

let world: World;
/** Of the world's tenant. */
let job: CiJob;
let cookie: string;
/** Of another tenant of the same server. */
let foreignJob: CiJob;
let foreignCookie: string;
/** What the world's tenant has. */
let ids: Record<'artifact' | 'run' | 'evidence' | 'trustPolicy' | 'project' | 'token' | 'connection', string>;

beforeAll(async () => {
  world = await startWorld();
  const { id: repositoryId } = world.github.otherRepository;
  const other = await addTenant(world, world.github.otherRepository);
  job = await CiJob.start(world);
  foreignJob = await CiJob.start(world, { claims: { repository_id: repositoryId } });
  cookie = await signIn(await world.signInLink('/'));
  const ctx = await openTenant(world, { tenantId: other.tenantId, actor: { kind: 'operator' } });
  foreignCookie = await signIn((await createSignInLink({ ctx, input: { personId: other.personId, target: '/' } })).url);

  const artifact = await job.upload();
  const { runId } = await job.startRun({ artifacts: [{ artifactId: artifact, role: 'app' }] });
  await job.finished(runId);
  await tasksDone(world);
  const results = await job.request('GET', `/v1/runs/${runId}/results`);
  const [evidence] = (results.json as { evidence: { evidenceId: string }[] }).evidence;
  const route = artifact.slice(4, 14);
  const own = await openTenant(world);
  ids = {
    artifact,
    run: runId,
    evidence: evidence?.evidenceId ?? newId('evidence', route),
    project: world.tenant.projectId,
    token: await newApiToken(),
    connection: (
      await own.db.selectFrom('connections').select('id').where('kind', '=', 'inspection').executeTakeFirstOrThrow()
    ).id,
    trustPolicy: (await own.db.selectFrom('trust_policies').select('id').executeTakeFirstOrThrow()).id,
  };
});
afterAll(() => world.stop());

async function newApiToken(): Promise<string> {
  const actor = { kind: 'person' as const, id: world.tenant.personId, role: 'admin' as const };
  const ctx = await openTenant(world, { actor });
  const input = { name: 'walk', projectId: world.tenant.projectId, scopes: ['run:read' as const], expiresInDays: 1 };
  return (await createApiToken({ ctx, input })).tokenId;
}

async function signIn(link: string): Promise<string> {
  const answer = await fetch(link, { method: 'POST', headers: { origin: world.backend.url }, redirect: 'manual' });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

const routes = Object.entries(ROUTES) as [string, Route][];
const closed = routes.filter(([, route]) => route.access.who !== 'public');
const withId = closed.filter(([, route]) => route.params && 'id' in route.params);

function pathOf(route: Route, given = ids): string {
  const [room = ''] = route.path.split('/').filter((each) => each !== '' && each !== 'v1');
  const id =
    {
      artifacts: given.artifact,
      'trust-policies': given.trustPolicy,
      projects: given.project,
      tokens: given.token,
      connections: given.connection,
    }[room] ?? given.run;
  return route.path
    .replace('{id}', id)
    .replace('{evidenceId}', given.evidence)
    .replace('{number}', '1')
    .replace('{ownerId}', '7')
    .replace('{name}', 'NAME')
    .replace('{state}', 'a'.repeat(43));
}

/** Of routes that take no empty one. */
const BODIES = new Map<Route, string>([
  [ROUTES.setProjectOptions, '{"cancelSuperseded":false}'],
  [ROUTES.setSecret, '{"value":"a value"}'],
  [ROUTES.createConnection, '{"kind":"inspection","name":"another"}'],
  [ROUTES.rotateCredential, '{"credential":{}}'],
]);

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
    ...(hasBody ? { body: BODIES.get(route) ?? '{}' } : {}),
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
    const madeUp = (tenant: string): typeof ids => ({
      artifact: newId('artifact', tenant),
      run: newId('run', tenant),
      evidence: newId('evidence', tenant),
      trustPolicy: newId('trustPolicy', tenant),
      project: newId('project', tenant),
      token: newId('capability', tenant),
      connection: newId('connection', tenant),
    });
    const [never, nowhere] = [madeUp(route10), madeUp(newRoute())];
    const malformed = {
      ...never,
      artifact: 'art_x',
      run: 'run_x',
      trustPolicy: 'tru_x',
      project: 'prj_x',
      token: 'cap_x',
      connection: 'con_x',
    };
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

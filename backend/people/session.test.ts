import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CiJob } from '../testing/ci-job.ts';
import { dumpDatabases, openTenant, readAudit, readKept } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { addPerson } from './add.ts';
import { createSignInLink } from './sign-in-link.ts';

const MINUTE_MS = 60_000;
let world: World;
let runId: string;
const START = Date.now();
let skew = 0;
const now = () => new Date(START + skew);

beforeAll(async () => {
  world = await startWorld({ now });
  const job = await CiJob.start(world);
  ({ runId } = await job.startRun());
  await job.finished(runId);
});
afterAll(() => world.stop());
beforeEach(() => {
  skew = 0;
});

const use = (link: string, headers: Record<string, string> = { origin: world.backend.url }) =>
  fetch(link, { method: 'POST', headers, redirect: 'manual' });
const get = (path: string, cookie?: string) =>
  fetch(world.backend.url + path, { headers: cookie ? { cookie } : {}, redirect: 'manual' });
const post = (path: string, cookie: string, headers: Record<string, string> = { origin: world.backend.url }) =>
  fetch(world.backend.url + path, { method: 'POST', headers: { cookie, ...headers }, redirect: 'manual' });
const sessions = async () => (await readKept(world)).rows.sessions;

async function signIn(link?: string): Promise<string> {
  const answer = await use(link ?? (await world.signInLink('/')));
  expect(answer.status).toBe(303);
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

async function addMember(email: string): Promise<{ personId: string; link: string }> {
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  const { personId } = await addPerson({ ctx, input: { email, role: 'member' } });
  return { personId, link: (await createSignInLink({ ctx, input: { personId, target: '/' } })).url };
}

describe('a one-time link', () => {
  test('leads to where it was made for, with a cookie that scripts and other sites cannot use', async () => {
    const answer = await use(await world.signInLink(`/runs/${runId}`));
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/runs/${runId}`);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie?.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Lax']);
    expect((await readAudit(await openTenant(world))).at(-1)).toMatchObject({ code: 'person.signed_in' });
  });

  test('is not used up by looking at it, and works once', async () => {
    const link = await world.signInLink('/');
    for (let i = 0; i < 3; i++) {
      const page = await fetch(link);
      expect(page.status).toBe(200);
      expect(page.headers.getSetCookie()).toEqual([]);
    }
    await signIn(link);
    const before = await sessions();
    expect((await use(link)).status).toBe(404);
    expect(await sessions()).toBe(before);
  });

  test('used twenty times at once makes one session', async () => {
    const [link, before] = [await world.signInLink('/'), await sessions()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => use(link)));
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1);
    expect(await sessions()).toBe((before ?? 0) + 1);
  });

  test('works for 15 minutes, to the millisecond', async () => {
    const [link, late] = [await world.signInLink('/'), await world.signInLink('/')];
    skew = 15 * MINUTE_MS - 1;
    expect((await use(link)).status).toBe(303);
    skew = 15 * MINUTE_MS;
    expect((await use(late)).status).toBe(404);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['no origin', {}],
    ['an opaque origin', { origin: 'null' }],
    ['this host at another port', { origin: 'http://127.0.0.1:1' }],
    ['another site that claims this origin', { origin: 'self', 'sec-fetch-site': 'cross-site' }],
  ])('asked from %s is refused, and still works', async (_, headers) => {
    const link = await world.signInLink('/');
    const origin = 'origin' in headers && headers.origin === 'self' ? { origin: world.backend.url } : {};
    expect((await use(link, { ...headers, ...origin } as Record<string, string>)).status).toBe(403);
    await signIn(link);
  });

  test('that nobody made is answered like one that is used', async () => {
    const made = await world.signInLink('/');
    const answers = [
      await use(made.replace(/.{43}$/, '0'.repeat(43))),
      await use(made.replace(/[^/]{53}$/, '0'.repeat(53))),
      await use(made.replace(/.$/, '')),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
  });

  test('and its session stand in no database as they are', async () => {
    const link = await world.signInLink('/');
    const cookie = await signIn(link);
    const everything = await dumpDatabases(world);
    for (const secret of [link.split('/').at(-1)!, cookie.split('=')[1]!, 'admin@example.com']) {
      expect(everything).not.toContain(secret);
    }
  });
});

describe('a session', () => {
  test('ends after 30 idle minutes, and lives on while it is used', async () => {
    const cookie = await signIn();
    for (let minutes = 0; minutes <= 100; minutes += 25) {
      skew = minutes * MINUTE_MS;
      expect((await get('/v1/runs', cookie)).status).toBe(200);
    }
    skew = 130 * MINUTE_MS;
    expect((await get('/v1/runs', cookie)).status).toBe(401);
  });

  test('ends after 12 hours, however much it is used', async () => {
    const cookie = await signIn();
    for (let minutes = 0; minutes < 720; minutes += 20) {
      skew = minutes * MINUTE_MS;
      expect((await get('/v1/runs', cookie)).status).toBe(200);
    }
    skew = 720 * MINUTE_MS;
    expect((await get('/v1/runs', cookie)).status).toBe(401);
  });

  test('ends when its person signs out, from this server’s own pages only', async () => {
    const cookie = await signIn();
    expect((await post('/sign-out', cookie, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/v1/runs', cookie)).status).toBe(200);
    const answer = await post('/sign-out', cookie);
    expect(answer.status).toBe(303);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^devicelane=; Max-Age=0/);
    expect((await get('/v1/runs', cookie)).status).toBe(401);
    expect((await post('/sign-out', cookie)).status).toBe(303);
  });

  test('G6: ends with its person, at the next request, and no link brings it back', async () => {
    const { personId, link } = await addMember('leaves@example.com');
    const cookie = await signIn(link);
    const ctx = await openTenant(world, { actor: { kind: 'operator' } });
    const { url } = await createSignInLink({ ctx, input: { personId, target: '/' } });
    expect((await get('/v1/runs', cookie)).status).toBe(200);
    await ctx.db.updateTable('people').set({ disabled_at: now() }).where('id', '=', personId).execute();
    expect((await get('/v1/runs', cookie)).status).toBe(401);
    const again = await use(url);
    expect([303, 404]).toContain(again.status);
    const [made] = again.headers.getSetCookie();
    if (made) expect((await get('/v1/runs', made.split(';')[0])).status).toBe(401);
  });

  test('is needed for a report', async () => {
    const page = await get(`/runs/${runId}`);
    expect(page.status).toBe(401);
    expect((await get(`/runs/${runId}`, await signIn())).status).toBe(200);
  });
});

describe('F5: reading a report', () => {
  const views = async () =>
    (await readAudit(await openTenant(world))).filter((entry) => entry.code === 'report.viewed');

  test('is one entry for each person and ten minutes, and none when it is refused', async () => {
    const [cookie, { link }] = [await signIn(), await addMember('reads@example.com')];
    const other = await signIn(link);
    skew = 20 * MINUTE_MS;
    const before = (await views()).length;
    await get(`/runs/${runId}`);
    expect((await views()).length).toBe(before);
    await Promise.all([1, 2, 3, 4].map(() => get(`/runs/${runId}`, cookie)));
    expect((await views()).length).toBe(before + 1);
    await get(`/runs/${runId}`, other);
    expect((await views()).length).toBe(before + 2);
    skew = 30 * MINUTE_MS - 1;
    await get(`/runs/${runId}`, cookie);
    expect((await views()).length).toBe(before + 2);
    skew = 30 * MINUTE_MS;
    await get(`/runs/${runId}`, cookie);
    const entries = await views();
    expect(entries.length).toBe(before + 3);
    expect(entries.at(-1)).toMatchObject({
      outcome: 'allowed',
      object: runId,
      actor: `person:${world.tenant.personId}`,
    });
  });
});

describe('cancelling a run by a cookie', () => {
  let job: CiJob;
  let running: string;
  let attempt = 0;
  const state = async () => (await job.readRun(running)).state;
  beforeEach(async () => {
    attempt += 1;
    job = await CiJob.start(world, { claims: { run_id: `7700${attempt}` } });
    ({ runId: running } = await job.startRun());
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a form of another site', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
    ['no origin', {}],
  ])('from %s is refused', async (_, headers) => {
    const answer = await post(`/v1/runs/${running}/cancel`, await signIn(), headers as Record<string, string>);
    expect(answer.status).toBe(403);
    expect(await state()).not.toBe('cancelling');
  });

  test('is refused to a member, and allowed to an admin', async () => {
    const { link } = await addMember(`member${attempt}@example.com`);
    expect((await post(`/v1/runs/${running}/cancel`, await signIn(link))).status).toBe(403);
    expect((await post(`/v1/runs/${running}/cancel`, await signIn())).status).toBe(200);
  });
});

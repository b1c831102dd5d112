import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Actor } from '../context.ts';
import { Artifact } from '../contract/artifacts.ts';
import { sweep } from '../retention/sweep.ts';
import { type AttestedWorld, COMMIT, newBuild, startAttestedWorld } from '../testing/attested-world.ts';
import { CiJob } from '../testing/ci-job.ts';
import { dumpDatabases, openTenant, readAudit, tasksDone } from '../testing/kept.ts';
import { type BuildClaims, type Sigstore, startSigstore } from '../testing/sigstore.ts';
import { until } from '../testing/until.ts';
import { checkProvenance } from './check-provenance.ts';

const LIST = /\/attestations\//;

let world: AttestedWorld;
let job: CiJob;
let build: Buffer;
let sha256: string;

beforeAll(async () => {
  world = await startAttestedWorld();
});
afterAll(() => world.stop());

let ciRun = 800_000;
beforeEach(async () => {
  ciRun += 1;
  job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  ({ build, sha256 } = newBuild());
});

const attest = (more: Partial<BuildClaims> = {}, by?: Sigstore) => world.attest(sha256, more, by);
const uploaded = async (): Promise<string> => {
  const id = await job.upload(build);
  await tasksDone(world);
  return id;
};
const read = async (id: string): Promise<Artifact> =>
  Artifact.parse((await job.request('GET', `/v1/artifacts/${id}`)).json);
const provenance = async (id: string) => (await read(id)).provenance;
const askAgain = async (id: string, actor: Actor = { kind: 'worker' }): Promise<void> =>
  checkProvenance({ ctx: await openTenant(world, { actor }), input: { artifactId: id } });
const askedOf = () => world.github.requests.filter(({ path }) => path.includes(sha256)).length;
/** Seconds from now at which the queue will ask about it again. */
async function waiting(id: string): Promise<number[]> {
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from start_after - now())::int as seconds from queue.job
    where data->>'task' = 'uploads.check-provenance' and data->'payload'->>'artifactId' = ${id} and state = 'created'
    order by 1`.execute(world.backend.doors.databases.control);
  return rows.map(({ seconds }) => seconds);
}
const NONE = { state: 'none', differs: [], reason: null, build: null };

describe('a build that was attested', () => {
  test.each([
    ['in public', () => world.sigstore],
    ['in private', () => world.privately],
  ])('%s is verified, and asked for once', async (_, by) => {
    await attest({}, by());
    const id = await uploaded();
    expect(await provenance(id)).toEqual({
      state: 'verified',
      differs: [],
      reason: null,
      build: {
        repository: 'acme/app',
        workflow: '.github/workflows/build.yml',
        commit: COMMIT,
        runUrl: 'https://github.com/acme/app/actions/runs/88001/attempts/1',
        runner: 'github-hosted',
      },
      askedAt: expect.any(String),
    });
    expect(await waiting(id)).toEqual([]);
    await askAgain(id);
    expect(askedOf()).toBe(1);
    expect(world.github.liveTokens()).toBe(0);
  });

  test('is told of in the audit log by codes only, and lies sealed', async () => {
    await attest({ commit: 'e'.repeat(40) });
    const id = await uploaded();
    const entries = (await readAudit(await openTenant(world))).filter(({ object }) => object === id);
    expect(entries.filter(({ code }) => code === 'artifact.provenance')).toMatchObject([
      { outcome: 'allowed', actor: 'worker', detail: { state: 'mismatch', differs: 'commit', reason: null } },
    ]);
    const dump = await dumpDatabases(world);
    expect(dump).not.toMatch(/build\.yml|e{40}/);
  });

  test('is forgotten with its artifact', async () => {
    await attest();
    const id = await uploaded();
    const worker = await openTenant(world);
    const kept = () =>
      worker.db.selectFrom('artifacts').select('sealed_provenance').where('id', '=', id).executeTakeFirstOrThrow();
    expect((await kept()).sealed_provenance).not.toBeNull();
    await worker.db.updateTable('artifacts').set({ expires_at: worker.now() }).where('id', '=', id).execute();
    await sweep({ ctx: worker });
    expect((await kept()).sealed_provenance).toBeNull();
    await askAgain(id);
    expect((await kept()).sealed_provenance).toBeNull();
  });
});

describe('an attestation of something else', () => {
  test.each<[string, Partial<BuildClaims>, string[]]>([
    ['another commit', { commit: 'e'.repeat(40) }, ['commit']],
    ['a repository of the same name', { repositoryId: '999' }, ['repository']],
    ['another owner', { ownerId: '999' }, ['owner']],
    ['a CI of another issuer', { issuer: 'https://gitlab.com' }, ['issuer']],
    ['a stranger', { commit: 'e'.repeat(40), repositoryId: '999', ownerId: '998' }, ['repository', 'owner', 'commit']],
  ])('%s is a mismatch that names it', async (_, more, differs) => {
    await attest(more);
    const id = await uploaded();
    const commit = more.commit ?? COMMIT;
    expect(await provenance(id)).toMatchObject({ state: 'mismatch', differs, reason: null, build: { commit } });
  });

  test('other bytes is a mismatch', async () => {
    world.github.attest(sha256, [await world.sigstore.attest('ab'.repeat(32), world.claims())]);
    expect(await provenance(await uploaded())).toMatchObject({ state: 'mismatch', differs: ['digest'] });
  });

  test('its parts is none', async () => {
    const parts = await world.sigstore.attest(sha256, world.claims(), {
      predicateType: 'https://spdx.dev/Document/v2.3',
    });
    world.github.attest(sha256, [parts]);
    expect(await provenance(await uploaded())).toMatchObject(NONE);
  });

  test('counts for nothing beside one of this build', async () => {
    await attest();
    for (let index = 0; index < 5; index += 1) await attest({ commit: String(index).repeat(40) });
    expect(await provenance(await uploaded())).toMatchObject({ state: 'verified' });
  });
});

describe('an attestation that nobody vouches for', () => {
  test('of a stranger’s authority is unverified, and nothing it says is shown', async () => {
    const stranger = await startSigstore({ hasLogs: true });
    await attest({}, stranger);
    expect(await provenance(await uploaded())).toMatchObject({ state: 'unverified', reason: 'authority', build: null });
  });

  test('whose certificate had expired is unverified', async () => {
    world.github.attest(sha256, [await world.sigstore.attest(sha256, world.claims(), { signedAfterMinutes: 30 })]);
    expect(await provenance(await uploaded())).toMatchObject({ state: 'unverified', reason: 'authority' });
  });

  test.each([
    ['broken', 'x', 'malformed'],
    ['kept elsewhere', null, 'not_inline'],
  ])('that is %s is unverified', async (_, bundle, reason) => {
    world.github.attest(sha256, [bundle]);
    expect(await provenance(await uploaded())).toMatchObject({ state: 'unverified', reason });
  });

  test('a thousand of them take a bounded time', async () => {
    const bundle = await world.sigstore.attest(sha256, world.claims());
    bundle.dsseEnvelope.signatures[0]!.sig = Buffer.from('x').toString('base64');
    const text = JSON.stringify({ attestations: Array(1_000).fill({ bundle }) });
    world.github.failNext('GET', LIST, { kind: 'body', text });
    const before = performance.now();
    expect(await provenance(await uploaded())).toMatchObject({ state: 'unverified' });
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe('a build without an attestation', () => {
  test('is asked about again, since a workflow may attest it later', async () => {
    const id = await uploaded();
    expect(await provenance(id)).toMatchObject(NONE);
    expect(await waiting(id)).toEqual([expect.closeTo(300, -2)]);
    await attest();
    await askAgain(id);
    expect(await provenance(id)).toMatchObject({ state: 'verified' });
    await tasksDone(world);
    expect(await waiting(id)).toHaveLength(1);
  });

  test('is asked about three times at most', async () => {
    const id = await uploaded();
    for (let index = 0; index < 5; index += 1) await askAgain(id);
    expect(askedOf()).toBe(3);
    await tasksDone(world);
    expect(await waiting(id)).toEqual([expect.closeTo(300, -2), expect.closeTo(3600, -2)]);
  });

  test('two at once record one answer', async () => {
    const id = await uploaded();
    await Promise.all([askAgain(id), askAgain(id)]);
    const { db } = await openTenant(world);
    const row = await db.selectFrom('artifacts').select('provenance_asks').where('id', '=', id).executeTakeFirst();
    expect(row).toEqual({ provenance_asks: 2 });
  });

  test('is no longer asked about where the App may not', async () => {
    world.github.failNext('POST', /access_tokens/, { kind: 'answer', status: 422, message: 'not granted' });
    const id = await uploaded();
    expect(await provenance(id)).toMatchObject({ ...NONE, reason: 'no_access' });
    expect(await waiting(id)).toEqual([]);
  });
});

describe('whatever the code host does, the upload stands', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

  test.each([
    ['403', { kind: 'answer', status: 403 }, { ...NONE, reason: 'no_access' }],
    ['404', { kind: 'answer', status: 404 }, NONE],
    ['10 MB', { kind: 'body', text: JSON.stringify('x'.repeat(10 * 1024 * 1024)) }, { state: 'unverified' }],
    ['no JSON', { kind: 'body', text: '{"attestations":' }, { state: 'unverified', reason: 'unusable' }],
    ['brackets', { kind: 'body', text: `{"attestations":[{"bundle":${deep}}]}` }, { state: 'unverified' }],
  ] as const)('%s', async (_, fault, expected) => {
    world.github.failNext('GET', LIST, fault);
    const id = await uploaded();
    expect(await read(id)).toMatchObject({ state: 'complete', provenance: expected });
    expect(askedOf()).toBe(1);
  });

  test('500, and the queue asks again', async () => {
    await attest();
    world.github.failNext('GET', LIST, { kind: 'answer', status: 500 });
    const id = await uploaded();
    await until('its provenance', () => provenance(id));
    expect(await provenance(id)).toMatchObject({ state: 'verified' });
    expect(askedOf()).toBe(2);
  });

  test('429, and it is asked no sooner than it says', async () => {
    world.github.failNext('GET', LIST, { kind: 'answer', status: 429, headers: { 'retry-after': '900' } });
    const id = await uploaded();
    expect(await read(id)).not.toHaveProperty('provenance');
    expect(await waiting(id)).toEqual([expect.closeTo(900, -2)]);
  });
});

describe('only the queue', () => {
  test.each<Actor>([
    { kind: 'person', id: 'per_1', role: 'admin' },
    { kind: 'operator' },
    { kind: 'capability', id: 'cap_1', projectId: 'prj_1', runId: null, operations: ['artifact:create'], ci: null },
  ])('asks, not a $kind', async (actor) => {
    const id = await uploaded();
    const before = askedOf();
    await expect(askAgain(id, actor)).rejects.toMatchObject({ code: 'forbidden' });
    expect(askedOf()).toBe(before);
  });
});

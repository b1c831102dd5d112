import { randomBytes } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { CiJob } from '../testing/ci-job.ts';
import { contentOf, deletionsDone, openTenant, readAudit, readKept, tasksDone } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { DAY_MS } from './categories.ts';
import { deleteBlob } from './delete-blob.ts';
import { type Swept, sweep } from './sweep.ts';

let world: World;
let ctx: Context;
const START = Date.now();
let skew = 0;
const now = () => new Date(START + skew);
let run = 0;

beforeAll(async () => {
  world = await startWorld({ now });
  ctx = await openTenant(world);
});
afterAll(() => world.stop());
beforeEach(async () => {
  await tasksDone(world);
  // What an earlier test left behind is of no interest to the next.
  skew = 1000 * DAY_MS;
  await sweep({ ctx });
  await deletionsDone(world);
  skew = 0;
});

const NOTHING: Swept = { artifacts: 0, documents: 0, evidence: 0, orphans: 0, credentials: 0, forks: 0 };
const newJob = () => CiJob.start(world, { claims: { run_id: String(++run) } });
const artifactOf = (id: string) =>
  ctx.db.selectFrom('artifacts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const hasKey = async (id: string) => (await readKept(world)).keys.some((path) => path.includes(id));
const reasons = async (object: string) =>
  (await readAudit(ctx)).filter((entry) => entry.object === object && entry.code.endsWith('.forgotten'));

async function plantBlob(ageMs: number): Promise<string> {
  const name = randomBytes(16).toString('hex');
  const keyId = newId('artifact', ctx.tenant.route);
  await ctx.keys.createDataKey(keyId);
  async function* source() {
    yield Buffer.from('left behind');
  }
  await ctx.blobs.write(keyId, name, source());
  const then = new Date(START - ageMs);
  await utimes(join(world.dataFolder, 'blobs', ctx.tenant.container, name), then, then);
  return name;
}
const isThere = async (name: string) => (await readKept(world)).blobs.some((path) => path.endsWith(name));

describe('an artifact', () => {
  test('E1: is refused from its time on, before any sweep', async () => {
    const job = await newJob();
    const id = await job.upload();
    const { expires_at: end } = await artifactOf(id);
    const read = async () => {
      const reader = await newJob();
      return (await reader.request('GET', `/v1/artifacts/${id}`)).status;
    };
    skew = end.getTime() - START - 1;
    expect(await read()).toBe(200);
    skew = end.getTime() - START;
    expect(await read()).toBe(410);
    expect((await artifactOf(id)).state).toBe('complete');
  });

  test('past its time loses blob, key, name and metadata to the sweep, and is told of once', async () => {
    const id = await (await newJob()).upload();
    const { id: contentId, blob_name: blob } = await contentOf(ctx, id);
    skew = 30 * DAY_MS - 1;
    expect((await sweep({ ctx })).artifacts).toBe(0);
    expect(await isThere(blob)).toBe(true);
    skew = 30 * DAY_MS;
    expect(await sweep({ ctx })).toEqual({ ...NOTHING, artifacts: 1 });
    expect(await sweep({ ctx })).toEqual(NOTHING);
    await deletionsDone(world);
    expect(await isThere(blob)).toBe(false);
    expect(await Promise.all([id, contentId].map(hasKey))).toEqual([false, false]);
    expect(await artifactOf(id)).toMatchObject({ state: 'forgotten', content_id: null, sealed_description: null });
    expect(await reasons(id)).toMatchObject([{ outcome: 'allowed', actor: 'worker', detail: { reason: 'retention' } }]);
  });

  test('whose upload was given up is forgotten after a day, with its parts', async () => {
    const job = await newJob();
    const opened = await job.request('POST', '/v1/artifacts', {
      body: { name: 'a.apk', size: 10, sha256: '0'.repeat(64) },
    });
    const { artifactId } = opened.json as { artifactId: string };
    await job.putPart(artifactId, 1, Buffer.alloc(10));
    const before = (await readKept(world)).blobs.length;
    skew = DAY_MS;
    expect((await sweep({ ctx })).artifacts).toBe(0);
    skew = DAY_MS + 1;
    expect((await sweep({ ctx })).artifacts).toBe(1);
    await deletionsDone(world);
    expect((await readKept(world)).blobs.length).toBe(before - 1);
    expect(await hasKey(artifactId)).toBe(false);
    expect((await readKept(world)).rows.upload_parts).toBe(0);
  });

  test('deleted by an admin is gone at once', async () => {
    const job = await newJob();
    const id = await job.upload();
    const link = await world.signInLink('/');
    const origin = { origin: world.backend.url };
    const signedIn = await fetch(link, { method: 'POST', headers: origin, redirect: 'manual' });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const remove = () =>
      fetch(`${world.backend.url}/v1/artifacts/${id}`, { method: 'DELETE', headers: { ...origin, cookie } });
    expect((await remove()).status).toBe(204);
    expect((await job.request('GET', `/v1/artifacts/${id}`)).status).toBe(410);
    expect((await remove()).status).toBe(404);
    await deletionsDone(world);
    expect(await hasKey(id)).toBe(false);
  });
});

describe('E2: sweeping', () => {
  test('four times at once forgets each thing once', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, async () => (await newJob()).upload()));
    skew = 30 * DAY_MS;
    const swept = await Promise.all(Array.from({ length: 4 }, () => sweep({ ctx })));
    expect(swept.reduce((sum, { artifacts }) => sum + artifacts, 0)).toBe(6);
    await deletionsDone(world);
    for (const id of ids) {
      expect(await reasons(id)).toHaveLength(1);
      expect(await hasKey(id)).toBe(false);
    }
    expect((await readKept(world)).blobs).toEqual([]);
  });

  test.each<[string, (name: string, id: string) => Promise<void>]>([
    ['the blob was removed', (name) => ctx.blobs.remove(name)],
    [
      'the blob was removed and the key destroyed',
      async (name, id) => {
        await ctx.blobs.remove(name);
        await ctx.keys.destroyDataKey(id);
      },
    ],
  ])('that was killed once %s is finished by the next try', async (_, half) => {
    const [name, id] = [await plantBlob(0), newId('artifact', ctx.tenant.route)];
    await ctx.keys.createDataKey(id);
    await ctx.db.insertInto('blob_deletions').values({ blob_name: name, key_id: id, requested_at: now() }).execute();
    await half(name, id);
    await Promise.all([1, 2].map(() => deleteBlob({ ctx, input: { blobName: name } })));
    await deleteBlob({ ctx, input: { blobName: name } });
    expect(await isThere(name)).toBe(false);
    expect(await hasKey(id)).toBe(false);
    await deletionsDone(world);
  });

  test('removes blobs that no row tells of, two days old and not before', async () => {
    const [young, old] = [await plantBlob(2 * DAY_MS), await plantBlob(2 * DAY_MS + 1)];
    const kept = await contentOf(ctx, await (await newJob()).upload());
    await utimes(join(world.dataFolder, 'blobs', ctx.tenant.container, kept.blob_name), new Date(0), new Date(0));
    expect(await sweep({ ctx })).toEqual({ ...NOTHING, orphans: 1 });
    expect(await Promise.all([old, young, kept.blob_name].map(isThere))).toEqual([false, true, true]);
  });

  test('is a task’s alone', async () => {
    for (const actor of [{ kind: 'operator' }, { kind: 'person', id: world.tenant.personId, role: 'admin' }] as const) {
      const asked = await openTenant(world, { actor });
      await expect(sweep({ ctx: asked })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(deleteBlob({ ctx: asked, input: { blobName: 'x' } })).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

test('credentials go once they have long ended, and what may go on keeps its owner', async () => {
  const job = await newJob();
  const link = await world.signInLink('/');
  const id = await job.upload();
  skew = 29 * DAY_MS;
  expect((await sweep({ ctx })).credentials).toBe(1);
  const { capability_id: owner } = await artifactOf(id);
  const find = () => ctx.db.selectFrom('capabilities').select('id').where('id', '=', owner).executeTakeFirst();
  expect(await find()).toEqual({ id: owner });
  skew = 31 * DAY_MS;
  expect((await sweep({ ctx })).credentials).toBeGreaterThan(0);
  expect(await find()).toBeUndefined();
  expect((await fetch(link, { method: 'POST', headers: { origin: world.backend.url } })).status).toBe(404);
});

test('a deletion whose task was lost is asked for again', async () => {
  const name = await plantBlob(0);
  await ctx.db.insertInto('blob_deletions').values({ blob_name: name, key_id: null, requested_at: now() }).execute();
  await sweep({ ctx });
  expect(await isThere(name)).toBe(true);
  skew = 2 * 3_600_000;
  await sweep({ ctx });
  await deletionsDone(world);
  expect(await isThere(name)).toBe(false);
});

test('results and evidence are refused from their time on, and swept with their blobs', async () => {
  const job = await newJob();
  const { runId } = await job.startRun();
  await job.finished(runId);
  const documents = await ctx.db.selectFrom('job_documents').selectAll().execute();
  const evidence = await ctx.db.selectFrom('evidence').selectAll().execute();
  expect(documents.length).toBeGreaterThan(0);
  const end = Math.max(...[...documents, ...evidence].map((row) => row.expires_at.getTime()));
  skew = end - START;
  const reader = await newJob();
  const results = await reader.request('GET', `/v1/runs/${runId}/results`);
  expect(results).toMatchObject({ status: 410, json: { code: 'gone' } });
  for (const row of evidence) {
    expect((await reader.request('GET', `/v1/runs/${runId}/evidence/${row.id}`)).status).toBe(410);
  }
  const swept = await sweep({ ctx });
  expect(swept).toMatchObject({ documents: documents.length, evidence: evidence.length });
  expect(await ctx.db.selectFrom('test_results').selectAll().execute()).toEqual([]);
  await deletionsDone(world);
  for (const { blob_name: name } of [...documents, ...evidence]) expect(await isThere(name)).toBe(false);
  expect((await reader.request('GET', `/v1/runs/${runId}`)).status).toBe(200);
});

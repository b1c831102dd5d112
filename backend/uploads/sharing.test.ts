import { createHash, randomBytes } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { Artifact, type OpenedUpload } from '../contract/artifacts.ts';
import type { ArtifactKind } from '../contract/terms.ts';
import { DAY_MS } from '../retention/categories.ts';
import { sweep } from '../retention/sweep.ts';
import { deleteUnlessKept } from '../retention/unless-kept.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob, type JobAnswer } from '../testing/ci-job.ts';
import { contentOf, deletionsDone, openTenant, readAudit, readKept, storedBytes, tasksDone } from '../testing/kept.ts';
import { addProject, addTenant } from '../testing/project.ts';
import { findStrays, NO_STRAYS } from '../testing/strays.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';
import { forgetArtifact } from './forget.ts';

let world: World;
let ctx: Context;
let admin: Context;
let operator: Context;
let bytes: Buffer;
const START = Date.now();
let skew = 0;
const now = () => new Date(START + skew);

beforeAll(async () => {
  world = await startWorld({ now });
  ctx = await openTenant(world);
  operator = await openTenant(world, { actor: { kind: 'operator' } });
  admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
});
afterAll(() => world.stop());
beforeEach(() => {
  skew = 0;
  bytes = apkFile({}, [{ name: 'assets/film', content: randomBytes(100_000), method: 0 }]);
});
afterEach(async () => {
  await tasksDone(world);
  await deletionsDone(world);
  expect(await findStrays(ctx, world.dataFolder)).toEqual(NO_STRAYS);
});

let runs = 800_000;
/** Of a CI run of its own. */
const newJob = (claims: object = {}) => CiJob.start(world, { claims: { run_id: String(++runs), ...claims } });
const digestOf = (file: Buffer) => createHash('sha256').update(file).digest('hex');
const open = (job: CiJob, changes: object = {}, file = bytes) =>
  job.request('POST', '/v1/artifacts', {
    body: { name: 'app.apk', size: file.length, sha256: digestOf(file), ...changes },
  });
const opened = ({ json }: JobAnswer) => json as OpenedUpload;
const complete = (job: CiJob, id: string) => job.request('POST', `/v1/artifacts/${id}/complete`);
const forget = (artifactId: string) => forgetArtifact({ ctx: admin, input: { artifactId } });
/** Uploads without asking first whether the bytes are there: opened before they were. */
async function openWhole(): Promise<{ job: CiJob; id: string }> {
  const job = await newJob();
  const { artifactId: id } = opened(await open(job));
  expect((await job.putPart(id, 1, bytes)).status).toBe(200);
  return { job, id };
}

describe('bytes that the project has', () => {
  test('are complete at once, with kind and metadata, and lie there once', async () => {
    const first = await (await newJob()).upload(bytes);
    await tasksDone(world);
    const before = await readKept(world);
    const job = await newJob();
    const second = opened(await open(job, { name: 'other name.apk' }));
    expect(second).toMatchObject({ state: 'complete' });
    expect(second.artifactId).not.toBe(first);
    const [one, other] = await Promise.all(
      [first, second.artifactId].map(async (id) =>
        Artifact.parse((await job.request('GET', `/v1/artifacts/${id}`)).json),
      ),
    );
    expect(other).toMatchObject({ name: 'other name.apk', kind: 'apk', state: 'complete', metadata: one?.metadata });
    expect(other?.metadata).not.toBeNull();
    const after = await readKept(world);
    expect(after.blobs).toEqual(before.blobs);
    expect(after.keys).toHaveLength(before.keys.length + 1);
    expect(await contentOf(ctx, second.artifactId)).toEqual(await contentOf(ctx, first));
    expect((await readAudit(ctx)).filter(({ object }) => object === second.artifactId)).toMatchObject([
      { code: 'artifact.completed', detail: { size: bytes.length, kind: 'apk', sent: 0 } },
      { code: 'artifact.viewed' },
    ]);
    const { runId } = await job.startRun({ artifacts: [{ artifactId: second.artifactId, role: 'app' }] });
    expect((await job.finished(runId)).state).toBe('finished');
  });

  test('are an earlier artifact for the next upload, as soon as they are complete', async () => {
    await (await newJob()).upload(bytes, 'old name.apk');
    await tasksDone(world);
    const { artifactId } = opened(await open(await newJob(), { name: 'new name.apk' }));
    const next = opened(
      await open(await newJob(), { name: 'new name.apk', sha256: '1'.repeat(64), can: ['whole', 'delta'] }),
    );
    expect(next.prior).toMatchObject({ size: bytes.length });
    const row = ctx.db.selectFrom('artifacts').select('prior_id').where('id', '=', next.artifactId);
    expect(await row.executeTakeFirst()).toEqual({ prior_id: artifactId });
  });

  test.each<[string, ArtifactKind | undefined, object, string]>([
    ['an app for an app', undefined, {}, 'complete'],
    ['an app that is announced as one', undefined, { kind: 'apk' }, 'complete'],
    ['no test APK for an app', 'test_apk', {}, 'uploading'],
    ['no app for a test APK', 'apk', { kind: 'test_apk' }, 'uploading'],
    ['a test APK for one', 'test_apk', { kind: 'test_apk' }, 'complete'],
  ])('are of one kind: %s', async (_, kind, asked, state) => {
    // It instruments itself, and may be either.
    const own = apkFile(
      { instrumentation: { runner: 'a.Runner', target: 'com.example.app' }, package: 'com.example.app' },
      [{ name: 'assets/film', content: randomBytes(1000), method: 0 }],
    );
    await (await newJob()).upload(own, 'app.apk', kind);
    expect(opened(await open(await newJob(), asked, own)).state).toBe(state);
  });

  test('cost the job one of its artifacts and none of its bytes', async () => {
    await (await newJob()).upload(bytes);
    const policy = { events: ['merge_group'], maxBytes: 10, maxArtifacts: 2 };
    await createTrustPolicy({ ctx: operator, input: { projectId: world.tenant.projectId, policy } });
    const small = await newJob({ event_name: 'merge_group' });
    expect(opened(await open(small)).state).toBe('complete');
    expect(opened(await open(small)).state).toBe('complete');
    expect(await open(small)).toMatchObject({ status: 429, json: { code: 'quota_exceeded' } });
  });

  test('of another size are others', async () => {
    await (await newJob()).upload(bytes);
    expect(opened(await open(await newJob(), { size: bytes.length - 1 })).state).toBe('uploading');
  });
});

describe('bytes that this job may not read are sent, as if they were not there:', () => {
  test('those of another project, and of another tenant', async () => {
    await (await newJob()).upload(bytes);
    const { id: repositoryId } = world.github.otherRepository;
    const { projectId } = await addProject(world, world.github.otherRepository);
    await createTrustPolicy({ ctx: operator, input: { projectId, policy: {} } });
    const neighbour = await newJob({ repository_id: repositoryId });
    const theirs = opened(await open(neighbour));
    expect(theirs.state).toBe('uploading');
    // Their own copy, under a key of its own.
    await neighbour.putPart(theirs.artifactId, 1, bytes);
    expect((await complete(neighbour, theirs.artifactId)).status).toBe(200);
    const all = await ctx.db.selectFrom('contents').select('project_id').where('sha256', '=', shaOf(bytes)).execute();
    expect(all.map((row) => row.project_id).sort()).toEqual([projectId, world.tenant.projectId].sort());

    const other = { ownerId: '77001', repositoryId: '77002' };
    await addTenant(world, { id: other.repositoryId, ownerId: other.ownerId, fullName: 'other/app' });
    const foreign = await newJob({ repository_id: other.repositoryId, repository_owner_id: other.ownerId });
    expect(opened(await open(foreign)).state).toBe('uploading');
  });

  test('any, where its token may not read artifacts', async () => {
    await (await newJob()).upload(bytes);
    const job = await newJob();
    await ctx.db
      .updateTable('capabilities')
      .set({ operations: ['artifact:create'] })
      .where('ci_run_id', '=', String(runs))
      .execute();
    expect(opened(await open(job)).state).toBe('uploading');
  });

  test('those of artifacts past their time, and of uploads that are not complete', async () => {
    await openWhole();
    expect(opened(await open(await newJob())).state).toBe('uploading');
    await (await newJob()).upload(bytes);
    skew = 30 * DAY_MS;
    expect(opened(await open(await newJob())).state).toBe('uploading');
  });

  test('those from before bytes were shared, which are forgotten with their one artifact', async () => {
    const id = await (await newJob()).upload(bytes);
    await ctx.db.updateTable('contents').set({ sha256: null }).where('sha256', '=', shaOf(bytes)).execute();
    expect(opened(await open(await newJob())).state).toBe('uploading');
    await forget(id);
  });
});

const shaOf = (file: Buffer) => createHash('sha256').update(file).digest();

describe('forgetting', () => {
  test('one of two leaves the other readable; the last takes blob and key along', async () => {
    const first = await (await newJob()).upload(bytes);
    const second = opened(await open(await newJob())).artifactId;
    const { id: contentId } = await contentOf(ctx, first);
    await forget(first);
    await tasksDone(world);
    await deletionsDone(world);
    expect((await storedBytes(ctx, second)).equals(bytes)).toBe(true);
    const hasKey = async (id: string) => (await readKept(world)).keys.some((path) => path.includes(id));
    expect(await Promise.all([first, second, contentId].map(hasKey))).toEqual([false, true, true]);
    await forget(second);
    await deletionsDone(world);
    expect(await Promise.all([second, contentId].map(hasKey))).toEqual([false, false]);
    await expect(ctx.keys.seal(contentId, 'anything', 'x')).rejects.toMatchObject({ name: 'KeyDestroyed' });
    expect(opened(await open(await newJob())).state).toBe('uploading');
  });

  test('both at once takes blob and key along', async () => {
    const first = await (await newJob()).upload(bytes);
    const second = opened(await open(await newJob())).artifactId;
    const { blob_name } = await contentOf(ctx, first);
    await Promise.all([first, second].map(forget));
    await deletionsDone(world);
    expect((await readKept(world)).blobs.filter((path) => path.endsWith(blob_name))).toEqual([]);
  });

  test('the last while others open the same bytes leaves no artifact without bytes', async () => {
    for (let round = 0; round < 12; round += 1) {
      const id = await (await newJob()).upload(bytes);
      const jobs = await Promise.all([newJob(), newJob()]);
      const [, ...answers] = await Promise.all([forget(id), ...jobs.map((job) => open(job))]);
      await deletionsDone(world);
      for (const answer of answers) {
        expect(answer.status).toBe(201);
        const { artifactId, state } = opened(answer);
        if (state === 'complete') expect((await storedBytes(ctx, artifactId)).equals(bytes)).toBe(true);
        await forget(artifactId);
      }
    }
  });

  test('by the sweep takes one and leaves what is another’s, however old', async () => {
    const first = await (await newJob()).upload(bytes);
    skew = 5 * DAY_MS;
    const second = opened(await open(await newJob())).artifactId;
    const { blob_name } = await contentOf(ctx, second);
    await utimes(join(world.dataFolder, 'blobs', ctx.tenant.container, blob_name), new Date(0), new Date(0));
    skew = 30 * DAY_MS;
    await sweep({ ctx });
    await deletionsDone(world);
    const row = ctx.db.selectFrom('artifacts').select('state').where('id', '=', first);
    expect(await row.executeTakeFirst()).toEqual({ state: 'forgotten' });
    expect((await storedBytes(ctx, second)).equals(bytes)).toBe(true);
  });
});

describe('two uploads of the same bytes at once', () => {
  test('both complete, and one blob stays', async () => {
    const uploads = await Promise.all([openWhole(), openWhole(), openWhole()]);
    const before = await readKept(world);
    const answers = await Promise.all(uploads.map(({ job, id }) => complete(job, id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await tasksDone(world);
    await deletionsDone(world);
    const after = await readKept(world);
    const contents = await Promise.all(uploads.map(({ id }) => contentOf(ctx, id)));
    expect(new Set(contents.map(({ id }) => id)).size).toBe(1);
    expect(after.rows.contents).toBe((before.rows.contents ?? 0) + 1);
    for (const { id } of uploads) expect((await storedBytes(ctx, id)).equals(bytes)).toBe(true);
  });

  test('one upload that is completed twice at once is complete once', async () => {
    const { job, id } = await openWhole();
    const answers = await Promise.all([complete(job, id), complete(job, id), complete(job, id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await storedBytes(ctx, id)).equals(bytes)).toBe(true);
  });
});

test('C3: a key and a blob whose row never came are deleted by the sweep, and not while they are being made', async () => {
  const [contentId, blobName] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  await deleteUnlessKept(ctx, blobName, contentId);
  await ctx.keys.createDataKey(contentId);
  async function* source() {
    yield bytes;
  }
  await ctx.blobs.write(contentId, blobName, source());
  skew = DAY_MS;
  await sweep({ ctx });
  await tasksDone(world);
  expect((await readKept(world)).blobs.some((path) => path.endsWith(blobName))).toBe(true);
  skew = DAY_MS + 2 * 3_600_000;
  await sweep({ ctx });
  await deletionsDone(world);
  expect((await readKept(world)).blobs.some((path) => path.endsWith(blobName))).toBe(false);
});

import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { hostileZips } from '../testing/apks/hostile-zips.ts';
import { CiJob } from '../testing/ci-job.ts';
import { deletionsDone, openTenant, readAudit, readKept } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';

let world: World;
let job: CiJob;
beforeAll(async () => {
  world = await startWorld();
  job = await CiJob.start(world);
});
afterAll(() => world.stop());

async function opened(bytes: Uint8Array, changes: object): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const body = { name: 'app.apk', size: bytes.length, sha256, ...changes };
  return ((await job.request('POST', '/v1/artifacts', { body })).json as { artifactId: string }).artifactId;
}

describe('what arrived is no usable build', () => {
  /** Uploads bytes that must be refused at the end, and expects that nothing of them stays. */
  async function expectForgotten(bytes: Buffer, changes: object, problem: Record<string, unknown>): Promise<void> {
    const before = await readKept(world);
    const id = await opened(bytes, changes);
    for (let number = 1, at = 0; at < bytes.length; number += 1, at += MAX_PART_SIZE) {
      expect((await job.putPart(id, number, bytes.subarray(at, at + MAX_PART_SIZE))).status).toBe(200);
    }
    const answer = await job.request('POST', `/v1/artifacts/${id}/complete`);
    expect(answer).toMatchObject({ status: 422, json: problem });
    expect((answer.json as { detail: string }).detail).toMatch(/\.$/);
    await deletionsDone(world);
    const after = await readKept(world);
    // The row stays, as proof that it was forgotten; it holds neither a name nor a blob.
    expect(after).toEqual({ ...before, rows: { ...before.rows, artifacts: (before.rows.artifacts ?? 0) + 1 } });
    const ctx = await openTenant(world);
    const row = await ctx.db.selectFrom('artifacts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'forgotten', sealed_description: null, content_id: null });
    const entries = (await readAudit(ctx)).filter((entry) => entry.object === id);
    expect(entries.map(({ code, detail }) => ({ code, reason: detail.reason }))).toEqual([
      { code: 'artifact.opened', reason: undefined },
      { code: 'artifact.forgotten', reason: problem.code },
    ]);
    for (const [method, path] of [
      ['POST', '/complete'],
      ['GET', '/parts'],
    ] as const) {
      await expect(job.request(method, `/v1/artifacts/${id}${path}`)).resolves.toMatchObject({ status: 404 });
    }
    await expect(job.request('GET', `/v1/artifacts/${id}`)).resolves.toMatchObject({ status: 410 });
  }

  const small = apkFile();
  test.each<[string, Buffer, object, Record<string, unknown>]>([
    [
      'whole bytes with another digest',
      small,
      { sha256: '0'.repeat(64) },
      { code: 'digest_mismatch', field: 'sha256' },
    ],
    ['a text file with the name of an APK', Buffer.from('no zip at all'), {}, { code: 'invalid_artifact' }],
    ['an APK that was cut off', small.subarray(0, -30), {}, { code: 'invalid_artifact' }],
    ['an APK sent as an IPA', small, { kind: 'ipa' }, { code: 'invalid_artifact', field: 'kind' }],
    ...hostileZips()
      .filter(([what]) => /600 MB|two manifests|climbs|overlap/.test(what))
      .map(([what, bytes]): [string, Buffer, object, Record<string, unknown>] => [
        what,
        bytes,
        {},
        { code: 'invalid_artifact' },
      ]),
  ])('C2, C5: %s is refused and forgotten', async (_, bytes, changes, problem) => {
    await expectForgotten(bytes, changes, problem);
  });
});

describe('A23: a policy that allows one artifact of 1000 bytes', () => {
  let small: CiJob;
  let ciRun = 500_000;
  beforeAll(async () => {
    const ctx = await openTenant(world, { actor: { kind: 'operator' } });
    const policy = { events: ['merge_group'], maxBytes: 1000, maxArtifacts: 1 };
    await createTrustPolicy({ ctx, input: { projectId: world.tenant.projectId, policy } });
  });
  beforeEach(async () => {
    small = await CiJob.start(world, { claims: { event_name: 'merge_group', run_id: String(++ciRun) } });
  });
  /** Each of another file: the same one would be the same upload. */
  const openSmall = (size: number) =>
    small.request('POST', '/v1/artifacts', {
      body: { name: 'a.apk', size, sha256: randomBytes(32).toString('hex') },
    });
  async function expectExceeded(size: number): Promise<void> {
    const before = await readKept(world);
    const exceeded = { code: 'quota_exceeded', field: 'size' };
    await expect(openSmall(size)).resolves.toMatchObject({ status: 429, json: exceeded });
    expect(await readKept(world)).toEqual(before);
  }

  test('refuses one byte more', async () => {
    await expectExceeded(1001);
    expect((await openSmall(1000)).status).toBe(201);
  });

  test('counts over all identity tokens that the job has exchanged', async () => {
    expect((await openSmall(600)).status).toBe(201);
    small = await CiJob.start(world, { claims: { event_name: 'merge_group', run_id: String(ciRun) } });
    await expectExceeded(300);
    const next = { event_name: 'merge_group', run_id: String(ciRun), run_attempt: '2' };
    small = await CiJob.start(world, { claims: next });
    expect((await openSmall(300)).status).toBe(201);
  });

  test('refuses the second', async () => {
    expect((await openSmall(1)).status).toBe(201);
    await expectExceeded(1);
  });

  test('lets exactly one of ten at once through, and nothing stays of the others', async () => {
    const before = await readKept(world);
    const answers = await Promise.all(Array.from({ length: 10 }, () => openSmall(1)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(9).fill(429)]);
    const after = await readKept(world);
    expect(after.rows.artifacts).toBe((before.rows.artifacts ?? 0) + 1);
    expect(after.keys.length).toBe(before.keys.length + 1);
  });
});

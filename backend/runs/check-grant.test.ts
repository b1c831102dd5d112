import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StartRunInput } from '../contract/runs.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { deletionsDone, openTenant, readAudit, readKept } from '../testing/kept.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';
import { revokeTrustPolicy } from '../tokens/revoke-trust-policy.ts';

let world: FarmWorld;
let ciRun = 600_000;
beforeAll(async () => {
  world = await startFarmWorld();
  await world.addFarm('other', 'idempotent');
});
afterAll(() => world.stop());
beforeEach(() => {
  world.farm.setPlan(quickPlan());
});

/** CI jobs under a policy of their own, which ends with the test. */
async function under<T>(policy: object, work: (newJob: () => Promise<CiJob>) => Promise<T>): Promise<T> {
  const ctx = await world.tenantContext();
  const { projectId } = world.tenant;
  const input = await createTrustPolicy({ ctx, input: { projectId, policy: { events: ['merge_group'], ...policy } } });
  try {
    return await work(() => {
      ciRun += 1;
      return CiJob.start(world, { claims: { event_name: 'merge_group', run_id: String(ciRun) } });
    });
  } finally {
    await revokeTrustPolicy({ ctx, input });
  }
}

const start = async (job: CiJob, changes: Partial<StartRunInput>) =>
  job.request('POST', '/v1/runs', { body: await job.runRequest(changes) });

describe('a run is refused, and leaves nothing,', () => {
  test.each<[string, object, Partial<StartRunInput>, { field: string; detail: RegExp }]>([
    [
      'on another farm',
      { farms: ['fake'] },
      { farms: ['other'] },
      { field: 'farm', detail: /"other".* farms of tru_/ },
    ],
    ['on one of two farms', { farms: ['fake'] }, { farms: ['fake', 'other'] }, { field: 'farm', detail: /"other"/ }],
    ['on the default farm', { farms: ['other'] }, {}, { field: 'farm', detail: /"fake"/ }],
    [
      'on another device',
      { devices: ['Pixel * @ 34'] },
      { devices: ['Pixel 8 @ 34', 'Galaxy S23 @ 34'] },
      { field: 'devices', detail: /"Galaxy S23 \(34\)".* devices of tru_/ },
    ],
    [
      'on another version',
      { devices: ['Pixel * @ 34'] },
      { devices: ['Pixel 8 @ 33'] },
      { field: 'devices', detail: /33/ },
    ],
    [
      'on no version',
      { devices: ['Pixel 8 @ *'] },
      { devices: ['Pixel 8'] },
      { field: 'devices', detail: /"Pixel 8"/ },
    ],
    [
      'for more minutes',
      { maxMinutes: 20 },
      { timeout: 11, devices: ['Pixel 8 @ 34', 'Pixel 7 @ 34'] },
      { field: 'timeout', detail: /22 device minutes \(2 jobs of 11\), only 20.* maxMinutes of tru_/ },
    ],
  ])('%s than its policy grants', async (_, policy, changes, { field, detail }) => {
    await under(policy, async (newJob) => {
      const job = await newJob();
      const request = await job.runRequest(changes);
      await deletionsDone(world);
      const before = await readKept(world);
      const answer = await job.request('POST', '/v1/runs', { body: request });
      expect(answer).toMatchObject({ status: 403, json: { code: 'not_granted', field } });
      expect((answer.json as { detail: string }).detail).toMatch(detail);
      expect(await readKept(world)).toEqual(before);
    });
  });
});

test('a run that its policy grants starts', async () => {
  const policy = { farms: ['fake'], devices: ['Pixel * @ 34', 'Galaxy *'], maxMinutes: 30 };
  await under(policy, async (newJob) => {
    const devices = ['Pixel 8 @ 34, landscape', 'Galaxy S23 @ 33', 'Galaxy S24'];
    expect((await start(await newJob(), { devices, timeout: 10 })).status).toBe(201);
  });
});

describe('runs at once', () => {
  test('are as many as the policy allows, however many ask at the same moment', async () => {
    world.farm.setPlan(quickPlan({ runMs: 3_600_000 }));
    await under({ maxConcurrentRuns: 2 }, async (newJob) => {
      const jobs = await Promise.all([1, 2, 3, 4, 5].map(newJob));
      const requests = await Promise.all(jobs.map((job) => job.runRequest()));
      await deletionsDone(world);
      const before = await readKept(world);
      const answers = await Promise.all(
        jobs.map((job, index) => job.request('POST', '/v1/runs', { body: requests[index] })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429]);
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.json).toMatchObject({
        code: 'quota_exceeded',
        detail: expect.stringContaining('maxConcurrentRuns'),
      });
      const after = await readKept(world);
      expect(after.rows.runs).toBe((before.rows.runs ?? 0) + 2);
      expect(after.keys.length).toBe(before.keys.length + 2);

      const first = answers.findIndex(({ status }) => status === 201);
      const job = jobs[first]!;
      const { runId } = answers[first]!.json as { runId: string };
      const again = await job.request('POST', '/v1/runs', { body: requests[first] });
      expect(again).toMatchObject({ status: 201, json: { runId } });
      await job.cancelRun(runId);
      await job.finished(runId);
      expect((await start(await newJob(), {})).status).toBe(201);
    });
  });
});

describe('pain 7: minutes of 24 hours', () => {
  test('count a run that is not over with all that it may take, and one that is over with what it took', async () => {
    world.farm.setPlan(quickPlan({ runMs: 3_600_000 }));
    await under({ maxMinutesPerDay: 30 }, async (newJob) => {
      const job = await newJob();
      const { runId } = await job.startRun({ timeout: 20 });
      const refused = await start(await newJob(), { timeout: 11 });
      expect(refused).toMatchObject({ status: 429, json: { code: 'quota_exceeded', field: 'timeout' } });
      expect((refused.json as { detail: string }).detail).toMatch(/11 device minutes; of the 30 .* 20 are taken/);
      await job.cancelRun(runId);
      await job.finished(runId);
      expect((await start(await newJob(), { timeout: 28 })).status).toBe(201);
    });
  });
});

test('under audit mode a run starts in spite of its grant, and the log tells why it would not', async () => {
  const policy = { mode: 'audit', farms: ['other'], maxConcurrentRuns: 1, maxMinutesPerDay: 1 };
  await under(policy, async (newJob) => {
    expect((await start(await newJob(), { timeout: 10 })).status).toBe(201);
    const told = (await readAudit(await openTenant(world))).filter(({ code }) => code === 'trust.would_refuse');
    expect(told.slice(-2).map(({ detail }) => detail)).toEqual([
      { reason: 'not_granted', input: 'farm' },
      { reason: 'quota_exceeded', input: 'timeout' },
    ]);
  });
});

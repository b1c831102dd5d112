import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import type { Limits } from '../contract/limits.ts';
import type { StartRunInput } from '../contract/runs.ts';
import type { FakeFarm } from '../farms/fake/service.ts';
import { setLimits } from '../tenants/set-limits.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { openTenant } from '../testing/kept.ts';
import { addProject } from '../testing/project.ts';
import { until } from '../testing/until.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';

const HOUR_MS = 3_600_000;
let world: FarmWorld;
let admin: Context;
let neighbour: { projectId: string; repositoryId: string };
beforeAll(async () => {
  world = await startFarmWorld();
  admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
  const { id: repositoryId } = world.github.otherRepository;
  const { projectId } = await addProject(world, world.github.otherRepository);
  await createTrustPolicy({
    ctx: await world.tenantContext(),
    input: { projectId, policy: { events: ['pull_request'] } },
  });
  neighbour = { projectId, repositoryId };
});
afterAll(() => world.stop());

let count = 0;
let farm: FakeFarm;
let other: FakeFarm;
beforeEach(async () => {
  count += 1;
  await admin.db.deleteFrom('limits').execute();
  [farm, other] = [await world.addFarm(`farm ${count}`, 'lookup'), await world.addFarm(`other ${count}`, 'lookup')];
  for (const each of [farm, other]) each.setPlan(quickPlan({ runMs: HOUR_MS }));
});

const limit = (of: 'tenant' | 'project', limits: Partial<Limits>) =>
  setLimits({
    ctx: admin,
    input: of === 'tenant' ? { tenant: limits } : { projects: { [world.tenant.projectId]: limits } },
  });
async function submit(changes: Partial<StartRunInput>, claims: object = {}) {
  count += 1;
  const job = await CiJob.start(world, { claims: { run_id: String(80_000 + count), ...claims } });
  const body = await job.runRequest({ name: `run ${count}`, ...changes });
  return { job, answer: await job.request('POST', '/v1/runs', { body }) };
}
const theirs = () => ({ repository_id: neighbour.repositoryId });
const live = () => farm.liveRuns() + other.liveRuns();

test.each(['tenant', 'project'] as const)(
  'a %s has so many jobs on devices at once, on all farms',
  async (of) => {
    await limit(of, { jobsAtOnce: 3 });
    const farms = [`farm ${count}`, `other ${count}`];
    const { job, answer } = await submit({ farms, devices: ['Pixel 8', 'Galaxy S23'], shards: 2 });
    const { runId } = answer.json as { runId: string };
    await until('three begun', () => live() === 3);
    await sleep(1_000);
    expect(live()).toBe(3);
    // The others get their turn as these end.
    for (const each of [farm, other]) each.setPlan(quickPlan());
    farm.advance(HOUR_MS);
    other.advance(HOUR_MS);
    world.turnClock(60_000);
    const run = await job.finished(runId, 60_000);
    expect(run).toMatchObject({ verdict: 'passed' });
    expect(farm.starts() + other.starts()).toBe(8);
  },
  90_000,
);

test('a project that is at its limit does not hold back another', async () => {
  await limit('project', { jobsAtOnce: 1 });
  const farms = [`farm ${count}`];
  await submit({ farms, shards: 4 });
  await until('one begun', () => farm.liveRuns() === 1);
  const { answer } = await submit({ farms, shards: 2 }, theirs());
  expect(answer.status).toBe(201);
  await until('the neighbour’s begun', () => farm.liveRuns() === 3);
}, 30_000);

test('pain 7: a run that may take more minutes than are left is refused, and leaves nothing', async () => {
  await limit('tenant', { minutesPerDay: 100 });
  // What earlier tests took counts for its day.
  world.turnClock(48 * HOUR_MS);
  const farms = [`farm ${count}`];
  const first = await submit({ farms, timeout: 60 });
  expect(first.answer.status).toBe(201);
  const second = await submit({ farms, timeout: 31, devices: ['Pixel 8', 'Galaxy S23'] });
  expect(second.answer).toMatchObject({ status: 429, json: { code: 'quota_exceeded', field: 'timeout' } });
  const { detail } = second.answer.json as { detail: string };
  expect(detail).toContain('62 device minutes; of the 100 that this tenant has in 24 hours 60 are taken');
  const runs = await admin.db
    .selectFrom('runs')
    .select('id')
    .where('timeout_ms', '=', 31 * 60_000)
    .execute();
  expect(runs).toEqual([]);
  // With less it fits.
  expect((await submit({ farms, timeout: 40 })).answer.status).toBe(201);
}, 30_000);

test('of two that ask at once for the last minutes one is refused', async () => {
  world.turnClock(48 * HOUR_MS);
  await limit('project', { minutesPerDay: 70 });
  const farms = [`farm ${count}`];
  const answers = await Promise.all(Array.from({ length: 4 }, () => submit({ farms, timeout: 60 })));
  expect(answers.map(({ answer }) => answer.status).sort()).toEqual([201, 429, 429, 429]);
  // A neighbour has its own.
  expect((await submit({ farms, timeout: 60 }, theirs())).answer.status).toBe(201);
}, 30_000);

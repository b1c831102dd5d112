import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { FakeFarm } from '../farms/fake/service.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { openTenant } from '../testing/kept.ts';
import { until } from '../testing/until.ts';
import { work } from '../worker/work.ts';

const HOUR_MS = 3_600_000;
let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

let farm: FakeFarm;
let name = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  name = `farm ${count}`;
  farm = await world.addFarm(name, 'lookup');
});

async function start(options: object = {}) {
  count += 1;
  const job = await CiJob.start(world, { claims: { run_id: String(9_000 + count) } });
  const { runId } = await job.startRun({ name: `run ${count}`, farms: [name], ...options });
  return { job, runId };
}

const isEmpty = () => farm.kept().uploads === 0 && farm.kept().runs === 0;
const rows = async () => {
  const { db } = await openTenant(world);
  return db.selectFrom('farm_uploads').selectAll().execute();
};

test('all jobs of a run share one upload, which is forgotten with the last of them', async () => {
  const { job, runId } = await start({ devices: ['Pixel 8', 'Galaxy S23'], shards: 2 });
  const run = await job.finished(runId);
  expect(run).toMatchObject({ verdict: 'passed' });
  expect(run.jobs).toHaveLength(4);
  expect(farm.starts()).toBe(4);
  expect(farm.arrivals()).toBe(1);
  await until('everything forgotten', isEmpty);
  await until('no row', async () => (await rows()).length === 0);
}, 30_000);

test('runs at the same time share it, and the first to end does not take it from the second', async () => {
  farm.setPlan(quickPlan({ runMs: HOUR_MS }));
  const long = await start();
  await long.job.until(long.runId, (run) => run.state === 'running');
  farm.setPlan(quickPlan());
  const quick = await start();
  await quick.job.finished(quick.runId);
  await quick.job.until(quick.runId, (run) => run.jobs.every((of) => of.farmForgot === 'done'));
  expect(farm.arrivals()).toBe(1);
  expect(farm.kept()).toEqual({ uploads: 1, runs: 1 });
  farm.advance(HOUR_MS);
  await long.job.finished(long.runId);
  await until('everything forgotten', isEmpty);
}, 60_000);

test('a later run gives the file again, for nothing of the earlier one is left', async () => {
  for (const arrivals of [1, 2]) {
    const { job, runId } = await start();
    await job.finished(runId);
    expect(farm.arrivals()).toBe(arrivals);
    await until('everything forgotten', isEmpty);
  }
}, 30_000);

test('one that the farm will soon delete by itself is given anew, and both are forgotten', async () => {
  farm.setPlan(quickPlan({ runMs: HOUR_MS }));
  const first = await start();
  await first.job.until(first.runId, (run) => run.state === 'running');
  const { db } = await openTenant(world);
  const [row] = await rows();
  const soon = new Date(world.now().getTime() + 23 * HOUR_MS);
  await db.updateTable('farm_uploads').set({ expires_at: soon }).where('id', '=', row!.id).execute();
  const second = await start();
  await second.job.until(second.runId, (run) => run.state === 'running');
  expect(farm.arrivals()).toBe(2);
  expect(farm.kept()).toEqual({ uploads: 2, runs: 2 });
  farm.advance(HOUR_MS);
  await first.job.finished(first.runId);
  await second.job.finished(second.runId);
  await until('everything forgotten', isEmpty);
}, 60_000);

test('an upload whose answer is lost is written over, whoever tries next, and none is left', async () => {
  farm.faults.queue('upload', { kind: 'cut', when: 'after' }, { kind: 'status', status: 503 });
  const { job, runId } = await start({ devices: ['Pixel 8', 'Galaxy S23'] });
  expect(await job.finished(runId)).toMatchObject({ verdict: 'passed' });
  expect(farm.faults.left()).toBe(0);
  expect(farm.arrivals()).toBe(2);
  expect(farm.starts()).toBe(2);
  await until('everything forgotten', isEmpty);
}, 30_000);

test('a run that ends while its file is on its way starts nothing, and leaves no file', async () => {
  farm.faults.queue('upload', { kind: 'silent', when: 'after' });
  const { job, runId } = await start();
  await until('the file has arrived', () => farm.arrivals() === 1);
  await work(world.backend.contexts.system('deadline'), {
    tenantId: world.tenant.tenantId,
    task: 'runs.expire',
    payload: { runId },
  });
  expect(await job.finished(runId)).toMatchObject({ verdict: 'timed_out' });
  await job.until(runId, (run) => run.jobs.every((of) => of.farmForgot === 'done'));
  expect(farm.kept()).toEqual({ uploads: 0, runs: 0 });
  expect(farm.starts()).toBe(0);
  expect(await rows()).toEqual([]);
}, 30_000);

test('a file that is being given is not given twice: the others wait, and a cancelled one is not started', async () => {
  farm.faults.queue('upload', { kind: 'silent', when: 'after' });
  const first = await start();
  await until('the file has arrived', () => farm.arrivals() === 1);
  const second = await start();
  await second.job.until(second.runId, (run) => run.jobs[0]?.state === 'starting');
  await first.job.request('POST', `/v1/runs/${first.runId}/cancel`, { body: {} });
  expect(await first.job.finished(first.runId)).toMatchObject({ verdict: 'cancelled' });
  expect(await second.job.finished(second.runId)).toMatchObject({ verdict: 'passed' });
  expect(farm.starts()).toBe(1);
  await until('everything forgotten', isEmpty);
}, 30_000);

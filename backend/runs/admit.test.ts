import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import type { FakeFarm } from '../farms/fake/service.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { until } from '../testing/until.ts';
import { takeCalls, wantAccount } from './account.ts';

let world: FarmWorld;
let ctx: Context;
/** An account with room for two jobs. */
let narrow: FakeFarm;
let ciRun = 400;
beforeAll(async () => {
  world = await startFarmWorld();
  ctx = await world.tenantContext();
  narrow = await world.addFarm('narrow', 'idempotent', { parallelJobs: 2 });
});
afterAll(() => world.stop());

async function start(options: object = {}) {
  ciRun += 1;
  const job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  const { runId } = await job.startRun({ name: `suite ${ciRun}`, farms: ['narrow'], ...options });
  return { job, runId };
}
const devices = (count: number) => Array.from({ length: count }, (_, index) => `Pixel ${index + 1} @ 34`);

describe('a farm account', () => {
  test('pain 33: takes no more jobs at once than it has room for, and all in their turn', async () => {
    narrow.setPlan(quickPlan({ runMs: 3_600_000 }));
    const { job, runId } = await start({ devices: devices(5) });
    await until('two on devices', () => narrow.liveRuns() === 2);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, narrow.liveRuns());
    }, 5);
    const states = (await job.readRun(runId)).jobs.map(({ state }) => state);
    expect(states.filter((state) => state === 'planned')).toHaveLength(3);
    narrow.setPlan(quickPlan());
    narrow.advance(3_600_000);
    const run = await job.finished(runId, 40_000);
    clearInterval(watch);
    expect(run).toMatchObject({ verdict: 'passed' });
    expect(narrow.starts()).toBe(5);
    expect(most).toBeLessThanOrEqual(2);
  });

  test('jobs that wait for a place are cancelled without a start', async () => {
    const before = narrow.starts();
    narrow.setPlan(quickPlan({ runMs: 3_600_000 }));
    const { job, runId } = await start({ devices: devices(4) });
    await until('two on devices', () => narrow.liveRuns() === 2);
    await job.cancelRun(runId);
    expect(await job.finished(runId)).toMatchObject({ verdict: 'cancelled' });
    expect(narrow.starts()).toBe(before + 2);
    expect(narrow.liveRuns()).toBe(0);
  });

  test('pain 14: a job that waits longer than its run allows is timed out, and says for what it waited', async () => {
    narrow.setPlan(quickPlan({ runMs: 30 * 3_600_000 }));
    const first = await start({ devices: devices(2), timeout: 1440, queueTimeout: 1440 });
    await until('two on devices', () => narrow.liveRuns() === 2);
    const { job, runId } = await start({ queueTimeout: 5 });
    await job.until(runId, ({ state }) => state === 'queued');
    world.turnClock(6 * 60_000);
    const connections = await ctx.db.selectFrom('connections').select('id').where('kind', '=', 'fake').execute();
    for (const { id: connectionId } of connections) {
      await ctx.write((write) => wantAccount(ctx, write, 'admit_at', connectionId, ctx.now()));
    }
    const run = await job.finished(runId);
    expect(run).toMatchObject({
      verdict: 'timed_out',
      jobs: [{ reason: 'No device of the farm account became free within 5 minutes.' }],
    });
    await first.job.cancelRun(first.runId);
    await first.job.finished(first.runId);
  });
});

describe('calls of a farm account', () => {
  const rate = { callsPerSecond: 10, burst: 5 };
  const connectionId = async () =>
    (await ctx.db.selectFrom('connections').select('id').where('kind', '=', 'inspection').executeTakeFirstOrThrow()).id;

  test('pains 28 and 31: are a burst and then the rate, whoever makes them', async () => {
    const id = await connectionId();
    let at = new Date('2030-01-01T00:00:00Z').getTime();
    const clocked: Context = { ...ctx, now: () => new Date(at) };
    const took = await Promise.all(Array.from({ length: 4 }, () => takeCalls(clocked, id, rate, 2)));
    expect(took.reduce((sum, { granted }) => sum + granted, 0)).toBe(5);
    const { granted, waitMs } = await takeCalls(clocked, id, rate, 3);
    expect({ granted, waitMs }).toEqual({ granted: 0, waitMs: 100 });
    at += waitMs;
    expect((await takeCalls(clocked, id, rate, 3)).granted).toBe(1);
    at += 10_000;
    expect((await takeCalls(clocked, id, rate, 100)).granted).toBe(5);
  });
});

test('pain 2: a run whose step is lost is cancelled where its project wants it, and only there', async () => {
  const admin = { ...ctx, actor: { kind: 'operator' as const } };
  const { setProjectOptions } = await import('../tenants/set-project-options.ts');
  const projectId = world.tenant.projectId;
  world.farm.setPlan(quickPlan({ runMs: 90 * 60_000 }));
  const goesOn = await start({ farms: [], timeout: 1440 });
  await setProjectOptions({ ctx: admin, input: { projectId, cancelSuperseded: false, onJobLost: 'cancel' } });
  const lost = await start({ farms: [], timeout: 1440 });
  await until('two on devices', () => world.farm.liveRuns() === 2);
  world.turnClock(3 * 60_000);
  await ctx.write(({ enqueue }) => enqueue('runs.check-followed', { runId: lost.runId }));
  await ctx.write(({ enqueue }) => enqueue('runs.check-followed', { runId: goesOn.runId }));
  expect(await lost.job.finished(lost.runId)).toMatchObject({ verdict: 'cancelled' });
  expect((await goesOn.job.readRun(goesOn.runId)).state).toBe('running');
  await goesOn.job.cancelRun(goesOn.runId);
  await goesOn.job.finished(goesOn.runId);
});

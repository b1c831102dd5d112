import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FakeFarm } from '../farms/fake/service.ts';
import type { Fault } from '../farms/testing/faults.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { until } from '../testing/until.ts';
import { work } from '../worker/work.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

/** What the queue does when the run's deadline is reached. */
async function reachDeadline(runId: string): Promise<void> {
  const { backend, tenant } = world;
  await work(backend.contexts.system('deadline'), {
    tenantId: tenant.tenantId,
    task: 'runs.expire',
    payload: { runId },
  });
}

async function start(name: string, ciRun: string) {
  const farm = await world.addFarm(name, 'lookup');
  farm.setPlan(quickPlan({ runMs: 3_600_000 }));
  const job = await CiJob.start(world, { claims: { run_id: ciRun } });
  return { job, farm, submit: () => job.startRun({ name, farms: [name] }) };
}

async function expectTimedOut(job: CiJob, farm: FakeFarm, runId: string, name: string): Promise<void> {
  expect(await job.finished(runId)).toMatchObject({ verdict: 'timed_out', exitCode: 1 });
  expect(await world.concludedCheck(name)).toMatchObject({ conclusion: 'timed_out' });
  expect(await world.audit(runId)).toEqual(['run.started', 'run.expired', 'run.finished']);
  // First the run is forgotten, then its files.
  await until('nothing kept', () => Object.values(farm.kept()).every((count) => count === 0));
  expect(farm.kept()).toEqual({ runs: 0, uploads: 0 });
}

const broken: Fault = { kind: 'status', status: 500 };

describe('at its deadline a run ends', () => {
  test('pains 12, 17 and 18: although its farm does not answer any more, and is stopped there', async () => {
    const { job, farm, submit } = await start('silent farm', '501');
    const { runId } = await submit();
    await job.until(runId, (run) => run.state === 'running');
    farm.faults.queue('observe', ...Array.from({ length: 100 }, () => broken));
    await reachDeadline(runId);
    await expectTimedOut(job, farm, runId, 'silent farm');
  });

  test('although its start has no answer yet, and what was started is forgotten', async () => {
    const { job, farm, submit } = await start('late start', '502');
    farm.faults.queue('start', { kind: 'silent', when: 'after' });
    const { runId } = await submit();
    await job.until(runId, () => farm.starts() === 1);
    await reachDeadline(runId);
    await expectTimedOut(job, farm, runId, 'late start');
    expect(farm.starts()).toBe(1);
  });

  test('once: a finished run has no deadline any more', async () => {
    const { job, farm, submit } = await start('ended before', '503');
    farm.setPlan(quickPlan());
    const { runId } = await submit();
    await job.finished(runId);
    const run = await job.until(runId, (read) => read.jobs.every((of) => of.farmForgot === 'done'));
    await reachDeadline(runId);
    expect(await job.readRun(runId)).toEqual(run);
    expect(await world.audit(runId)).toEqual(['run.started', 'run.finished']);
  });
});

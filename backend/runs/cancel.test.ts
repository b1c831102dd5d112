import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StartedRun } from '../contract/runs.ts';
import type { FakeFarm } from '../farms/fake/service.ts';
import type { Call, Fault } from '../farms/testing/faults.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { until } from '../testing/until.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

const FOREVER_MS = 3_600_000;

let ciRun = 400;
/** A run on a farm of its own, whose device never comes to an end. */
async function start(name: string, faults: [Call, ...Fault[]][] = [], kind: 'lookup' | 'idempotent' = 'lookup') {
  ciRun += 1;
  const farm = await world.addFarm(name, kind);
  farm.setPlan(quickPlan({ runMs: FOREVER_MS }));
  for (const [call, ...queued] of faults) farm.faults.queue(call, ...queued);
  const job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  return { job, farm, run: await job.startRun({ name, farms: [name] }) };
}

async function expectCancelled(job: CiJob, farm: FakeFarm, { runId }: StartedRun, name: string, starts: number) {
  const run = await job.finished(runId);
  expect(run).toMatchObject({ verdict: 'cancelled', exitCode: 130 });
  expect(await world.concludedCheck(name)).toMatchObject({ conclusion: 'cancelled' });
  expect(await world.audit(runId)).toEqual(['run.started', 'run.cancelled', 'run.finished']);
  expect(farm.starts()).toBe(starts);
  await expectNothingLeft(farm);
}

/** What a farm has is forgotten after the verdict. */
async function expectNothingLeft(farm: FakeFarm): Promise<void> {
  await until('no run kept', () => farm.kept().runs === 0);
  expect(farm.kept().runs).toBe(0);
}

describe('a run that is cancelled', () => {
  test('pain 3: while its device runs is stopped at the farm', async () => {
    const { job, farm, run } = await start('running');
    await job.until(run.runId, ({ state }) => state === 'running');
    expect(await job.cancelRun(run.runId)).toMatchObject({ state: 'cancelling' });
    await expectCancelled(job, farm, run, 'running', 1);
  });

  test('as soon as it was accepted ends, whatever had begun', async () => {
    const { job, farm, run } = await start('at once');
    await job.cancelRun(run.runId);
    const { verdict } = await job.finished(run.runId);
    expect(verdict).toBe('cancelled');
    await expectNothingLeft(farm);
    expect(farm.starts()).toBeLessThanOrEqual(1);
  });

  test('while its farm asks for an hour of patience does not wait for it', async () => {
    const { job, farm, run } = await start('patience', [['start', { kind: 'throttled', retryAfterSeconds: 3600 }]]);
    await job.until(run.runId, () => farm.faults.left() === 0);
    await job.cancelRun(run.runId);
    await expectCancelled(job, farm, run, 'patience', 0);
  });

  test.each<['lookup' | 'idempotent']>([['lookup'], ['idempotent']])(
    'while its start is on the way is stopped once the answer is known: %s',
    async (kind) => {
      const name = `on the way, ${kind}`;
      const { job, farm, run } = await start(name, [['start', { kind: 'silent', when: 'after' }]], kind);
      await job.until(run.runId, () => farm.starts() === 1);
      await job.cancelRun(run.runId);
      await expectCancelled(job, farm, run, name, 1);
    },
  );

  test('and whose farm has nothing of the lost start is not started any more', async () => {
    const { job, farm, run } = await start('never began', [['start', { kind: 'silent', when: 'before' }]]);
    await job.until(run.runId, () => farm.faults.left() === 0);
    await job.cancelRun(run.runId);
    await expectCancelled(job, farm, run, 'never began', 0);
  });

  test('although the farm fails to stop it at first', async () => {
    const { job, farm, run } = await start('stubborn', [
      ['stop', { kind: 'status', status: 500 }, { kind: 'cut', when: 'after' }],
    ]);
    await job.until(run.runId, ({ state }) => state === 'running');
    await job.cancelRun(run.runId);
    await expectCancelled(job, farm, run, 'stubborn', 1);
  });

  test('although its file was forgotten first', async () => {
    const { job, farm, run } = await start('forgotten');
    const { artifacts } = await job.until(run.runId, ({ state }) => state === 'running');
    const ctx = await world.tenantContext();
    await ctx.db
      .updateTable('artifacts')
      .set({ state: 'forgotten', content_id: null, sealed_description: null })
      .where('id', '=', artifacts[0]!.artifactId)
      .execute();
    await job.cancelRun(run.runId);
    await job.finished(run.runId);
    await expectNothingLeft(farm);
  });

  test('twice is cancelled once', async () => {
    const { job, farm, run } = await start('twice');
    await Promise.all([job.cancelRun(run.runId), job.cancelRun(run.runId)]);
    const { verdict } = await job.finished(run.runId);
    expect(verdict).toBe('cancelled');
    expect((await world.audit(run.runId)).filter((code) => code === 'run.cancelled')).toHaveLength(1);
    await expectNothingLeft(farm);
  });

  test('after its end stays as it is', async () => {
    const { job, farm, run } = await start('ended');
    await job.until(run.runId, ({ state }) => state === 'running');
    farm.advance(FOREVER_MS);
    await job.finished(run.runId, 25_000);
    expect(await job.cancelRun(run.runId)).toMatchObject({ state: 'finished', verdict: 'passed' });
    expect(await world.audit(run.runId)).toEqual(['run.started', 'run.finished']);
  });
});

describe('the cancel-only handle', () => {
  test('cancels its run without a key, and does nothing else', async () => {
    const { job, farm, run } = await start('handle');
    const bearer = { token: run.cancelHandle, scheme: 'Bearer' } as const;
    const read = await job.request('GET', `/v1/runs/${run.runId}`, bearer);
    expect(read).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    const { runId: other } = await job.startRun({ name: 'handle, another' });
    expect(await job.request('POST', `/v1/runs/${other}/cancel`, bearer)).toMatchObject({ status: 404 });
    const answer = await job.request('POST', `/v1/runs/${run.runId}/cancel`, bearer);
    expect(answer.status).toBe(200);
    expect((await job.finished(run.runId)).verdict).toBe('cancelled');
    await expectNothingLeft(farm);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ResultPage } from '../contract/results.ts';
import type { PlannedTest } from '../farms/fake/plan.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

let ciRun = 600;
async function newJob(): Promise<CiJob> {
  ciRun += 1;
  return CiJob.start(world, { claims: { run_id: String(ciRun) } });
}

/** The devices will fail these of the tests A, B and C. */
function failing(...names: string[]): void {
  const tests = ['A', 'B', 'C'].map(
    (name): PlannedTest => ({
      suite: 'AppTest',
      name,
      outcome: names.includes(name) ? 'failed' : 'passed',
      durationMs: 5,
    }),
  );
  world.farm.setPlan(quickPlan({ tests }));
}

async function push(name: string, branch = 'main'): Promise<void> {
  const job = await newJob();
  const { baseSha } = world.github.pullRequest;
  const { runId } = await job.startRun({ name, commit: { sha: baseSha, branch }, changeRequest: undefined });
  await job.finished(runId);
}

async function pullRequest(name: string, failOn: 'new' | 'any' = 'new') {
  const job = await newJob();
  const { runId } = await job.startRun({ name, failOn });
  const run = await job.finished(runId);
  const { results } = (await job.request('GET', `/v1/runs/${runId}/results`)).json as ResultPage;
  return { run, isNew: Object.fromEntries(results.map((result) => [result.name, result.isNew])) };
}

describe('a pull request whose base branch fails A', () => {
  test('blocks for B alone when it fails A and B', async () => {
    failing('A');
    await push('one new');
    failing('A', 'B');
    const { run, isNew } = await pullRequest('one new');
    expect(run).toMatchObject({ verdict: 'failed', exitCode: 1, counts: { failed: 2, newFailures: 1 } });
    expect(run.title).toMatch(/^1 new failure, 1 known/);
    expect(isNew).toEqual({ A: false, B: true, C: false });
    const check = await world.concludedCheck('one new');
    expect(check).toMatchObject({ conclusion: 'failure', output: { title: run.title } });
  });

  test('does not block when it fails A', async () => {
    failing('A');
    await push('none new');
    const { run } = await pullRequest('none new');
    expect(run).toMatchObject({ verdict: 'failed', exitCode: 0, counts: { failed: 1, newFailures: 0 } });
    expect(await world.concludedCheck('none new')).toMatchObject({ conclusion: 'neutral' });
  });

  test('blocks when it fails A, where any failure does', async () => {
    failing('A');
    await push('any');
    const { run } = await pullRequest('any', 'any');
    expect(run).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(await world.concludedCheck('any')).toMatchObject({ conclusion: 'failure' });
  });
});

describe('no base run is', () => {
  test('that of another branch', async () => {
    failing('A');
    await push('branch', 'release');
    const { run } = await pullRequest('branch');
    expect(run).toMatchObject({ exitCode: 1, counts: { newFailures: 1 } });
    expect(run.title).toMatch(/^No base run to compare with/);
  });

  test('that of another check', async () => {
    failing('A');
    await push('check, another');
    const { run } = await pullRequest('check');
    expect(run).toMatchObject({ exitCode: 1, counts: { newFailures: 1 } });
  });

  test('another pull request', async () => {
    failing('A');
    await pullRequest('request');
    const { run } = await pullRequest('request');
    expect(run).toMatchObject({ exitCode: 1, counts: { newFailures: 1 } });
  });

  test('one that broke: the last that says something counts', async () => {
    failing('A');
    await push('telling');
    world.farm.setPlan(quickPlan({ outcome: 'errored' }));
    await push('telling');
    failing('A');
    const { run } = await pullRequest('telling');
    expect(run).toMatchObject({ exitCode: 0, counts: { newFailures: 0 } });
  });
});

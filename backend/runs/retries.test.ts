import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunRequest } from '../farms/fake/plan.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { until } from '../testing/until.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

let ciRun = 700;
let job: CiJob;
let name: string;
/** What the farm was asked to run, in order. */
let asked: RunRequest[];
beforeEach(async () => {
  ciRun += 1;
  name = `suite ${ciRun}`;
  job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
});

const suite = 'com.example.AppTest';
/** `fails`: for each test in how many of its first attempts. */
function plan(fails: Record<string, number>, breaks = 0): void {
  asked = [];
  const seen = new Map<string, number>();
  world.farm.setPlan((request) => {
    asked.push(request);
    if (asked.length <= breaks) return quickPlan({ outcome: 'errored', reason: 'the device fell off' })(request);
    const tests = Object.entries(fails).map(([test, failures]) => {
      const isAsked = request.only === null || request.only.includes(`${suite}#${test}`);
      if (isAsked) seen.set(test, (seen.get(test) ?? 0) + 1);
      const outcome = (seen.get(test) ?? 0) <= failures ? ('failed' as const) : ('passed' as const);
      return { suite, name: test, outcome, durationMs: 100 };
    });
    return quickPlan({ tests })(request);
  });
}

async function run(options: object) {
  const { runId } = await job.startRun({ name, ...options });
  const view = await job.finished(runId);
  const { json } = await job.request('GET', `/v1/runs/${runId}/results`);
  const { results, evidence } = json as {
    results: { name: string; outcome: string; attempts: { attempt: number; outcome: string }[] }[];
    evidence: { jobId: string; attempt: number }[];
  };
  return { view, results, evidence };
}

describe('retries', () => {
  test('pain 43: only what failed is tried again, and the counts are those of one job', async () => {
    plan({ steady: 0, shaky: 1, broken: 9 });
    const { view, results, evidence } = await run({ retries: 2 });
    expect(asked.map(({ only }) => only)).toEqual([null, [`${suite}#shaky`, `${suite}#broken`], [`${suite}#broken`]]);
    expect(view).toMatchObject({ verdict: 'failed', counts: { total: 3, passed: 1, flaky: 1, failed: 1 } });
    expect(view.jobs).toMatchObject([{ tries: 3, verdict: 'failed' }]);
    const attempts = results.map((each) => [each.name, each.outcome, each.attempts.map(({ attempt }) => attempt)]);
    expect(attempts).toEqual([
      ['steady', 'passed', [1]],
      ['shaky', 'flaky', [1, 2]],
      ['broken', 'failed', [1, 2, 3]],
    ]);
    // pain 41: each try’s files stand beside the others’, with the job that they are of.
    expect(evidence.map(({ attempt }) => attempt).sort()).toEqual([1, 2, 3]);
    expect(new Set(evidence.map(({ jobId }) => jobId))).toEqual(new Set([view.jobs[0]!.jobId]));
  });

  test('pain 35: what passes when tried again is flaky, which is no failure', async () => {
    plan({ steady: 0, shaky: 1 });
    const { view } = await run({ retries: 1 });
    expect(view).toMatchObject({ verdict: 'flaky', exitCode: 0, counts: { total: 2, passed: 1, flaky: 1, failed: 0 } });
  });

  test('without any, nothing is tried again', async () => {
    plan({ steady: 0, shaky: 1 });
    const { view } = await run({});
    expect(asked).toHaveLength(1);
    expect(view).toMatchObject({ verdict: 'failed', jobs: [{ tries: 1 }] });
  });

  test('pain 39: where no test ran there is nothing to try again', async () => {
    plan({});
    const { view } = await run({ retries: 3 });
    expect(asked).toHaveLength(1);
    expect(view).toMatchObject({ verdict: 'skipped', exitCode: 1 });
  });
});

describe('a farm that breaks', () => {
  test('pain 46: is given the job again, which costs the tests no attempt', async () => {
    plan({ steady: 0, shaky: 1 }, 2);
    const { view, results } = await run({ retries: 1 });
    expect(asked).toHaveLength(4);
    expect(view).toMatchObject({ verdict: 'flaky', counts: { total: 2 }, jobs: [{ tries: 4 }] });
    expect(results.map((each) => each.attempts.length)).toEqual([1, 2]);
  });

  test('again and again, ends the run as errored', async () => {
    plan({ steady: 0 }, 99);
    const { view } = await run({ retries: 5 });
    expect(asked).toHaveLength(3);
    expect(view).toMatchObject({
      verdict: 'errored',
      exitCode: 4,
      jobs: [{ tries: 3, reason: 'the device fell off' }],
    });
  });
});

test('a run that is cancelled is tried no more', async () => {
  plan({ broken: 9 });
  world.farm.setPlan((request) => {
    asked.push(request);
    const tests = [{ suite, name: 'broken', outcome: 'failed' as const, durationMs: 1 }];
    return quickPlan({ tests, ...(request.only ? { runMs: 3_600_000 } : {}) })(request);
  });
  const { runId } = await job.startRun({ name, retries: 5 });
  await until('the second try', () => asked.length === 2);
  await job.cancelRun(runId);
  expect(await job.finished(runId)).toMatchObject({ verdict: 'cancelled' });
  expect(asked).toHaveLength(2);
  expect(world.farm.liveRuns()).toBe(0);
});

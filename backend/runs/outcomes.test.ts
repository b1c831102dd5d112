import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Plan } from '../farms/fake/plan.ts';
import type { FarmResults } from '../farms/port.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { until } from '../testing/until.ts';
import { work } from '../worker/work.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

let ciRun = 100;
/** Each test is a CI run of its own, with a check of its own. */
async function submit(name: string, failOn: 'new' | 'any' | 'never' = 'new') {
  ciRun += 1;
  const job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  const { runId } = await job.startRun({ name, failOn });
  return { job, runId };
}

const planned = (name: string, outcome: Plan['tests'][number]['outcome']) => ({
  suite: 'com.example.AppTest',
  name,
  outcome,
  durationMs: 10,
  ...(outcome === 'failed' ? { message: 'expected 1, was 2' } : {}),
});

const same = (results: FarmResults): FarmResults => results;
/** The fake farm numbers no attempts: a test that is reported again is its next attempt. */
const numbered = (results: FarmResults): FarmResults => {
  const seen = new Map<string, number>();
  const tests = results.tests.map((each) => {
    const attempt = (seen.get(each.name) ?? 0) + 1;
    seen.set(each.name, attempt);
    return { ...each, attempt };
  });
  return { ...results, tests, expected: seen.size };
};

type Case = [
  what: string,
  plan: Partial<Plan>,
  alter: (results: FarmResults) => FarmResults,
  failOn: 'new' | 'any' | 'never',
  expected: { verdict: string; exitCode: number; conclusion: string; title: RegExp },
];

const CASES: Case[] = [
  [
    'every test passed',
    {},
    same,
    'new',
    { verdict: 'passed', exitCode: 0, conclusion: 'success', title: /^Passed: 3 tests/ },
  ],
  [
    'a test failed',
    { tests: [planned('opens', 'passed'), planned('signs in', 'failed')] },
    same,
    'new',
    { verdict: 'failed', exitCode: 1, conclusion: 'failure', title: /^No base run to compare with: 1 failure/ },
  ],
  [
    'a test failed, and failures are only reported',
    { tests: [planned('opens', 'passed'), planned('signs in', 'failed')] },
    same,
    'never',
    { verdict: 'failed', exitCode: 0, conclusion: 'neutral', title: /reported only/ },
  ],
  [
    'a test passed when tried again',
    { tests: [planned('opens', 'passed'), planned('signs in', 'failed'), planned('signs in', 'passed')] },
    numbered,
    'any',
    { verdict: 'flaky', exitCode: 0, conclusion: 'success', title: /^Flaky: 1 test/ },
  ],
  [
    'no test ran',
    { tests: [] },
    same,
    'new',
    { verdict: 'skipped', exitCode: 1, conclusion: 'failure', title: /^Skipped/ },
  ],
  [
    'every test was skipped',
    { tests: [planned('opens', 'skipped')] },
    same,
    'new',
    { verdict: 'skipped', exitCode: 1, conclusion: 'failure', title: /^Skipped/ },
  ],
  [
    'fewer tests came back than were announced',
    {},
    (results) => ({ ...results, expected: 4 }),
    'new',
    { verdict: 'incomplete', exitCode: 1, conclusion: 'failure', title: /^Incomplete/ },
  ],
  [
    'the device broke',
    { outcome: 'errored', reason: 'the phone fell' },
    same,
    'new',
    { verdict: 'errored', exitCode: 4, conclusion: 'failure', title: /^Errored, not your tests/ },
  ],
  [
    'the farm refused the files',
    { outcome: 'invalid', reason: 'not signed' },
    same,
    'any',
    { verdict: 'invalid', exitCode: 3, conclusion: 'failure', title: /^Invalid/ },
  ],
  [
    'the farm’s own limit was reached',
    { outcome: 'timed_out' },
    same,
    'new',
    { verdict: 'timed_out', exitCode: 1, conclusion: 'timed_out', title: /^Timed out/ },
  ],
];

describe('a run of which', () => {
  afterEach(() => {
    world.farm.setPlan(quickPlan());
    world.alterResults(same);
  });

  test.each(CASES)('%s', async (what, plan, alter, failOn, expected) => {
    world.farm.setPlan(quickPlan(plan));
    world.alterResults(alter);
    const { job, runId } = await submit(what, failOn);
    const run = await job.finished(runId);
    expect(run).toMatchObject({ verdict: expected.verdict, exitCode: expected.exitCode });
    expect(run.title).toMatch(expected.title);
    expect(run.jobs).toEqual([expect.objectContaining({ state: 'finished', verdict: expected.verdict })]);
    const check = await world.concludedCheck(what);
    expect(check).toMatchObject({ conclusion: expected.conclusion, details_url: run.reportUrl });
    expect(check.output.title).toBe(run.title);
    expect(await world.audit(runId)).toEqual(['run.started', 'run.finished']);
    const { jobId } = run.jobs[0]!;
    expect(world.farm.starts(jobId)).toBe(1);
  });

  test('the farm gave a reason shows it on its job', async () => {
    world.farm.setPlan(quickPlan({ outcome: 'errored', reason: 'the phone fell' }));
    const { job, runId } = await submit('reason');
    const run = await job.finished(runId);
    expect(run.jobs[0]?.reason).toBe('the phone fell');
  });

  test('pain 10: the end comes again stays as it is', async () => {
    world.farm.setPlan(quickPlan());
    const { job, runId } = await submit('ends again');
    const { jobs } = await job.finished(runId);
    const run = await job.until(runId, (read) => read.jobs.every((of) => of.farmForgot === 'done'));
    const { tenantId } = world.tenant;
    const system = world.backend.contexts.system('again');
    const again = () => [
      work(system, { tenantId, task: 'results.collect', payload: { jobId: jobs[0]!.jobId } }),
      work(system, { tenantId, task: 'results.conclude', payload: { runId } }),
    ];
    await Promise.all([...again(), ...again()]);
    expect(await job.readRun(runId)).toEqual(run);
    expect(await world.audit(runId)).toEqual(['run.started', 'run.finished']);
  });

  test('all is done leaves nothing at the farm', async () => {
    const { job, runId } = await submit('leaves nothing');
    await job.finished(runId);
    await until('nothing kept', () => world.farm.kept().runs + world.farm.kept().uploads === 0);
    expect(world.farm.kept()).toEqual({ runs: 0, uploads: 0 });
    expect(world.farm.liveRuns()).toBe(0);
  });
});

describe('a run whose device does not come to an end', () => {
  beforeEach(() => world.farm.setPlan(quickPlan({ runMs: 3_600_000 })));
  afterEach(() => world.farm.setPlan(quickPlan()));

  test('pains 12, 18 and 45: is stopped at the farm after its own time', async () => {
    const { job, runId } = await submit('too long');
    await job.until(runId, (run) => run.state === 'running');
    world.turnClock(31 * 60_000);
    // The capability of 15 minutes has ended with the clock: a new one of the same CI job reads on.
    const later = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
    const run = await later.finished(runId);
    expect(run).toMatchObject({ verdict: 'timed_out', exitCode: 1 });
    expect(await world.concludedCheck('too long')).toMatchObject({ conclusion: 'timed_out' });
    expect(world.farm.liveRuns()).toBe(0);
  });

  test('is stopped after its wait for a device', async () => {
    world.farm.setPlan(quickPlan({ queueMs: 3_600_000 }));
    const { job, runId } = await submit('no device');
    await job.until(runId, (run) => run.jobs[0]?.state === 'queued');
    world.turnClock(31 * 60_000);
    const later = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
    expect(await later.finished(runId)).toMatchObject({ verdict: 'timed_out', exitCode: 1 });
    expect(world.farm.liveRuns()).toBe(0);
  });
});

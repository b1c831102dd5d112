import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunView } from '../contract/runs.ts';
import type { FakeFarm } from '../farms/fake/service.ts';
import type { Call, Fault } from '../farms/testing/faults.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, startFarmWorld } from '../testing/farm-world.ts';

const cutBefore: Fault = { kind: 'cut', when: 'before' };
const cutAfter: Fault = { kind: 'cut', when: 'after' };
const broken: Fault = { kind: 'status', status: 500 };
const brokenAfter: Fault = { kind: 'status', status: 500, when: 'after' };
const throttled: Fault = { kind: 'throttled', retryAfterSeconds: 1 };

type Case = {
  start: 'idempotent' | 'lookup' | 'blind';
  faults: [Call, ...Fault[]][];
  /** How many runs the farm has started in the end. */
  starts: number;
  run: Partial<RunView>;
};
const passed = { verdict: 'passed', exitCode: 0, attention: null } as const;
const unknown = { verdict: 'errored', exitCode: 4, attention: 'needs_attention' } as const;

const once = (start: Case['start'], ...faults: Fault[]): Case => ({
  start,
  faults: [['start', ...faults]],
  starts: 1,
  run: passed,
});
const lost = (starts: number, fault: Fault): Case => ({
  start: 'blind',
  faults: [['start', fault]],
  starts,
  run: unknown,
});

const CASES: Record<string, Case> = {
  ...Object.fromEntries(
    (['idempotent', 'lookup'] as const).flatMap((start) => [
      [`${start}: the line is cut before it did the work`, once(start, cutBefore)],
      [`${start}: the line is cut after it did the work`, once(start, cutAfter)],
      [`${start}: it fails after it did the work`, once(start, brokenAfter)],
      [`${start}: it never answers, and did the work`, once(start, { kind: 'silent', when: 'after' })],
      [`${start}: it fails, and then the line is cut after the work`, once(start, broken, cutAfter)],
      [`${start}: it asks for patience`, once(start, throttled)],
    ]),
  ),
  'lookup: the look-up after a lost answer fails too': {
    start: 'lookup',
    faults: [
      ['start', cutAfter],
      ['find', broken, cutBefore],
    ],
    starts: 1,
    run: passed,
  },
  'lookup: the upload fails at first': {
    start: 'lookup',
    faults: [['upload', cutBefore, broken]],
    starts: 1,
    run: passed,
  },
  'blind: a lost answer, the work done': lost(1, cutAfter),
  'blind: a lost answer, the work not done': lost(0, cutBefore),
  'blind: a failure after the work': lost(1, brokenAfter),
  'blind: it surely did nothing at first': {
    start: 'blind',
    faults: [
      ['upload', cutBefore],
      ['start', throttled],
    ],
    starts: 1,
    run: passed,
  },
  'it fails when asked how the job stands': {
    start: 'idempotent',
    faults: [['observe', broken, cutBefore, throttled]],
    starts: 1,
    run: passed,
  },
  'it fails to hand over results and files': {
    start: 'idempotent',
    faults: [
      ['results', broken, cutAfter],
      ['evidence', cutBefore],
    ],
    starts: 1,
    run: { ...passed, counts: { total: 3, passed: 3, failed: 0, newFailures: 0, flaky: 0, skipped: 0 } },
  },
  'it refuses the start': {
    start: 'idempotent',
    faults: [['start', { kind: 'status', status: 422 }]],
    starts: 0,
    run: { verdict: 'invalid', exitCode: 3 },
  },
  'it refuses to hand over the results': {
    start: 'idempotent',
    faults: [['results', { kind: 'status', status: 404 }]],
    starts: 1,
    run: { verdict: 'errored', exitCode: 4 },
  },
};

type Ended = { run: RunView; starts: number; faultsLeft: number; audit: string[] };

let world: FarmWorld;
const ended = new Map<string, Promise<Ended>>();

/** Each case has a farm and a CI run of its own, and all run side by side: most of their time is waiting. */
beforeAll(async () => {
  world = await startFarmWorld();
  for (const [index, [what, { start, faults }]] of Object.entries(CASES).entries()) {
    const farm = await world.addFarm(what, start);
    for (const [call, ...queued] of faults) farm.faults.queue(call, ...queued);
    ended.set(what, submit(farm, what, String(200 + index)));
  }

  async function submit(farm: FakeFarm, what: string, ciRun: string): Promise<Ended> {
    const job = await CiJob.start(world, { claims: { run_id: ciRun } });
    const { runId } = await job.startRun({ name: what, farms: [what] });
    const run = await job.finished(runId, 25_000);
    return { run, starts: farm.starts(), faultsLeft: farm.faults.left(), audit: await world.audit(runId) };
  }
});
afterAll(() => world.stop());

describe('pains 1, 4 and 15: however a farm fails, a job is started once', () => {
  test.each(Object.entries(CASES))('%s', async (what, { starts, run }) => {
    const end = await ended.get(what)!;
    expect(end.run).toMatchObject(run);
    expect(end).toMatchObject({ starts, faultsLeft: 0, audit: ['run.started', 'run.finished'] });
  });

  test('and what cannot be known is left to a person', async () => {
    const what = 'blind: a lost answer, the work done';
    const { run } = await ended.get(what)!;
    expect(run.jobs[0]?.reason).toMatch(/look at its console/);
    expect(await world.concludedCheck(what)).toMatchObject({ conclusion: 'failure' });
  });
});

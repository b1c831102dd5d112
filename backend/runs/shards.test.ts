import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunRequest } from '../farms/fake/plan.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { dexFile } from '../testing/apks/dex-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

const MINUTE = 60_000;
let ciRun = 600;
let name = '';
let asked: RunRequest[];
beforeEach(() => {
  ciRun += 1;
  name = `suite ${ciRun}`;
});

/** `minutes`: of each test, as `Class#test`. */
async function run(minutes: Record<string, number>, options: object = {}, classes = Object.keys(minutes)) {
  ciRun += 1;
  asked = [];
  world.farm.setPlan((request) => {
    asked.push(request);
    const tests = Object.entries(minutes).map(([test, each]) => {
      const [suite = '', of = ''] = test.split('#');
      return { suite, name: of, outcome: 'passed' as const, durationMs: each * MINUTE };
    });
    return quickPlan({ tests })(request);
  });
  const job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
  const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
  const dex = { name: 'classes.dex', content: dexFile(classes.map((test) => test.split('#')[0]!)) };
  const artifacts = [
    { artifactId: await job.upload(), role: 'app' as const },
    {
      artifactId: await job.upload(apkFile({ instrumentation }, [dex]), 'tests.apk', 'test_apk'),
      role: 'tests' as const,
    },
  ];
  const { runId } = await job.startRun({ name, artifacts, ...options });
  return job.finished(runId);
}

const SLOW = { 'a.Slow#one': 5, 'a.Slow#two': 3, 'a.Middle#one': 1, 'a.Quick#one': 1 };
const selections = () => asked.map(({ only, except, shard }) => ({ only, except, shard }));
const whole = { index: 0, count: 1 };

describe('shards: auto', () => {
  test('is one where nothing was timed, and then as many as the tests are worth, of equal length', async () => {
    expect((await run(SLOW)).jobs).toHaveLength(1);
    expect(selections()).toEqual([{ only: null, except: [], shard: whole }]);
    const view = await run(SLOW);
    expect(view).toMatchObject({ verdict: 'passed', counts: { total: 4 } });
    expect(view.jobs.map(({ shard }) => shard)).toEqual([0, 1].map((index) => ({ index, count: 2 })));
    // The farm is not asked to shard what is named.
    expect(selections()).toEqual(
      expect.arrayContaining([
        { only: ['a.Slow'], except: [], shard: whole },
        { only: null, except: ['a.Slow'], shard: whole },
      ]),
    );
  });

  test('pain 9: loses no test that is new, and names none that this build has no more', async () => {
    await run(SLOW);
    const { 'a.Middle#one': _, ...rest } = SLOW;
    const view = await run({ ...rest, 'b.New#one': 1 });
    expect(view.counts).toMatchObject({ total: 4, passed: 4 });
    expect(JSON.stringify(selections())).not.toContain('a.Middle');
  });

  test('each suite has timings of its own', async () => {
    await run(SLOW);
    name = `another suite ${ciRun}`;
    expect((await run(SLOW)).jobs).toHaveLength(1);
  });
});

test('a number of shards is by past timings too, and uniform where there are none', async () => {
  const first = await run(SLOW, { shards: 2 });
  expect(selections()).toEqual(
    expect.arrayContaining([0, 1].map((index) => ({ only: null, except: [], shard: { index, count: 2 } }))),
  );
  expect(first.jobs).toHaveLength(2);
  await run(SLOW, { shards: 3 });
  expect(
    asked
      .map(({ only }) => only)
      .filter(Boolean)
      .sort(),
  ).toEqual([['a.Middle'], ['a.Slow']]);
});

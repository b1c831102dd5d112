import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { describeFarm, submit } from '../contract.ts';
import type { FarmFeatures } from '../port.ts';
import { describeFarmFaults } from '../testing/contract-faults.ts';
import { createFakeFarm } from './adapter.ts';
import { passingPlan } from './plan.ts';
import { type FakeFarm, startFakeFarm } from './service.ts';

const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));

async function bench(start: FarmFeatures['start']) {
  const service = await startFakeFarm();
  const gone = await startFakeFarm();
  await gone.close();
  return {
    farm: createFakeFarm({ baseUrl: service.baseUrl, start, timeoutMs: 500 }),
    nowhere: createFakeFarm({ baseUrl: gone.baseUrl, start, timeoutMs: 500 }),
    faults: service.faults,
    job: (key: string) => farmJob(key, app, { tests }),
    refusedJob: (key: string) => farmJob(key, farmFile('empty.apk', 'apk', Buffer.alloc(0))),
    finish: () => service.advance(3_600_000),
    starts: (key: string) => (start === 'blind' ? service.starts() : service.starts(key)),
    kept: service.kept,
    close: service.close,
  };
}

for (const start of ['idempotent', 'lookup', 'blind'] as const) {
  describeFarm(`fake (${start})`, () => bench(start));
  describeFarmFaults(`fake (${start})`, () => bench(start));
}

describe('the fake farm', () => {
  let service: FakeFarm;
  beforeEach(async () => {
    service = await startFakeFarm({ seed: 7 });
  });
  afterEach(() => service.close());
  const job = farmJob('k1', app, { tests });
  const farm = (start: 'idempotent' | 'lookup' | 'blind' = 'lookup', timeoutMs?: number) =>
    createFakeFarm({ baseUrl: service.baseUrl, start, timeoutMs });

  test('lets a run queue, run and end by its clock', async () => {
    service.setPlan((request) => ({ ...passingPlan(request, 1), queueMs: 1000, runMs: 5000 }));
    const { externalId } = await submit(farm(), job);
    await expect(farm().observe(job, externalId)).resolves.toMatchObject({ state: 'queued' });
    service.advance(1000);
    await expect(farm().observe(job, externalId)).resolves.toMatchObject({ state: 'running' });
    expect(service.liveRuns()).toBe(1);
    service.advance(5000);
    await expect(farm().observe(job, externalId)).resolves.toMatchObject({
      state: 'ended',
      outcome: 'completed',
      reason: null,
      deviceMs: 5000,
    });
    expect(service.liveRuns()).toBe(0);
  });

  test('runs on every page of many tests', async () => {
    service.setPlan((request) => {
      const plan = passingPlan(request, 1);
      const [first] = plan.tests;
      return { ...plan, tests: Array.from({ length: 250 }, (_, i) => ({ ...first!, name: `test ${i}` })) };
    });
    const { externalId } = await submit(farm(), job);
    const results = await farm().results(job, externalId);
    expect(results).toMatchObject({ expected: 250 });
    expect(results.tests).toHaveLength(250);
  });

  test('keeps nothing once told to forget', async () => {
    const { externalId } = await submit(farm(), job);
    expect(service.kept()).toEqual({ runs: 1, uploads: 2 });
    await farm().forgetResults(job, externalId);
    expect(service.kept()).toEqual({ runs: 0, uploads: 2 });
    for (const role of ['app', 'tests'] as const)
      await farm().forgetUpload({ key: `k1.${role}`, role, framework: 'instrumentation', id: null });
    expect(service.kept()).toEqual({ runs: 0, uploads: 0 });
  });

  test('and starting again without looking starts two: the counts would tell', async () => {
    service.faults.queue('start', { kind: 'cut', when: 'after' });
    await expect(submit(farm(), job)).rejects.toMatchObject({ kind: 'unknown_outcome' });
    await submit(farm(), job);
    expect(service.starts('k1')).toBe(2);
    expect(service.liveRuns()).toBe(2);
  });

  test('refuses to look up what a blind start named nothing', async () => {
    await submit(farm('blind'), job);
    await expect(farm('blind').find(job)).rejects.toMatchObject({ kind: 'refused' });
    await expect(farm('lookup').find(job)).resolves.toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { describeFarm } from '../contract.ts';
import { createFakeFarm } from './adapter.ts';
import { passingPlan } from './plan.ts';
import { type FakeFarm, startFakeFarm } from './service.ts';

const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));

for (const start of ['idempotent', 'lookup', 'blind'] as const) {
  describeFarm(`fake (${start})`, async () => {
    const service = await startFakeFarm();
    return {
      farm: createFakeFarm({ baseUrl: service.baseUrl, start }),
      job: (key) => farmJob(key, app, { tests }),
      refusedJob: (key) => farmJob(key, farmFile('empty.apk', 'apk', Buffer.alloc(0))),
      finish: () => service.advance(3_600_000),
      starts: (key) => (start === 'blind' ? null : service.starts(key)),
      close: service.close,
    };
  });
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
    const { externalId } = await farm().start(job);
    await expect(farm().observe(job, externalId)).resolves.toEqual({ state: 'queued' });
    service.advance(1000);
    await expect(farm().observe(job, externalId)).resolves.toEqual({ state: 'running' });
    expect(service.liveRuns()).toBe(1);
    service.advance(5000);
    await expect(farm().observe(job, externalId)).resolves.toEqual({
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
    const { externalId } = await farm().start(job);
    const results = await farm().results(job, externalId);
    expect(results).toMatchObject({ expected: 250 });
    expect(results.tests).toHaveLength(250);
  });

  test('keeps nothing once told to forget', async () => {
    const { externalId } = await farm().start(job);
    expect(service.kept()).toEqual({ runs: 1, uploads: 2 });
    await farm().forget(job, externalId);
    expect(service.kept()).toEqual({ runs: 0, uploads: 0 });
  });

  test.each([
    [{ kind: 'cut', when: 'before' }, 'unknown_outcome', 0],
    [{ kind: 'cut', when: 'after' }, 'unknown_outcome', 1],
    [{ kind: 'silent', when: 'after' }, 'unknown_outcome', 1],
    [{ kind: 'status', status: 500 }, 'unknown_outcome', 0],
    [{ kind: 'status', status: 503, when: 'after' }, 'unknown_outcome', 1],
    [{ kind: 'throttled', retryAfterSeconds: 7 }, 'broken', 0],
    [{ kind: 'status', status: 422 }, 'refused', 0],
  ] as const)('a start that meets %j is %s, with %d started', async (fault, kind, started) => {
    service.faults.queue('start', fault);
    const retryAfterMs = fault.kind === 'throttled' ? 7000 : null;
    await expect(farm('lookup', 500).start(job)).rejects.toMatchObject({ name: 'FarmError', kind, retryAfterMs });
    expect(service.faults.left()).toBe(0);
    expect(service.starts('k1')).toBe(started);
    expect((await farm().find(job)) === null).toBe(started === 0);
  });

  test('after an unknown outcome, starting again with an idempotency key starts nothing more', async () => {
    service.faults.queue('start', { kind: 'cut', when: 'after' });
    await expect(farm('idempotent').start(job)).rejects.toMatchObject({ kind: 'unknown_outcome' });
    const { externalId } = await farm('idempotent').start(job);
    expect(service.starts('k1')).toBe(1);
    await expect(farm().find(job)).resolves.toEqual({ externalId });
  });

  test('and starting again without looking starts two: the counts would tell', async () => {
    service.faults.queue('start', { kind: 'cut', when: 'after' });
    await expect(farm().start(job)).rejects.toMatchObject({ kind: 'unknown_outcome' });
    await farm().start(job);
    expect(service.starts('k1')).toBe(2);
    expect(service.liveRuns()).toBe(2);
  });

  test.each(['upload', 'find', 'observe', 'results', 'evidence', 'stop', 'forget'] as const)(
    'a lost answer to %s is broken, and trying again works',
    async (call) => {
      const { externalId } = await farm().start(job);
      const calls = {
        upload: () => farm('idempotent').start(farmJob('k2', app)),
        find: () => farm().find(job),
        observe: () => farm().observe(job, externalId),
        results: () => farm().results(job, externalId),
        evidence: async () => {
          const { evidence } = await farm().results(job, externalId);
          for await (const chunk of evidence[0]!.open()) expect(chunk.length).toBeGreaterThan(0);
        },
        stop: () => farm().stop(job, externalId),
        forget: () => farm().forget(job, externalId),
      };
      service.faults.queue(call, { kind: 'cut', when: 'after' }, { kind: 'status', status: 500 });
      await expect(calls[call]()).rejects.toMatchObject({ kind: 'broken' });
      await expect(calls[call]()).rejects.toMatchObject({ kind: 'broken' });
      await calls[call]();
      expect(service.faults.left()).toBe(0);
    },
  );

  test('that is not there started nothing', async () => {
    const gone = await startFakeFarm();
    await gone.close();
    const nowhere = createFakeFarm({ baseUrl: gone.baseUrl, start: 'lookup' });
    await expect(nowhere.start(job)).rejects.toMatchObject({ kind: 'broken' });
  });

  test('refuses to look up what a blind start named nothing', async () => {
    await farm('blind').start(job);
    await expect(farm('blind').find(job)).rejects.toMatchObject({ kind: 'refused' });
    await expect(farm('lookup').find(job)).resolves.toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Outgoing } from '../../outgoing/port.ts';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { describeFarm, submit } from '../contract.ts';
import type { Farm, FarmJob } from '../port.ts';
import { describeFarmFaults } from '../testing/contract-faults.ts';
import { describeFarmReach } from '../testing/contract-reach.ts';
import { toLoopback } from '../testing/to-loopback.ts';
import { createBrowserstack } from './adapter.ts';
import { ACCESS, type FakeBrowserstack, startFakeBrowserstack } from './fake/service.ts';
import { browserstackCredential, browserstackSettings } from './settings.ts';

const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
const device = { model: 'Google Pixel 9', os: '16.0', orientation: 'portrait', locale: null } as const;
const SUITES = {
  instrumentation: farmFile('tests.apk', 'test_apk', Buffer.from('its tests')),
  xcuitest: farmFile('tests.zip', 'xctest_zip', Buffer.from('its tests')),
  maestro: farmFile('flows.zip', 'maestro_zip', Buffer.from('its flows')),
};
const job = (key: string, framework: keyof typeof SUITES = 'instrumentation', more: Partial<FarmJob> = {}) =>
  farmJob(key, app, { tests: SUITES[framework], framework, device, ...more });

const make = (baseUrl: string, outgoing: Outgoing, account: object = {}) =>
  createBrowserstack(
    browserstackSettings({ baseUrl, resultsExpireAfterDays: 60, ...account }),
    browserstackCredential(ACCESS),
    { outgoing, timeoutMs: 2_000 },
  );

async function bench(account: { listsNames: boolean; stopsBuilds: boolean }) {
  const service = await startFakeBrowserstack();
  const gone = await startFakeBrowserstack();
  await gone.close();
  const farm = (baseUrl: string) => make(baseUrl, toLoopback, account);
  return {
    service,
    farm: farm(service.baseUrl),
    nowhere: farm(gone.baseUrl),
    faults: service.faults,
    without: ['forget'] as const,
    job: (key: string) => job(key),
    refusedJob: (key: string) =>
      farmJob(key, farmFile('a.apk', 'apk', Buffer.alloc(0)), { tests: SUITES.instrumentation }),
    finish: () => service.advance(3_600_000),
    starts: service.starts,
    kept: service.kept,
    close: service.close,
  };
}

describeFarmFaults('BrowserStack', () => bench({ listsNames: true, stopsBuilds: true }));
describeFarmFaults('BrowserStack, as it is documented', () => bench({ listsNames: false, stopsBuilds: false }));
describeFarm('BrowserStack, as it is documented', () => bench({ listsNames: false, stopsBuilds: false }));
describeFarmReach('BrowserStack', (baseUrl, outgoing) => make(baseUrl, outgoing, { stopsBuilds: true }), job);

describe('BrowserStack', () => {
  let service: FakeBrowserstack;
  let farm: Farm;
  beforeEach(async () => {
    ({ service, farm } = await bench({ listsNames: true, stopsBuilds: true }));
  });
  afterEach(() => service.close());

  async function ended(changes: Parameters<FakeBrowserstack['setPlan']>[0]) {
    service.setPlan(changes);
    const { externalId } = await submit(farm, job('k'));
    service.advance(3_600_000);
    return { seen: await farm.observe(job('k'), externalId), results: await farm.results(job('k'), externalId) };
  }

  test.each([
    ['passed', 'completed'],
    ['failed', 'completed'],
    ['done', 'completed'],
    ['Timed out', 'timed_out'],
    ['timedout', 'timed_out'],
    ['error', 'errored'],
    ['skipped', 'completed'],
    ['something new', 'errored'],
  ])('pain 16: a build that ends as "%s" is %s', async (status, outcome) => {
    expect((await ended({ status })).seen).toMatchObject({ state: 'ended', outcome, deviceMs: 60_000 });
  });

  test('a status that is new to us, without a duration, is one of a build that goes on', async () => {
    const { externalId } = await submit(farm, job('k'));
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'queued' });
    service.advance(2_000);
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'running' });
  });

  test('pain 34: a build that is called passed without a test has nothing that could make it green', async () => {
    const { results } = await ended({ tests: {} });
    expect(results).toMatchObject({ expected: 0, tests: [] });
  });

  test('a session that never began is the farm’s failure', async () => {
    expect((await ended({ neverBegins: true })).seen).toMatchObject({ outcome: 'errored', reason: /never began/ });
  });

  test('pain 36: tests that are counted and not listed show', async () => {
    const tests = { 'a.B#p': 'Passed', 'a.B#f': 'Failed', 'a.B#t': 'Timed out', 'a.B#s': 'Skipped', 'a.B#e': 'Error' };
    const { results } = await ended({ status: 'failed', tests, uncounted: 3 });
    expect(results.tests.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'p passed',
      'f failed',
      't failed',
      's skipped',
      'e errored',
    ]);
    expect(results.expected).toBe(8);
  });

  test('pain 23: five files in a minute, and then patience', async () => {
    service.allowUploads(1);
    await expect(submit(farm, job('k'))).rejects.toMatchObject({ kind: 'broken', retryAfterMs: 60_000 });
    service.allowUploads(1);
    await submit(farm, job('k'));
    expect(service.kept().uploads).toBe(2);
  });

  test.each(['instrumentation', 'xcuitest', 'maestro'] as const)(
    'runs %s, and forgets its files',
    async (framework) => {
      const one = job('k', framework);
      await submit(farm, one);
      expect(service.kept().uploads).toBe(2);
      for (const role of ['app', 'tests'] as const)
        await farm.forgetUpload({ key: `k.${role}`, role, framework, id: null });
      expect(service.kept().uploads).toBe(0);
    },
  );

  test('passes the environment where the framework has one, and says where it has none', async () => {
    await submit(farm, job('a', 'instrumentation', { env: { STAGE: 'qa' } }));
    await submit(farm, job('b', 'maestro', { env: { STAGE: 'qa' } }));
    expect(service.asked).toMatchObject([
      { instrumentationOptions: { STAGE: 'qa' }, devices: ['Google Pixel 9-16.0'], customBuildName: 'a' },
      { setEnvVariables: { STAGE: 'qa' } },
    ]);
    expect(farm.features.env).not.toContain('xcuitest');
    const noVersion = submit(farm, job('d', 'instrumentation', { device: { ...device, os: null } }));
    await expect(noVersion).rejects.toMatchObject({ kind: 'refused', message: /model @ version/ });
  });

  test('shards are the farm’s, and every session of a build is read', async () => {
    const given = job('k', 'instrumentation', { shard: { index: 0, count: 2 } });
    const { externalId } = await submit(farm, given);
    service.advance(3_600_000);
    expect(await farm.observe(given, externalId)).toMatchObject({ outcome: 'completed' });
    const { tests, expected } = await farm.results(given, externalId);
    expect([tests.map(({ suite, name }) => `${suite}#${name}`).sort(), expected]).toEqual([
      ['a.B#one', 'a.B#two', 'a.C#three'],
      3,
    ]);
    expect(service.asked).toMatchObject([{ shards: { numberOfShards: 2 } }]);
  });

  test('failed tests are tried again with their classes', async () => {
    const only = [
      { suite: 'a.B', name: 'one' },
      { suite: 'a.B', name: 'two' },
    ];
    const given = job('k', 'instrumentation', { only });
    const { externalId } = await submit(farm, given);
    service.advance(3_600_000);
    expect((await farm.results(given, externalId)).tests.map(({ suite }) => suite)).toEqual(['a.B', 'a.B']);
    expect(service.asked).toMatchObject([{ class: ['a.B'] }]);
  });

  test('a link that has expired is asked for again', async () => {
    const { results } = await ended({});
    const log = results.evidence.find(({ kind }) => kind === 'device_log')!;
    service.expireLinks();
    const pieces: Uint8Array[] = [];
    for await (const piece of log.open(10)) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toMatch(/^ of .*\n/);
  });

  test('D1: the key is in no error, and a wrong one is refused', async () => {
    const wrong = createBrowserstack(
      browserstackSettings({ baseUrl: service.baseUrl, resultsExpireAfterDays: 1 }),
      browserstackCredential({ ...ACCESS, accessKey: 'canary-wrong-key' }),
      { outgoing: toLoopback },
    );
    const error = await wrong.devices().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'refused' });
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('canary');
    expect(() => browserstackSettings({})).toThrow('settings.resultsExpireAfterDays');
    expect(() => browserstackCredential({ username: 'a:b', accessKey: 'canary-key' })).toThrow(
      /^credential\.username is/,
    );
  });
});

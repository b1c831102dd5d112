import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { describeFarm, submit } from '../contract.ts';
import type { Farm } from '../port.ts';
import { describeFarmFaults } from '../testing/contract-faults.ts';
import { describeFarmReach } from '../testing/contract-reach.ts';
import { toLoopback } from '../testing/to-loopback.ts';
import { createAwsDeviceFarm } from './adapter.ts';
import { type FakeAws, startFakeAws } from './fake/service.ts';
import { awsCredential, awsSettings } from './settings.ts';
import { requireOurs } from './transfer.ts';

const SECRET = 'canary-secret-key-of-aws';
const settings = (baseUrl: string) =>
  awsSettings({ projectArn: 'arn:aws:devicefarm:us-west-2:123456789012:project:one', baseUrl });
const credential = awsCredential({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET });
const pace = { lookMs: 1, processedMs: 200, arrivedMs: 20 };
const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));
const job = (key: string) => farmJob(key, app, { tests });

async function bench() {
  const service = await startFakeAws();
  const gone = await startFakeAws();
  await gone.close();
  const farm = (baseUrl: string) =>
    createAwsDeviceFarm(settings(baseUrl), credential, { outgoing: toLoopback, timeoutMs: 2_000, pace });
  return {
    service,
    farm: farm(service.baseUrl),
    nowhere: farm(gone.baseUrl),
    faults: service.faults,
    job,
    refusedJob: (key: string) => farmJob(key, farmFile('empty.apk', 'apk', Buffer.alloc(0))),
    finish: () => service.advance(3_600_000),
    starts: service.starts,
    kept: service.kept,
    close: service.close,
  };
}

describeFarm('AWS Device Farm', bench);
describeFarmFaults('AWS Device Farm', bench);
describeFarmReach(
  'AWS Device Farm',
  (baseUrl, outgoing) => createAwsDeviceFarm(settings(baseUrl), credential, { outgoing, pace }),
  job,
);

describe('AWS Device Farm', () => {
  let service: FakeAws;
  let farm: Farm;
  beforeEach(async () => {
    ({ service, farm } = await bench());
  });
  afterEach(() => service.close());

  async function ended(changes: Parameters<FakeAws['setPlan']>[0]) {
    service.setPlan(changes);
    const { externalId } = await submit(farm, job('k'));
    service.advance(3_600_000);
    return { seen: await farm.observe(job('k'), externalId), results: await farm.results(job('k'), externalId) };
  }

  test('waits, runs and ends by its clock, and says where a person sees it', async () => {
    const { externalId } = await submit(farm, job('k'));
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'queued' });
    service.advance(2_000);
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'running' });
    service.advance(60_000);
    expect(await farm.observe(job('k'), externalId)).toMatchObject({
      state: 'ended',
      outcome: 'completed',
      consoleUrl: expect.stringMatching(/^https:\/\/us-west-2\.console\.aws\.amazon\.com\//),
    });
  });

  test('pain 8: device minutes are the farm’s total, not a sum', async () => {
    expect((await ended({})).seen).toMatchObject({ deviceMs: 60_000 });
  });

  test('pain 36: every page of suites and tests is read, and what is missing shows', async () => {
    const many = Object.fromEntries(Array.from({ length: 73 }, (_, i) => [`com.example.C${i % 7}#t${i}`, 'PASSED']));
    const { results } = await ended({ tests: many, uncounted: 2 });
    expect(results.tests).toHaveLength(73);
    expect(results.expected).toBe(75);
  });

  test('pages that go in a circle are an error, never results', async () => {
    service.setPlan({});
    const { externalId } = await submit(farm, job('k'));
    service.advance(3_600_000);
    service.setPlan({ circles: true });
    await expect(farm.find(job('other'))).rejects.toMatchObject({ kind: 'broken' });
    await expect(farm.devices()).rejects.toMatchObject({ kind: 'broken' });
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'ended' });
  });

  test.each([
    ['PASSED', 'completed'],
    ['WARNED', 'completed'],
    ['FAILED', 'completed'],
    ['ERRORED', 'errored'],
    ['STOPPED', 'cancelled'],
    ['SOMETHING_NEW', 'errored'],
  ])('a run that ends as %s is %s', async (result, outcome) => {
    expect((await ended({ result })).seen).toMatchObject({ state: 'ended', outcome });
  });

  test('pain 5: a run that was skipped without a device has no test that could make it green', async () => {
    const { seen, results } = await ended({ result: 'SKIPPED', tests: {} });
    expect(seen).toMatchObject({ outcome: 'completed' });
    expect(results).toMatchObject({ expected: 0, tests: [] });
  });

  test('pain 38: tests that the farm cannot parse are invalid, with its reason', async () => {
    const { seen } = await ended({ result: 'SKIPPED', resultCode: 'PARSING_FAILED', message: 'no test class' });
    expect(seen).toMatchObject({ outcome: 'invalid', reason: 'PARSING_FAILED: no test class' });
  });

  test('a status that is new to us is one of a run that goes on', async () => {
    service.setPlan({ status: 'DREAMING' });
    const { externalId } = await submit(farm, job('k'));
    service.advance(3_600_000);
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'running' });
  });

  test('tests end as they did, and the farm’s own suites around them count only where they fail', async () => {
    const own = { 'a.B#p': 'PASSED', 'a.B#w': 'WARNED', 'a.B#f': 'FAILED', 'a.B#s': 'SKIPPED', 'a.B#e': 'ERRORED' };
    const { results } = await ended({
      tests: { ...own, 'Setup Suite#Setup': 'PASSED', 'Teardown Suite#T': 'ERRORED' },
    });
    expect(results.tests.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'p passed',
      'w passed',
      'f failed',
      's skipped',
      'e errored',
      'T errored',
    ]);
    expect(results.expected).toBe(6);
    expect(results.tests[2]).toMatchObject({ suite: 'a.B', message: 'expected true', durationMs: 2_500 });
  });

  test('pains 11 and 21: bytes that never land end the wait, and the upload is deleted', async () => {
    service.setPlan({ losesUploads: true });
    await expect(submit(farm, job('k'))).rejects.toMatchObject({ kind: 'broken', message: /never got it/ });
    expect(service.kept()).toEqual({ uploads: 0, runs: 0 });
    service.setPlan({ losesUploads: false });
    await submit(farm, job('k'));
  });

  test('a file that it cannot use is refused with all of its reason', async () => {
    const empty = farmJob('k', farmFile('empty.apk', 'apk', Buffer.alloc(0)));
    await expect(submit(farm, empty)).rejects.toMatchObject({
      kind: 'refused',
      message: 'The farm cannot use the file: The file is empty. {"errorMessage":"no manifest"}',
    });
  });

  test('evidence is of its kinds, and a link that has expired is asked for again', async () => {
    const { results } = await ended({});
    expect(results.evidence.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'Video.txt video',
      'new.txt report',
      'Logcat.txt device_log',
      'end.txt screenshot',
    ]);
    service.expireLinks();
    const log = results.evidence[2]!;
    const whole = await textOf(log.open());
    expect(whole).toContain('the log of');
    service.expireLinks();
    expect(await textOf(log.open(100))).toBe(whole.slice(100));
  });

  test('only the tests that are named are asked for, on one device, within the service’s time', async () => {
    const only = [
      { suite: 'a.B', name: 'c' },
      { suite: 'a.D', name: null },
    ];
    await submit(farm, { ...job('k'), only, env: { STAGE: 'qa' }, timeoutMs: 99 * 3_600_000 });
    expect(service.requests.find(({ operation }) => operation === 'ScheduleRun')?.body).toMatchObject({
      name: 'k',
      test: { type: 'INSTRUMENTATION', filter: 'a.B#c,a.D' },
      configuration: { environmentVariables: [{ name: 'STAGE', value: 'qa' }] },
      deviceSelectionConfiguration: { maxDevices: 1, filters: [{ attribute: 'MODEL' }, { attribute: 'OS_VERSION' }] },
      executionConfiguration: { jobTimeoutMinutes: 150 },
    });
  });

  test('D1: the secret key is in no request, and no call is made without a credential', async () => {
    await submit(farm, job('k'));
    expect(JSON.stringify(service.requests)).not.toContain(SECRET);
    const before = service.requests.length;
    const without = createAwsDeviceFarm(settings(service.baseUrl), null, { outgoing: toLoopback });
    expect(without.features.stop).toBe(true);
    await expect(without.devices()).rejects.toMatchObject({ kind: 'refused' });
    expect(service.requests).toHaveLength(before);
  });
});

describe('what it is given', () => {
  test.each([
    [{}, /settings\.projectArn/],
    [{ projectArn: 'arn:aws:s3:::bucket' }, /settings\.projectArn/],
    [{ projectArn: 'arn:aws:devicefarm:us-west-2:1:project:x', more: 1 }, /settings/],
  ])('settings %j are refused by name', (given, message) => {
    expect(() => awsSettings(given)).toThrow(message);
  });

  test('a credential is refused without a word of it', () => {
    expect(() => awsCredential({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'short' })).toThrow(
      /^credential\.secretAccessKey is not what/,
    );
  });

  test.each(['https://evil.example/x', 'http://x.amazonaws.com/', 'file:///etc/passwd', undefined, 'not a url'])(
    'a link to %s is not followed',
    (link) => {
      expect(() => requireOurs(link, 'https://private.example')).toThrow('leads elsewhere');
    },
  );
});

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

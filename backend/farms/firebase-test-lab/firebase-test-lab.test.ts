import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Outgoing } from '../../outgoing/port.ts';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { describeFarm, submit } from '../contract.ts';
import type { Farm, FarmJob } from '../port.ts';
import { describeFarmFaults } from '../testing/contract-faults.ts';
import { describeFarmReach } from '../testing/contract-reach.ts';
import { toLoopback } from '../testing/to-loopback.ts';
import { createFirebaseTestLab } from './adapter.ts';
import { BUCKET, type FakeFirebase, PROJECT, SERVICE_ACCOUNT, startFakeFirebase } from './fake/service.ts';
import { firebaseCredential, firebaseSettings } from './settings.ts';

const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));
const device = { model: 'MediumPhone.arm', os: '34', orientation: 'portrait', locale: 'de' } as const;
const job = (key: string, more: Partial<FarmJob> = {}) => farmJob(key, app, { tests, device, ...more });
const SETTINGS = { projectId: PROJECT, bucket: BUCKET, resultsExpireAfterDays: 90 };

const make = (baseUrl: string, outgoing: Outgoing, settings: object = {}) =>
  createFirebaseTestLab(firebaseSettings({ ...SETTINGS, baseUrl, ...settings }), firebaseCredential(SERVICE_ACCOUNT), {
    outgoing,
    timeoutMs: 2_000,
  });

async function bench(settings: object = {}) {
  const service = await startFakeFirebase();
  const gone = await startFakeFirebase();
  await gone.close();
  const farm = (baseUrl: string) => make(baseUrl, toLoopback, settings);
  return {
    service,
    farm: farm(service.baseUrl),
    nowhere: farm(gone.baseUrl),
    faults: service.faults,
    job: (key: string) => job(key),
    refusedJob: (key: string) => farmJob(key, farmFile('a.apk', 'apk', Buffer.alloc(0)), { tests, device }),
    finish: () => service.advance(3_600_000),
    starts: service.starts,
    kept: service.kept,
    close: service.close,
  };
}

describeFarm('Firebase Test Lab', bench);
describeFarmFaults('Firebase Test Lab', bench);
describeFarmReach('Firebase Test Lab', make, job);

describe('Firebase Test Lab', () => {
  let service: FakeFirebase;
  let farm: Farm;
  beforeEach(async () => {
    ({ service, farm } = await bench());
  });
  afterEach(() => service.close());

  async function ended(changes: Parameters<FakeFirebase['setPlan']>[0], given = job('k')) {
    service.setPlan(changes);
    const { externalId } = await submit(farm, given);
    service.advance(3_600_000);
    return { seen: await farm.observe(given, externalId), results: () => farm.results(given, externalId) };
  }
  const matrixAsked = () => service.requests.filter(({ path }) => path.endsWith('/testMatrices')).at(-1);

  test.each([
    [{ outcomeSummary: 'SUCCESS' }, 'completed', null],
    [{ outcomeSummary: 'FAILURE' }, 'completed', null],
    [{ outcomeSummary: 'SKIPPED' }, 'completed', null],
    [{ outcomeSummary: 'INCONCLUSIVE' }, 'errored', /inconclusive/],
    [{ state: 'ERROR' }, 'errored', null],
    [{ executionState: 'ERROR', errorMessage: 'Infrastructure failure' }, 'errored', /Infrastructure/],
    [{ executionState: 'CANCELLED' }, 'cancelled', null],
    [{ outcomeSummary: 'FAILURE', timedOut: true }, 'timed_out', null],
    [{ state: 'INVALID', invalidMatrixDetails: 'NO_TEST_RUNNER_CLASS' }, 'invalid', /NO_TEST_RUNNER_CLASS/],
    [{ state: 'INVALID', invalidMatrixDetails: 'TEST_QUOTA_EXCEEDED' }, 'errored', /QUOTA/],
    [{ executionState: 'INCOMPATIBLE_ENVIRONMENT' }, 'invalid', /INCOMPATIBLE_ENVIRONMENT/],
  ])('pain 37: a matrix that ends as %j is %s', async (changes, outcome, reason) => {
    const { seen } = await ended(changes);
    expect(seen).toMatchObject({ state: 'ended', outcome });
    if (reason) expect((seen as { reason: string }).reason).toMatch(reason);
  });

  test('a state that is new to us is one of a matrix that goes on', async () => {
    expect((await ended({ state: 'REFLECTING' })).seen).toMatchObject({ state: 'running' });
  });

  test('pain 7: bills whole minutes, and shows Google’s own page', async () => {
    const { seen } = await ended({});
    const consoleUrl = expect.stringMatching(/^https:\/\/console\.firebase\.google\.com\//);
    expect(seen).toMatchObject({ deviceMs: 120_000, consoleUrl });
  });

  test('pain 36: every page of the tests is read, and fewer than were counted are an error', async () => {
    const many = Object.fromEntries(Array.from({ length: 73 }, (_, index) => [`a.B#t${index}`, 'passed']));
    expect((await (await ended({ attempts: [many], pageSize: 25 })).results()).tests).toHaveLength(73);
    const { results } = await ended({ attempts: [many], uncounted: 1 }, job('fewer'));
    await expect(results()).rejects.toMatchObject({ kind: 'broken', message: expect.stringContaining('74') });
  });

  test('pain 29: Tool Results are not asked while a matrix goes on, and a few times after its end', async () => {
    const { externalId } = await submit(farm, job('k'));
    const asked = () => service.requests.filter(({ path }) => path.startsWith('/toolresults')).length;
    const before = asked();
    for (let look = 0; look < 20; look += 1) await farm.observe(job('k'), externalId);
    expect(asked()).toBe(before);
    service.advance(3_600_000);
    await farm.observe(job('k'), externalId);
    await farm.results(job('k'), externalId);
    expect(asked() - before).toBeLessThan(20);
  });

  test('a matrix that finished without a test has nothing that could make it green', async () => {
    expect(await (await ended({ attempts: [{}] })).results()).toMatchObject({ expected: null, tests: [] });
  });

  test('attempts are kept apart, and the first alone is counted', async () => {
    const attempts = [
      { 'a.B#one': 'failed', 'a.B#two': 'passed' },
      { 'a.B#one': 'passed', 'a.B#two': 'passed' },
    ];
    const { expected, tests: listed } = await (await ended({ attempts }, job('k', { attempts: 3 }))).results();
    expect(expected).toBe(2);
    expect(listed.map(({ name, attempt, outcome }) => [name, attempt, outcome])).toEqual([
      ['one', 1, 'failed'],
      ['two', 1, 'passed'],
      ['one', 2, 'passed'],
      ['two', 2, 'passed'],
    ]);
    expect(listed[0]).toMatchObject({
      message: 'java.lang.AssertionError: no',
      stack: expect.stringContaining('B.java'),
    });
    expect(matrixAsked()?.body).toMatchObject({ flakyTestAttempts: 2 });
  });

  test('evidence comes from the bucket of the connection alone', async () => {
    const { evidence } = await (await ended({})).results();
    expect(evidence.map(({ name, kind }) => [name, kind])).toEqual([
      ['MediumPhone.arm-34-en-portrait.logcat', 'device_log'],
      ['MediumPhone.arm-34-en-portrait.video.mp4', 'video'],
      ['artifacts.screen.png', 'screenshot'],
      ['MediumPhone.arm-34-en-portrait.test_result_1.xml', 'report'],
      ['performance.0.json', 'performance'],
    ]);
    let text = '';
    for await (const piece of evidence.at(-1)!.open()) text += Buffer.from(piece).toString();
    expect(JSON.parse(text).series).toEqual([
      {
        metric: 'cpu',
        unit: 'percent',
        samples: [
          { at: 1_700_000_000_500, value: 1.5 },
          { at: 1_700_000_001_000, value: 2 },
        ],
      },
      {
        metric: 'memory',
        unit: 'bytes',
        samples: [
          { at: 1_700_000_000_500, value: 1536 },
          { at: 1_700_000_001_000, value: 2048 },
        ],
      },
    ]);
  });

  test('tests, shards, environment, device and time-out are asked for in Google’s words', async () => {
    const only = [
      { suite: 'a.B', name: 'one' },
      { suite: 'a.C', name: null },
    ];
    await submit(farm, job('k', { only, env: { STAGE: 'qa' }, shard: { index: 0, count: 4 }, timeoutMs: 90_500 }));
    expect(matrixAsked()).toMatchObject({
      query: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      body: {
        testSpecification: {
          testTimeout: '91s',
          testSetup: { environmentVariables: [{ key: 'STAGE', value: 'qa' }] },
          androidInstrumentationTest: {
            testTargets: ['class a.B#one', 'class a.C'],
            shardingOption: { uniformSharding: { numShards: 4 } },
          },
        },
        environmentMatrix: {
          androidDeviceList: {
            androidDevices: [
              { androidModelId: 'MediumPhone.arm', androidVersionId: '34', locale: 'de', orientation: 'portrait' },
            ],
          },
        },
      },
    });
  });

  test('an iPhone runs XCUITest, an AAB is a bundle, and Robo needs no tests', async () => {
    const zip = farmFile('tests.zip', 'xctest_zip', Buffer.from('zip'));
    const ios = { framework: 'xcuitest', tests: zip, device: { ...device, model: 'iphone15', os: '18.0' } } as const;
    await submit(farm, farmJob('ios', farmFile('a.ipa', 'ipa', Buffer.from('ipa')), ios));
    expect(matrixAsked()?.body).toMatchObject({ testSpecification: { iosXcTest: { testsZip: {} } } });
    await submit(farm, farmJob('robo', farmFile('a.aab', 'aab', Buffer.from('aab')), { framework: 'robo', device }));
    expect(matrixAsked()?.body).toMatchObject({ testSpecification: { androidRoboTest: { appBundle: {} } } });
    // What Robo and XCUITest are not given is refused before a start.
    expect(farm.features.env).toEqual(['instrumentation']);
    const anyVersion = job('any', { device: { ...device, os: null } });
    await expect(submit(farm, anyVersion)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('@'),
    });
  });

  test.each([
    [{ softDeletePolicy: { retentionDurationSeconds: '604800' } }, /for 7 days/],
    [{ versioning: { enabled: true } }, /versions/],
    [{ retentionPolicy: { retentionPeriod: '1' } }, /forbids/],
  ])('a bucket that is %j is refused, since it would not forget', async (changes, message) => {
    service.setBucket(changes);
    await expect(submit(farm, job('k'))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(message),
    });
    expect(service.kept().uploads).toBe(0);
  });

  test('a soft delete that the connection declares is taken, and told as what forgetting means', async () => {
    const soft = await bench({ softDeleteDays: 7 });
    soft.service.setBucket({ softDeletePolicy: { retentionDurationSeconds: '604800' } });
    expect(soft.farm.features.forgetsUploads).toEqual({ how: 'expires', days: 7 });
    await submit(soft.farm, job('k'));
    await soft.close();
  });

  test('a file whose answer was lost is not sent again, and one of another size is sent anew', async () => {
    service.loseNextUpload();
    await expect(submit(farm, job('k'))).rejects.toMatchObject({ kind: 'broken' });
    await submit(farm, job('k'));
    expect(service.kept().uploads).toBe(2);
    const other = farmJob('k', farmFile('app.apk', 'apk', Buffer.from('a longer app')), { tests, device });
    await expect(submit(farm, other)).rejects.toMatchObject({ kind: 'broken' });
    await submit(farm, other);
  });

  test('a key that Google does not take is refused, and nothing of it is said', async () => {
    const { privateKey } = await import('node:crypto').then(({ generateKeyPairSync }) =>
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }),
    );
    const credential = firebaseCredential({ ...SERVICE_ACCOUNT, private_key: privateKey });
    const wrong = createFirebaseTestLab(firebaseSettings({ ...SETTINGS, baseUrl: service.baseUrl }), credential, {
      outgoing: toLoopback,
    });
    const error = await wrong.devices().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'FarmError', kind: 'refused' });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/PRIVATE KEY|eyJ/);
  });

  test.each([
    ['settings', { projectId: 'X' }, /settings\.projectId/],
    ['settings', { bucket: '../x' }, /settings\.bucket/],
    ['settings', { resultsExpireAfterDays: undefined }, /settings\.resultsExpireAfterDays/],
    ['settings', { token_uri: 'https://evil.example' }, /settings/],
  ])('%s of %j are refused by name', (_, changes, message) => {
    expect(() => firebaseSettings({ ...SETTINGS, ...changes })).toThrow(message);
  });
});

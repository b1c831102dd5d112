import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FakeAws, startFakeAws } from '../../farms/aws-device-farm/fake/service.ts';
import { apkFile } from '../apks/apk-file.ts';
import { CiJob } from '../ci-job.ts';
import { dumpDatabases, tasksDone } from '../kept.ts';
import { type Person, signIn } from '../person.ts';
import { startWorld, type World } from '../world.ts';

const SECRET = 'canary-secret-access-key';
let aws: FakeAws;
let world: World;
let admin: Person;
beforeAll(async () => {
  aws = await startFakeAws();
  world = await startWorld();
  admin = await signIn(world);
  const connected = await admin.ask('POST', '/v1/connections', {
    kind: 'aws_device_farm',
    name: 'aws',
    settings: { projectArn: 'arn:aws:devicefarm:us-west-2:123456789012:project:one', baseUrl: aws.baseUrl },
    credential: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET },
  });
  expect(connected.status).toBe(201);
});
afterAll(async () => {
  await world.stop();
  await aws.close();
});

test('farm pain 40: a run on AWS Device Farm whose test fails has its evidence, and nothing of it stays there or in the clear', async () => {
  const job = await CiJob.start(world, { claims: { run_id: '77' } });
  aws.setPlan({ tests: { 'a.B#passes': 'PASSED', 'a.B#fails': 'FAILED' }, result: 'FAILED' });
  const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
  const { runId } = await job.startRun({
    name: 'on AWS',
    farms: ['aws'],
    devices: ['Google Pixel 8 @ 15'],
    artifacts: [
      { artifactId: await job.upload(), role: 'app' },
      { artifactId: await job.upload(apkFile({ instrumentation }), 'tests.apk', 'test_apk'), role: 'tests' },
    ],
  });
  await job.until(runId, ({ jobs }) => jobs[0]?.state === 'queued');
  aws.advance(3_600_000);
  const run = await job.finished(runId);
  expect(run).toMatchObject({
    verdict: 'failed',
    exitCode: 1,
    counts: { total: 2, passed: 1, failed: 1 },
    deviceMinutes: 1,
    jobs: [{ farm: 'aws', consoleUrl: expect.stringContaining('console.aws.amazon.com') }],
  });
  const results = await job.request('GET', `/v1/runs/${runId}/results`);
  const { evidence } = results.json as { evidence: { evidenceId: string; kind: string }[] };
  expect(evidence.map(({ kind }) => kind).sort()).toEqual(['device_log', 'report', 'screenshot', 'video']);
  const page = await fetch(`${world.backend.url}/runs/${runId}`, { headers: { cookie: admin.cookie } });
  expect(await page.text()).toContain('rel="noreferrer">at the farm</a>');
  await tasksDone(world);
  expect(aws.kept()).toEqual({ uploads: 0, runs: 0 });
  expect(aws.starts()).toBe(1);
  expect(await dumpDatabases(world)).not.toContain(SECRET);
});

test('a device that the farm does not have is invalid, with those that are near, and nothing is sent', async () => {
  const before = aws.requests.length;
  for (const [device, reason] of [
    ['Pixel 8', /no device "Pixel 8"; near to it are "Google Pixel 8"/],
    ['google pixel 8', /near to it are "Google Pixel 8"/],
    ['Google Pixel 8 @ 12', /has "Google Pixel 8" with 15, 14, 13, not with 12/],
  ] as const) {
    const job = await CiJob.start(world, { claims: { run_id: '79' } });
    const { runId } = await job.startRun({ name: device, farms: ['aws'], devices: [device], framework: 'robo' });
    const run = await job.finished(runId);
    expect(run).toMatchObject({ verdict: 'invalid', exitCode: 3 });
    expect(run.jobs[0]?.reason).toMatch(reason);
  }
  const asked = aws.requests.slice(before).map(({ operation }) => operation);
  expect(asked).not.toContain('CreateUpload');
  expect(asked.filter((operation) => operation === 'ListDevices').length).toBeLessThanOrEqual(6);
});

test('what the farm cannot do is refused before anything starts, naming the input', async () => {
  const job = await CiJob.start(world, { claims: { run_id: '78' } });
  for (const [options, field] of [
    [{ framework: 'maestro' }, 'framework'],
    [{ shards: 4 }, 'shards'],
    [{ framework: 'instrumentation' }, 'tests'],
    [{ framework: 'robo', timeout: 151 }, 'timeout'],
    [{ framework: 'robo', env: { A: 'secret:NONE' } }, 'env'],
    [{ framework: 'robo', retries: 1 }, 'retries'],
  ] as const) {
    const body = await job.runRequest({ name: 'refused', farms: ['aws'], ...options });
    const answer = await job.request('POST', '/v1/runs', { body });
    expect(answer).toMatchObject({ status: 422, json: { code: 'unsupported', field } });
  }
  expect(aws.starts()).toBe(1);
});

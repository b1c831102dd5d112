import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StartRunInput } from '../contract/runs.ts';
import { connect } from '../integrations/connect.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';

const verified = { how: 'verified' } as const;
let world: World;
let job: CiJob;
let artifacts: StartRunInput['artifacts'];
beforeAll(async () => {
  world = await startWorld();
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  // Nobody listens there: what a farm cannot do is known without asking it.
  const baseUrl = 'http://127.0.0.1:9';
  const expires = { uploads: verified, results: { how: 'expires' as const, days: 90 } };
  for (const input of [
    {
      kind: 'aws_device_farm',
      name: 'aws',
      settings: { projectArn: 'arn:aws:devicefarm:us-west-2:123456789012:project:one', baseUrl },
    },
    {
      kind: 'firebase_test_lab',
      name: 'lab',
      settings: { projectId: 'acme-tests', bucket: 'acme-tests', resultsExpireAfterDays: 90, baseUrl },
      acceptForgetting: expires,
    },
    {
      kind: 'browserstack',
      name: 'stack',
      settings: { resultsExpireAfterDays: 90, baseUrl },
      acceptForgetting: expires,
    },
  ]) {
    await connect({ ctx, input });
  }
  job = await CiJob.start(world);
  artifacts = await filesOf(job);
});
afterAll(() => world.stop());

async function filesOf(by: CiJob): Promise<StartRunInput['artifacts']> {
  const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
  return [
    { artifactId: await by.upload(), role: 'app' },
    { artifactId: await by.upload(apkFile({ instrumentation }), 'tests.apk', 'test_apk'), role: 'tests' },
  ];
}
const refused = async (by: CiJob, changes: Partial<StartRunInput>) => {
  const body = await by.runRequest({ name: `refused ${Math.random()}`, artifacts, ...changes });
  return by.request('POST', '/v1/runs', { body });
};

test.each<[string, Partial<StartRunInput>, string, string]>([
  [
    'shards',
    { farms: ['aws'], shards: 4 },
    'shards',
    'The farm "aws" does not shard instrumentation. "lab", "stack" can.',
  ],
  ['retries', { farms: ['stack'], framework: 'xcuitest', retries: 1 }, 'retries', '"aws", "lab" can.'],
  ['an environment', { farms: ['inspection'], env: { A: 'b' } }, 'env', '"aws", "lab", "stack" can.'],
  ['flows', { farms: ['lab'], framework: 'maestro' }, 'framework', '"stack" can.'],
  ['a long time', { farms: ['lab'], timeout: 100 }, 'timeout', '"aws", "stack" can.'],
])('%s is refused with the farms that can', async (_, changes, field, detail) => {
  const answer = await refused(job, changes);
  expect(answer).toMatchObject({ status: 422, json: { code: 'unsupported', field } });
  expect((answer.json as { detail: string }).detail).toContain(detail);
});

test('pain 30: more shards than the farm makes of a job are refused, with its number', async () => {
  const answer = await refused(job, { farms: ['lab'], shards: 51 });
  expect(answer).toMatchObject({ status: 422, json: { code: 'unsupported', field: 'shards' } });
  expect((answer.json as { detail: string }).detail).toBe('The farm "lab" makes at most 50 shards. "stack" can.');
});

test('where none can none is named, and none that the trust policy does not grant', async () => {
  const none = await refused(job, { farms: ['aws'], framework: 'maestro', env: { A: 'b' }, retries: 2 });
  expect((none.json as { detail: string }).detail).not.toContain(' can.');
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  const policy = { events: ['merge_group' as const], farms: ['aws'] };
  await createTrustPolicy({ ctx, input: { projectId: world.tenant.projectId, policy } });
  const narrow = await CiJob.start(world, { claims: { event_name: 'merge_group', run_id: '71' } });
  const answer = await refused(narrow, { farms: ['aws'], shards: 4, artifacts: await filesOf(narrow) });
  expect((answer.json as { detail: string }).detail).toBe('The farm "aws" does not shard instrumentation.');
});

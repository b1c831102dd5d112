/** Every request of the adapter against AWS's own API model. Runs where DEVICELANE_SHARED_DATA names the folder that holds it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { submit } from '../contract.ts';
import { toLoopback as outgoing } from '../testing/to-loopback.ts';
import { createAwsDeviceFarm } from './adapter.ts';
import { startFakeAws } from './fake/service.ts';
import { awsCredential, awsSettings } from './settings.ts';

type Shape = {
  type: string;
  required?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
};
type Model = { operations: Record<string, { input: { shape: string } }>; shapes: Record<string, Shape> };

const FILE = 'specs/aws-device-farm-2015-06-23.botocore-1.29.27.service-2.json';
const model = JSON.parse(readFileSync(join(process.env.DEVICELANE_SHARED_DATA ?? '', FILE), 'utf8')) as Model;
/** Newer than this model; the smithy model beside it has it. */
const NEWER = new Set(['environmentVariables']);

/** What in a value the shape does not allow, by its path. */
function faultsOf(name: string, value: unknown, path: string): string[] {
  const shape = model.shapes[name]!;
  switch (shape.type) {
    case 'structure': {
      const given = value as Record<string, unknown>;
      const missing = (shape.required ?? []).filter((member) => given[member] === undefined);
      return [
        ...missing.map((member) => `${path}.${member} is missing`),
        ...Object.entries(given).flatMap(([member, each]) => {
          const known = shape.members?.[member];
          if (known) return faultsOf(known.shape, each, `${path}.${member}`);
          return NEWER.has(member) ? [] : [`${path}.${member} is not known`];
        }),
      ];
    }
    case 'list':
      return (value as unknown[]).flatMap((each, index) => faultsOf(shape.member!.shape, each, `${path}[${index}]`));
    case 'string': {
      const text = value as string;
      const isFine =
        typeof text === 'string' &&
        (!shape.enum || shape.enum.includes(text)) &&
        text.length >= (shape.min ?? 0) &&
        text.length <= (shape.max ?? Number.POSITIVE_INFINITY) &&
        (!shape.pattern || new RegExp(shape.pattern).test(text));
      return isFine ? [] : [`${path} is ${JSON.stringify(value)}`];
    }
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path} is no integer`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path} is no boolean`];
    default:
      return [`${path} is of the kind ${shape.type}, which no request has`];
  }
}

test('every request is one that the model allows', async () => {
  const service = await startFakeAws();
  try {
    const projectArn = 'arn:aws:devicefarm:us-west-2:123456789012:project:0a1b2c3d-1111-2222-3333-444455556666';
    const farm = createAwsDeviceFarm(
      awsSettings({ projectArn, baseUrl: service.baseUrl }),
      awsCredential({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-secret-access-key' }),
      { outgoing },
    );
    const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
    const ipa = farmFile('app.ipa', 'ipa', Buffer.from('an app'));
    const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));
    const xctests = farmFile('tests.zip', 'xctest_zip', Buffer.from('its tests'));
    const device = { model: 'Google Pixel 8', os: '15', orientation: 'portrait', locale: 'de_DE' } as const;
    const jobs = [
      farmJob('job-1', app, { tests, device, env: { STAGE: 'qa' }, only: [{ suite: 'a.B', name: 'c' }] }),
      farmJob('job-2', ipa, { tests: xctests, framework: 'xcuitest' }),
      farmJob('job-3', app, { tests: xctests, framework: 'appium' }),
      farmJob('job-4', app, { framework: 'robo' }),
    ];
    await farm.devices();
    for (const job of jobs) {
      const { externalId } = await submit(farm, job);
      await farm.find(job);
      await farm.stop(job, externalId);
      service.advance(3_600_000);
      await farm.observe(job, externalId);
      await farm.results(job, externalId);
      await farm.forgetResults(job, externalId);
      await farm.forgetUpload({ key: `${job.key}.app`, role: 'app', framework: job.framework, id: null });
    }
    const called = new Set(service.requests.map(({ operation }) => operation));
    expect(called.size).toBe(14);
    const faults = service.requests.flatMap(({ operation, body }) =>
      faultsOf(model.operations[operation]!.input.shape, body, operation),
    );
    expect(faults).toEqual([]);
  } finally {
    await service.close();
  }
});

test('the check is one that tells', () => {
  expect(faultsOf('ScheduleRunRequest', { test: { type: 'NOTHING' }, more: 1 }, 'x')).toEqual([
    'x.projectArn is missing',
    'x.test.type is "NOTHING"',
    'x.more is not known',
  ]);
});

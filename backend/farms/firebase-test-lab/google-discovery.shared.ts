/** Every request of the adapter against Google's discovery documents. Runs where DEVICELANE_SHARED_DATA names their folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { submit } from '../contract.ts';
import { toLoopback as outgoing } from '../testing/to-loopback.ts';
import { createFirebaseTestLab } from './adapter.ts';
import { BUCKET, PROJECT, SERVICE_ACCOUNT, startFakeFirebase } from './fake/service.ts';
import { firebaseCredential, firebaseSettings } from './settings.ts';

type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
};
type Method = {
  httpMethod: string;
  path: string;
  parameters?: Record<string, Schema & { location: string }>;
  request?: Schema;
};
type Resource = { methods?: Record<string, Method>; resources?: Record<string, Resource> };
type Document = Resource & { schemas: Record<string, Schema>; parameters: Record<string, Schema> };

const read = (name: string): Document =>
  JSON.parse(readFileSync(join(process.env.DEVICELANE_SHARED_DATA ?? '', 'specs', name), 'utf8')) as Document;
const DOCUMENTS = [read('google-testing-v1.discovery.json'), read('google-toolresults-v1beta3.discovery.json')];

const methodsOf = (resource: Resource): Method[] => [
  ...Object.values(resource.methods ?? {}),
  ...Object.values(resource.resources ?? {}).flatMap(methodsOf),
];
const formOf = ({ path }: Method): RegExp =>
  new RegExp(`^/${path.replace(/[.:]/g, '\\$&').replace(/\{\+?\w+\}/g, '[^/]+')}$`);

/** What in a value the schema does not allow, by its path. */
function faultsOf(document: Document, schema: Schema, value: unknown, path: string): string[] {
  const known = schema.$ref ? document.schemas[schema.$ref]! : schema;
  if (known.properties) {
    return Object.entries(value as Record<string, unknown>).flatMap(([name, each]) => {
      const property = known.properties![name];
      return property ? faultsOf(document, property, each, `${path}.${name}`) : [`${path}.${name} is not known`];
    });
  }
  if (known.type === 'array') {
    return (value as unknown[]).flatMap((each, index) => faultsOf(document, known.items!, each, `${path}[${index}]`));
  }
  if (known.enum) return known.enum.includes(value as string) ? [] : [`${path} is ${JSON.stringify(value)}`];
  if (known.format === 'google-duration') return /^\d+(\.\d+)?s$/.test(String(value)) ? [] : [`${path} is no duration`];
  const type = known.type === 'integer' ? 'number' : known.type;
  return typeof value === type ? [] : [`${path} is of the type ${typeof value}`];
}

test('every request is one that the discovery documents have', async () => {
  const service = await startFakeFirebase();
  try {
    const settings = { projectId: PROJECT, bucket: BUCKET, resultsExpireAfterDays: 90, baseUrl: service.baseUrl };
    const open = (more: object = {}) =>
      createFirebaseTestLab(firebaseSettings({ ...settings, ...more }), firebaseCredential(SERVICE_ACCOUNT), {
        outgoing,
      });
    const apk = farmFile('app.apk', 'apk', Buffer.from('an app'));
    const device = { model: 'MediumPhone.arm', os: '34', orientation: 'landscape', locale: 'de_DE' } as const;
    const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));
    const zip = farmFile('tests.zip', 'xctest_zip', Buffer.from('its tests'));
    const shard = { index: 0, count: 3 };
    const jobs = [
      farmJob('job-1', apk, { tests, device, shard, env: { STAGE: 'qa' }, only: [{ suite: 'a.B', name: 'c' }] }),
      farmJob('job-2', farmFile('a.ipa', 'ipa', Buffer.from('x')), { tests: zip, framework: 'xcuitest', device }),
      farmJob('job-3', farmFile('a.aab', 'aab', Buffer.from('x')), { framework: 'robo', device }),
      farmJob('job-4', apk, { tests, device, shard, attempts: 4 }),
    ];
    await open().devices();
    for (const [index, job] of jobs.entries()) {
      const farm = open(index === 3 ? { smartShardSeconds: 300, orchestrator: true } : {});
      const { externalId } = await submit(farm, job);
      await farm.find(job);
      await farm.stop(job, externalId);
      service.advance(1);
      await farm.observe(job, externalId);
      await farm.results(job, externalId);
    }
    service.advance(3_600_000);
    const again = farmJob('job-5', apk, { tests, device });
    const { externalId } = await submit(open(), again);
    service.advance(3_600_000);
    for (const { open: bytes } of (await open().results(again, externalId)).evidence) for await (const _ of bytes());

    const used = new Set<string>();
    const faults = service.requests.flatMap(({ method, path, query, body }) => {
      for (const document of DOCUMENTS) {
        const found = methodsOf(document).find((each) => each.httpMethod === method && formOf(each).test(path));
        if (!found) continue;
        used.add(`${method} ${found.path}`);
        const parameters = { ...document.parameters, ...found.parameters };
        const unknown = Object.keys(query).filter((name) => !parameters[name]);
        const wrong = body === null || !found.request ? [] : faultsOf(document, found.request, body, path);
        return [...unknown.map((name) => `${path}?${name} is not known`), ...wrong];
      }
      return [`${method} ${path} is no method of Google's`];
    });
    expect(faults).toEqual([]);
    expect(used.size).toBe(11);
  } finally {
    await service.close();
  }
});

test('the check is one that tells', () => {
  const [testing] = DOCUMENTS;
  const body = { state: 'GREEN', flakyTestAttempts: '3', more: 1, testSpecification: { testTimeout: '5m' } };
  expect(faultsOf(testing!, { $ref: 'TestMatrix' }, body, 'x')).toEqual([
    'x.state is "GREEN"',
    'x.flakyTestAttempts is of the type string',
    'x.more is not known',
    'x.testSpecification.testTimeout is no duration',
  ]);
});

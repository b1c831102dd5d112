/** The adapter to AWS Device Farm. Source: the service's API model of 2015-06-23. */
import type { Outgoing } from '../../outgoing/port.ts';
import { type Farm, FarmError, type FarmJob, type TestName } from '../port.ts';
import { type AwsClient, createAwsClient, isNotFound } from './client.ts';
import { readResults } from './results.ts';
import { observationOf } from './run-state.ts';
import type { AwsCredential, AwsSettings } from './settings.ts';
import { dropUpload, giveUpload, type Pace } from './uploads.ts';
import { Devices, Nothing, OneRun, Runs } from './wire.ts';

const MINUTE_MS = 60_000;
const FRAMEWORKS = ['instrumentation', 'xcuitest', 'appium', 'robo'] as const;
/** The service's own limits: minutes of a job, bytes of a file. */
const MAX_MINUTES = 150;
const MAX_FILE_SIZE = 4 * 1024 ** 3;
const PACE: Pace = { lookMs: 2_000, processedMs: 10 * MINUTE_MS, arrivedMs: 2 * MINUTE_MS };

const TEST_TYPES: Partial<Record<FarmJob['framework'], string>> = {
  instrumentation: 'INSTRUMENTATION',
  xcuitest: 'XCTEST_UI',
  appium: 'APPIUM_NODE',
  robo: 'BUILTIN_FUZZ',
};

type Options = { outgoing: Outgoing; timeoutMs?: number; pace?: Pace; now?: () => number };

/** @param options.timeoutMs milliseconds to wait for an answer. Default: 20 s */
export function createAwsDeviceFarm(
  settings: AwsSettings,
  credential: AwsCredential | null,
  { outgoing, ...options }: Options,
): Farm {
  const client = createAwsClient(settings, credential, { outgoing, timeoutMs: options.timeoutMs ?? 20_000 });
  const now = options.now ?? Date.now;
  const deps = { client, settings, outgoing, pace: options.pace ?? PACE, now };

  return {
    name: 'aws-device-farm',
    features: {
      // ScheduleRun takes no key of ours, so the run is named by it.
      start: 'lookup',
      stop: true,
      webhook: false,
      env: FRAMEWORKS,
      filter: ['instrumentation', 'xcuitest'],
      excludes: false,
      shards: 'none',
      sharded: [],
      retries: false,
      frameworks: FRAMEWORKS,
      withoutTests: ['robo'],
      artifacts: ['apk', 'ipa', 'test_apk', 'xctest_zip'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'verified' },
      namesDevices: true,
      stateless: false,
      limits: {
        callsPerSecond: 5,
        burst: 50,
        parallelJobs: settings.parallelJobs,
        maxTimeoutMs: MAX_MINUTES * MINUTE_MS,
        maxFileSize: MAX_FILE_SIZE,
        maxShards: null,
      },
    },
    defaultDevice: { model: settings.defaultDevice, os: null, orientation: 'portrait', locale: null },

    async devices() {
      const all = await client.list('ListDevices', { arn: settings.projectArn }, Devices);
      const known = all.filter((each) => each.platform === 'ANDROID' || each.platform === 'IOS');
      const byModel = Map.groupBy(known, ({ model, name }) => model ?? name ?? '');
      return [...byModel].map(([model, same]) => ({
        model,
        os: [...new Set(same.flatMap(({ os }) => os ?? []))].sort().reverse(),
        platform: same[0]?.platform === 'IOS' ? ('ios' as const) : ('android' as const),
        isVirtual: false,
      }));
    },

    upload: (request) => giveUpload(deps, request),

    async start(job, uploads) {
      const type = TEST_TYPES[job.framework];
      if (!type) throw new FarmError('refused', `AWS Device Farm does not run ${job.framework}.`);
      const { run } = await client.call('ScheduleRun', scheduleOf(settings, job, type, uploads), OneRun, true);
      return { externalId: run.arn };
    },

    async find(job) {
      const run = (await client.list('ListRuns', { arn: settings.projectArn }, Runs)).find(
        ({ name }) => name === job.key,
      );
      return run ? { externalId: run.arn } : null;
    },

    async observe(_job, externalId) {
      const { run } = await client.call('GetRun', { arn: externalId }, OneRun);
      return observationOf(run);
    },

    results: (_job, externalId) => readResults(deps, externalId),

    async stop(_job, externalId) {
      await client.call('StopRun', { arn: externalId }, Nothing).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },

    forgetUpload: (upload) => dropUpload(deps, upload),

    forgetResults: (_job, externalId) => dropRun(client, externalId),
  };
}

function scheduleOf(
  settings: AwsSettings,
  job: FarmJob,
  type: string,
  uploads: { app: string; tests: string | null },
): object {
  const { model, os } = job.device;
  const filters = [
    { attribute: 'MODEL', operator: 'EQUALS', values: [model] },
    ...(os === null ? [] : [{ attribute: 'OS_VERSION', operator: 'EQUALS', values: [os] }]),
  ];
  const environmentVariables = Object.entries(job.env).map(([name, value]) => ({ name, value }));
  return {
    projectArn: settings.projectArn,
    appArn: uploads.app,
    name: job.key,
    deviceSelectionConfiguration: { filters, maxDevices: 1 },
    test: {
      type,
      ...(uploads.tests ? { testPackageArn: uploads.tests } : {}),
      ...(job.only ? { filter: job.only.map(nameOf).join(',') } : {}),
    },
    configuration: {
      ...(job.device.locale ? { locale: job.device.locale } : {}),
      ...(environmentVariables.length > 0 ? { environmentVariables } : {}),
    },
    executionConfiguration: {
      jobTimeoutMinutes: Math.min(MAX_MINUTES, Math.max(1, Math.ceil(job.timeoutMs / MINUTE_MS))),
      videoCapture: true,
    },
  };
}

const nameOf = ({ suite, name }: TestName): string => (name === null ? suite : `${suite}#${name}`);

/** Verified by asking again. */
async function dropRun(client: AwsClient, arn: string): Promise<void> {
  const unlessGone = (error: unknown): void => {
    if (!isNotFound(error)) throw error;
  };
  await client.call('DeleteRun', { arn }, Nothing).catch(unlessGone);
  const left = await client.call('GetRun', { arn }, OneRun).catch(unlessGone);
  if (left) throw new FarmError('broken', 'The farm still has a run that it was told to delete.');
}

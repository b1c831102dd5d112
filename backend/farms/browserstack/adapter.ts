/** The adapter to BrowserStack App Automate: Espresso, XCUITest and Maestro builds. Source: its documentation of the v2 API. */
import type { Outgoing } from '../../outgoing/port.ts';
import { type Farm, FarmError, type FarmEvidence, type FarmJob, type FarmTest, type JobUploads } from '../port.ts';
import { type BrowserstackCalls, createCalls } from './calls.ts';
import { evidenceOf } from './evidence.ts';
import type { BrowserstackCredential, BrowserstackSettings } from './settings.ts';
import { observationOf, outcomeOf } from './states.ts';
import { dropUpload, giveUpload, nameOf } from './uploads.ts';
import { Build, BuildList, DeviceList, Session, Started } from './wire.ts';

const MAX_EVIDENCE = 200;
const HOUR_MS = 3_600_000;

/** @param options.timeoutMs milliseconds to wait for an answer. Default: 20 s */
export function createBrowserstack(
  settings: BrowserstackSettings,
  credential: BrowserstackCredential | null,
  { outgoing, ...options }: { outgoing: Outgoing; timeoutMs?: number; now?: () => number },
): Farm {
  const calls = createCalls(settings, credential, { outgoing, timeoutMs: options.timeoutMs ?? 20_000 });
  const now = options.now ?? Date.now;
  const [model = '', os = null] = settings.defaultDevice.split('-');

  return {
    name: 'browserstack',
    features: {
      // Builds take no key; whether the name that they are given comes back depends on the account.
      start: settings.listsNames ? 'lookup' : 'blind',
      stop: settings.stopsBuilds,
      webhook: true,
      env: ['instrumentation', 'maestro'],
      filter: ['instrumentation'],
      excludes: false,
      shards: 'server',
      sharded: ['instrumentation'],
      retries: false,
      frameworks: ['instrumentation', 'xcuitest', 'maestro'],
      withoutTests: [],
      artifacts: ['apk', 'aab', 'ipa', 'test_apk', 'xctest_zip', 'maestro_zip'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'expires', days: settings.resultsExpireAfterDays },
      namesDevices: true,
      stateless: false,
      limits: {
        callsPerSecond: 20,
        burst: 60,
        parallelJobs: settings.parallelJobs,
        maxTimeoutMs: 2 * HOUR_MS,
        maxFileSize: 1024 ** 3,
        maxShards: null,
      },
    },
    defaultDevice: { model, os, orientation: 'portrait', locale: null },

    async devices() {
      const all = await calls.get('/app-automate/devices.json', DeviceList);
      return [...Map.groupBy(all, ({ device }) => device)].map(([device, same]) => ({
        model: device,
        os: [...new Set(same.flatMap(({ os_version }) => os_version ?? []))].sort().reverse(),
        platform: same[0]?.os?.toLowerCase() === 'ios' ? ('ios' as const) : ('android' as const),
        isVirtual: false,
      }));
    },

    upload: (request) => giveUpload(calls, request, now()),

    async start(job, uploads) {
      const named = nameOf(job.framework);
      const platform = named === 'maestro' ? (job.app.kind === 'ipa' ? '/ios' : '/android') : '';
      const body = buildOf(settings, job, uploads);
      const { build_id: id } = await calls.post(`/app-automate/${named}/v2${platform}/build`, body, Started, true);
      return { externalId: `${named}:${id}` };
    },

    async find(job) {
      if (!settings.listsNames) throw new FarmError('refused', 'This account cannot look up a build by its name.');
      const named = nameOf(job.framework);
      const builds = await calls.get(`/app-automate/${named}/v2/builds`, BuildList);
      const build = builds.find(({ input_capabilities }) => input_capabilities?.customBuildName === job.key);
      return build ? { externalId: `${named}:${build.id}` } : null;
    },

    async observe(_job, externalId) {
      const build = await calls.get(pathOf(externalId), Build);
      const { id } = partsOf(externalId);
      return observationOf(
        build,
        `https://app-automate.browserstack.com/dashboard/v2/builds/${encodeURIComponent(id)}`,
      );
    },

    results: (_job, externalId) => readResults(calls, settings.baseUrl, externalId),

    async stop(_job, externalId) {
      await calls.stop(`${pathOf(externalId)}/stop`);
    },

    forgetUpload: (upload) => dropUpload(calls, upload),

    async forgetResults() {
      // The farm has no call for it: its own time is what the tenant accepted.
    },
  };
}

function partsOf(externalId: string): { named: string; id: string } {
  const [named = '', id = ''] = externalId.split(':');
  return { named, id };
}

function pathOf(externalId: string): string {
  const { named, id } = partsOf(externalId);
  return `/app-automate/${encodeURIComponent(named)}/v2/builds/${encodeURIComponent(id)}`;
}

function buildOf(settings: BrowserstackSettings, job: FarmJob, uploads: JobUploads): object {
  const { model, os, locale } = job.device;
  if (os === null) {
    throw new FarmError(
      'refused',
      `BrowserStack wants a version of "${model}": write the device as "model @ version".`,
    );
  }
  const hasEnv = Object.keys(job.env).length > 0;
  const env = job.framework === 'maestro' ? { setEnvVariables: job.env } : { instrumentationOptions: job.env };
  return {
    app: uploads.app,
    testSuite: uploads.tests,
    devices: [`${model}-${os}`],
    customBuildName: job.key,
    buildTag: 'devicelane',
    ...(settings.project ? { project: settings.project } : {}),
    ...(locale ? { locale } : {}),
    ...(hasEnv ? env : {}),
    // It knows classes, not tests; what it runs beside those that are asked for counts for nothing.
    ...(job.only ? { class: [...new Set(job.only.map(({ suite }) => suite))] } : {}),
    ...(job.shard.count > 1 ? { shards: { numberOfShards: job.shard.count } } : {}),
    ...(job.nudgeUrl === null ? {} : { callbackURL: job.nudgeUrl }),
    deviceLogs: true,
    video: true,
  };
}

async function readResults(calls: BrowserstackCalls, baseUrl: string, externalId: string) {
  const build = await calls.get(pathOf(externalId), Build);
  const tests: FarmTest[] = [];
  const evidence: FarmEvidence[] = [];
  let expected: number | null = null;
  for (const { id } of build.devices.flatMap((device) => device.sessions)) {
    const path = `${pathOf(externalId)}/sessions/${encodeURIComponent(id)}`;
    const session = await calls.get(path, Session);
    expected = (expected ?? 0) + (session.testcases?.count ?? 0);
    for (const { class: suite, testcases } of session.testcases?.data ?? []) {
      for (const test of testcases) {
        const outcome = outcomeOf(test.status);
        tests.push({
          suite: suite ?? '',
          name: test.name || 'a test without a name',
          attempt: 1,
          outcome,
          durationMs: Math.max(0, Math.round((test.duration ?? 0) * 1000)),
          message: outcome === 'passed' ? null : (session.error?.message ?? test.status ?? null),
          stack: null,
        });
        const again = async () => {
          const data = (await calls.get(path, Session)).testcases?.data ?? [];
          return data.flatMap((each) => each.testcases).find((each) => each.id === test.id && each.name === test.name);
        };
        evidence.push(...evidenceOf({ calls, baseUrl }, test, again));
      }
    }
  }
  return { expected, tests, evidence: evidence.slice(0, MAX_EVIDENCE) };
}

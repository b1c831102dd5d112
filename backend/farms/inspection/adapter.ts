/**
 * The `inspection` farm: checks an APK without a phone, as ordinary test cases with evidence. It is the embedded default.
 *
 * It keeps nothing: every call reads the file anew, so that a process that dies loses nothing and there is nothing to forget.
 */
import type { ApkFacts } from '../../apk/build-facts.ts';
import { readApk } from '../../apk/read-build.ts';
import { DevicelaneError } from '../../errors.ts';
import { type Farm, FarmError, type FarmEvidence, type FarmFile, type FarmJob } from '../port.ts';
import { inspect } from './inspect.ts';
import type { InspectionSettings } from './settings.ts';

const MIB = 1024 * 1024;

/** What AndroidX supported, and what Google Play showed to new users, at the end of 2025. */
const FLOORS = { minSdk: 21, targetSdk: 34 };
/** Above this, downloads over mobile data are what people abandon. */
const MAX_BYTES = 200 * MIB;

/** @param options.clock milliseconds, for the durations of the checks */
export function createInspectionFarm(options: InspectionSettings & { clock?: () => number } = {}): Farm {
  const rules = {
    minSdk: options.floors?.minSdk ?? FLOORS.minSdk,
    targetSdk: options.floors?.targetSdk ?? FLOORS.targetSdk,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    permissions: options.permissions ?? [],
  };
  const clock = options.clock ?? (() => performance.now());

  return {
    name: 'inspection',
    features: {
      start: 'idempotent',
      stop: true,
      webhook: false,
      env: [],
      filter: [],
      excludes: false,
      shards: 'none',
      sharded: [],
      retries: false,
      frameworks: ['inspection'],
      withoutTests: ['inspection'],
      artifacts: ['apk', 'test_apk'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'verified' },
      namesDevices: false,
      stateless: true,
      limits: {
        callsPerSecond: 1000,
        burst: 1000,
        parallelJobs: null,
        maxTimeoutMs: null,
        maxFileSize: null,
        maxShards: null,
      },
    },
    defaultDevice: { model: 'inspection', os: null, orientation: 'portrait', locale: null },

    devices: async () => [{ model: 'inspection', os: [], platform: 'android', isVirtual: true }],

    // The file is read where it lies.
    upload: async ({ file }) => ({ id: file.sha256, expiresAt: null }),

    async start(job) {
      if (job.app.kind !== 'apk' || (job.tests !== null && job.tests.kind !== 'test_apk')) {
        throw new FarmError(
          'refused',
          'The inspection farm reads APKs: give an APK as the app and a test APK as the tests.',
        );
      }
      return { externalId: job.key };
    },

    find: async () => null,

    async observe(job) {
      try {
        await readJob(job);
      } catch (error) {
        if (!(error instanceof FarmError) || error.kind !== 'refused') throw error;
        return { state: 'ended', outcome: 'invalid', reason: error.message, deviceMs: 0, consoleUrl: null };
      }
      return { state: 'ended', outcome: 'completed', reason: null, deviceMs: 0, consoleUrl: null };
    },

    async results(job) {
      const { app, tests } = await readJob(job);
      const cases = inspect(app, tests, rules, clock);
      const { manifestText, ...facts } = app;
      const report = { app: { name: job.app.name, sha256: job.app.sha256 }, rules, cases, facts };
      return {
        expected: cases.length,
        tests: cases,
        evidence: [
          document('inspection.json', 'application/json', `${JSON.stringify(withoutTimes(report), null, 2)}\n`),
          document('AndroidManifest.xml', 'text/xml; charset=utf-8', manifestText),
        ],
      };
    },

    async stop() {
      // Nothing runs between the calls.
    },

    async forgetUpload() {
      // Nothing was given away.
    },

    async forgetResults() {
      // Nothing is kept.
    },
  };
}

/** @throws FarmError `refused` when a file is no usable APK, `broken` when its bytes cannot be read */
async function readJob(job: FarmJob): Promise<{ app: ApkFacts; tests: ApkFacts | null }> {
  return { app: await read(job.app), tests: job.tests && (await read(job.tests)) };
}

async function read(file: FarmFile): Promise<ApkFacts> {
  try {
    return await readApk({ size: file.size, read: (offset, length) => file.read(offset, length) });
  } catch (error) {
    if (error instanceof DevicelaneError && error.code === 'invalid_artifact') {
      throw new FarmError('refused', error.message, { cause: error });
    }
    throw new FarmError('broken', 'The file could not be read.', { cause: error });
  }
}

/** The same file and rules give the same report, byte for byte. */
function withoutTimes<T extends { cases: { durationMs: number }[] }>(report: T) {
  return { ...report, cases: report.cases.map(({ durationMs, ...rest }) => rest) };
}

function document(name: string, contentType: string, text: string): FarmEvidence {
  return {
    name,
    kind: 'report',
    contentType,
    async *open(offset = 0) {
      yield Buffer.from(text, 'utf8').subarray(offset);
    },
  };
}

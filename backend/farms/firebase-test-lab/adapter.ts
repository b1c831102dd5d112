/** The adapter to Firebase Test Lab: the Cloud Testing API, Tool Results, and a bucket of the tenant's own. */
import { createHash } from 'node:crypto';
import type { Outgoing } from '../../outgoing/port.ts';
import { type Farm, type FarmDevice, FarmError, type FarmJob, type Forgetting } from '../port.ts';
import { createGoogleClient } from './client.ts';
import { JOB_KEY, matrixOf } from './matrix.ts';
import { dropBelow, dropUpload, giveObject, requireForgetting, resultsFolder } from './objects.ts';
import { readResults, readSteps } from './results.ts';
import type { FirebaseCredential, FirebaseSettings } from './settings.ts';
import { isOver, observationOf } from './states.ts';
import { Catalog, Executions, Histories, History, Matrix } from './wire.ts';

/** Of virtual devices; physical ones stop after 45. */
const MAX_TIMEOUT_MS = 60 * 60_000;
/** All runs of this product are in one history of the project. */
const HISTORY = 'devicelane';
/** Pages of the newest runs that a look-up reads. */
const LOOKUP_PAGES = 10;

/** @param options.timeoutMs milliseconds to wait for an answer. Default: 20 s */
export function createFirebaseTestLab(
  settings: FirebaseSettings,
  credential: FirebaseCredential | null,
  { outgoing, ...options }: { outgoing: Outgoing; timeoutMs?: number },
): Farm {
  const client = createGoogleClient(settings, credential, { outgoing, timeoutMs: options.timeoutMs ?? 20_000 });
  const { projectId, bucket } = settings;
  const [model = '', os = null] = settings.defaultDevice.split(/-(?=[\d.]+$)/);
  const matrices = `/v1/projects/${projectId}/testMatrices`;
  const histories = `/toolresults/v1beta3/projects/${projectId}/histories`;
  const matrixPath = (id: string): string => `${matrices}/${encodeURIComponent(id)}`;
  const readMatrix = (id: string) => client.get('testing', matrixPath(id), {}, Matrix);
  const deleted: Forgetting =
    settings.softDeleteDays === 0 ? { how: 'verified' } : { how: 'expires', days: settings.softDeleteDays };

  async function findHistory(): Promise<string | null> {
    const found = await client.get('toolresults', histories, { filterByName: HISTORY, pageSize: 1 }, Histories);
    return found.histories.find(({ name }) => name === HISTORY)?.historyId ?? null;
  }

  async function historyId(): Promise<string> {
    const query = { requestId: uuidOf(`history|${projectId}`) };
    return (
      (await findHistory()) ??
      (await client.post('toolresults', histories, query, { name: HISTORY }, History)).historyId
    );
  }

  return {
    name: 'firebase-test-lab',
    features: {
      start: 'idempotent',
      stop: true,
      webhook: false,
      env: ['instrumentation'],
      filter: ['instrumentation'],
      excludes: false,
      shards: 'server',
      sharded: ['instrumentation'],
      retries: true,
      frameworks: ['instrumentation', 'xcuitest', 'robo'],
      withoutTests: ['robo'],
      artifacts: ['apk', 'aab', 'ipa', 'test_apk', 'xctest_zip'],
      forgetsUploads: deleted,
      // Tool Results have no call that deletes them.
      forgetsResults: { how: 'expires', days: Math.max(settings.resultsExpireAfterDays, settings.softDeleteDays) },
      namesDevices: true,
      stateless: false,
      limits: {
        callsPerSecond: 4,
        burst: 40,
        parallelJobs: settings.parallelJobs,
        maxTimeoutMs: MAX_TIMEOUT_MS,
        maxFileSize: 4 * 1024 ** 3,
        maxShards: settings.maxShards,
      },
    },
    defaultDevice: { model, os, orientation: 'portrait', locale: null },

    async devices() {
      const kinds = [
        ['ANDROID', 'android'],
        ['IOS', 'ios'],
      ] as const;
      const all: FarmDevice[] = [];
      for (const [kind, platform] of kinds) {
        const catalog = await client.get('testing', `/v1/testEnvironmentCatalog/${kind}`, { projectId }, Catalog);
        const { models = [] } = (platform === 'ios' ? catalog.iosDeviceCatalog : catalog.androidDeviceCatalog) ?? {};
        all.push(
          ...models
            .filter(({ supportedVersionIds }) => supportedVersionIds.length > 0)
            .map(({ id, form, supportedVersionIds }) => ({
              model: id,
              os: supportedVersionIds.toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a)),
              platform,
              isVirtual: form === 'VIRTUAL' || form === 'EMULATOR',
            })),
        );
      }
      return all;
    },

    async upload(request) {
      if (request.file.size === 0) throw new FarmError('refused', 'The file is empty.');
      await requireForgetting(client, settings);
      return { id: await giveObject(client, bucket, request), expiresAt: null };
    },

    async start(job, uploads) {
      const history = { projectId, historyId: await historyId() };
      const body = matrixOf(settings, job, uploads, history);
      const { testMatrixId } = await client.post(
        'testing',
        matrices,
        { requestId: uuidOf(job.key) },
        body,
        Matrix,
        true,
      );
      return { externalId: testMatrixId };
    },

    async find(job) {
      const history = await findHistory();
      if (history === null) return null;
      const path = `${histories}/${encodeURIComponent(history)}/executions`;
      const pages = await client.list('toolresults', path, { pageSize: 100 }, Executions, LOOKUP_PAGES);
      for (const { testExecutionMatrixId: id } of pages.flatMap(({ executions }) => executions)) {
        const matrix = id ? await client.find('testing', matrixPath(id), {}, Matrix) : null;
        if (matrix && id && keyOf(matrix) === job.key) return { externalId: id };
      }
      return null;
    },

    async observe(_job, externalId) {
      const matrix = await readMatrix(externalId);
      return observationOf(matrix, isOver(matrix) ? await readSteps({ client, settings }, matrix) : []);
    },

    async results(_job, externalId) {
      return readResults({ client, settings }, await readMatrix(externalId));
    },

    async stop(_job, externalId) {
      await client.cancel(matrixPath(externalId));
    },

    forgetUpload: ({ key }) => dropUpload(client, bucket, key),

    forgetResults: (job: FarmJob) => dropBelow(client, bucket, resultsFolder(job.key)),
  };
}

const keyOf = ({ clientInfo }: Matrix): string | null =>
  clientInfo?.clientInfoDetails.find(({ key }) => key === JOB_KEY)?.value ?? null;

/** The same for the same words, in the form of a UUID (RFC 9562, version 8), as `requestId` wants it. */
function uuidOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The adapter to the fake farm: a whole one, for tests of everything behind it. */
import type * as z from 'zod/mini';
import { answer, type Calls, call } from '../farm-fetch.ts';
import { openLink } from '../open-link.ts';
import { type Farm, FarmError, type FarmLimits, type FarmTest, type TestName } from '../port.ts';
import { sendFile } from '../send-file.ts';
import { toLoopback } from '../testing/to-loopback.ts';
import { RunList, RunStatus, StartedRun, type StartRun, TestPage } from './wire.ts';

/**
 * @param options.start how a lost answer to a start can be dealt with
 * @param options.timeoutMs milliseconds to wait for an answer. Default: 10 s
 */
export function createFakeFarm(options: {
  baseUrl: string;
  start: 'idempotent' | 'lookup' | 'blind';
  timeoutMs?: number;
  /** What the account allows, where it is not everything. */
  limits?: Partial<FarmLimits>;
}): Farm {
  const calls: Calls = { outgoing: toLoopback, baseUrl: options.baseUrl, timeoutMs: options.timeoutMs ?? 10_000 };
  const named = options.start !== 'blind';

  return {
    name: 'fake',
    features: {
      start: options.start,
      stop: true,
      webhook: true,
      env: FRAMEWORKS,
      filter: FRAMEWORKS,
      excludes: true,
      shards: 'uniform',
      sharded: FRAMEWORKS,
      retries: false,
      frameworks: FRAMEWORKS,
      withoutTests: FRAMEWORKS,
      artifacts: ['apk', 'aab', 'ipa', 'test_apk', 'xctest_zip', 'maestro_zip'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'verified' },
      namesDevices: false,
      stateless: false,
      limits: { ...NO_LIMITS, ...options.limits },
    },
    defaultDevice: { model: 'Pixel 8', os: '34', orientation: 'portrait', locale: null },

    devices: async () => [
      { model: 'Pixel 8', os: ['35', '34'], platform: 'android', isVirtual: false },
      { model: 'Galaxy S23', os: ['34', '33'], platform: 'android', isVirtual: false },
    ],

    // Named by the key, so that an upload whose answer was lost is written over and forgotten all the same.
    async upload({ key, file }) {
      const url = new URL(uploadPath(key), options.baseUrl);
      const { status } = await sendFile(url, {
        outgoing: toLoopback,
        method: 'PUT',
        headers: {},
        size: file.size,
        body: file.open(),
        idleMs: calls.timeoutMs,
      });
      if (status >= 300) throw new FarmError(status < 500 ? 'refused' : 'broken', `The farm answered ${status}.`);
      return { id: key, expiresAt: null };
    },

    async start(job, uploads) {
      const body: z.infer<typeof StartRun> = {
        name: named ? job.key : null,
        app: { uploadId: uploads.app, name: job.app.name },
        tests: job.tests && uploads.tests !== null ? { uploadId: uploads.tests, name: job.tests.name } : null,
        device: { model: job.device.model, os: job.device.os },
        framework: job.framework,
        env: { ...job.env },
        shard: job.shard,
        only: job.only?.map(nameOf) ?? null,
        except: job.except.map(nameOf),
        callback: job.nudgeUrl,
      };
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (options.start === 'idempotent') headers['idempotency-key'] = job.key;
      const response = await call(calls, '/runs', { method: 'POST', headers, body: JSON.stringify(body) }, true);
      return { externalId: (await answer(response, StartedRun, true)).runId };
    },

    async find(job) {
      if (!named) throw new FarmError('refused', 'This farm cannot look up a run by its key.');
      const response = await call(calls, `/runs?name=${encodeURIComponent(job.key)}`, { method: 'GET' });
      const [run] = (await answer(response, RunList)).runs;
      return run === undefined ? null : { externalId: run.runId };
    },

    async observe(_job, externalId) {
      const status = await answer(await call(calls, runPath(externalId), { method: 'GET' }), RunStatus);
      const consoleUrl = `${options.baseUrl}/console/${encodeURIComponent(externalId)}`;
      if (status.state !== 'ended') return { state: status.state, consoleUrl };
      const { outcome, reason, deviceMs } = status;
      if (outcome === null) throw new FarmError('broken', 'The farm says that the run ended, but not how.');
      return { state: 'ended', outcome, reason, deviceMs, consoleUrl };
    },

    async results(_job, externalId) {
      const tests: FarmTest[] = [];
      let from: number | null = 0;
      let page: z.infer<typeof TestPage>;
      do {
        const path = `${runPath(externalId)}/tests?from=${from}`;
        page = await answer(await call(calls, path, { method: 'GET' }), TestPage);
        tests.push(...page.tests.map((test) => ({ ...test, attempt: 1 })));
        // A page that leads back would never end.
        if (page.next !== null && page.next <= from) throw new FarmError('broken', 'The farm’s pages go in a circle.');
        from = page.next;
      } while (from !== null);
      const evidence = page.evidence.map((file) => ({
        ...file,
        open: (offset = 0) =>
          content(calls, `${runPath(externalId)}/evidence/${encodeURIComponent(file.name)}`, offset),
      }));
      return { expected: page.total, tests, evidence };
    },

    async stop(_job, externalId) {
      await call({ ...calls, takes: [404] }, `${runPath(externalId)}/stop`, { method: 'POST' });
    },

    async forgetUpload({ key }) {
      await call(calls, uploadPath(key), { method: 'DELETE' });
    },

    async forgetResults(_job, externalId) {
      await call(calls, runPath(externalId), { method: 'DELETE' });
    },
  };
}

async function* content({ outgoing, baseUrl }: Calls, path: string, offset: number): AsyncIterable<Uint8Array> {
  const opened = await openLink(outgoing, new URL(path, baseUrl), { offset });
  if (opened.state !== 'open') throw new FarmError('broken', 'The farm has no such file.');
  yield* opened.body;
}

const FRAMEWORKS = ['instrumentation', 'xcuitest', 'maestro'] as const;

const NO_LIMITS: FarmLimits = {
  callsPerSecond: 1000,
  burst: 1000,
  parallelJobs: null,
  maxTimeoutMs: null,
  maxFileSize: null,
  maxShards: null,
};

const nameOf = ({ suite, name }: TestName): string => (name === null ? suite : `${suite}#${name}`);

function runPath(externalId: string): string {
  return `/runs/${encodeURIComponent(externalId)}`;
}

function uploadPath(key: string): string {
  return `/uploads/${encodeURIComponent(key)}`;
}

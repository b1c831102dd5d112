/** The adapter to the fake farm: a whole one, for tests of everything behind it. */
import type * as z from 'zod/mini';
import { type Farm, FarmError, type FarmFile, type FarmJob, type FarmTest } from '../port.ts';
import { answer, type Calls, call } from './call.ts';
import { RunList, RunStatus, StartedRun, type StartRun, TestPage } from './wire.ts';

/**
 * @param options.start how a lost answer to a start can be dealt with
 * @param options.timeoutMs milliseconds to wait for an answer. Default: 10 s
 */
export function createFakeFarm(options: {
  baseUrl: string;
  start: 'idempotent' | 'lookup' | 'blind';
  timeoutMs?: number;
}): Farm {
  const calls: Calls = { baseUrl: options.baseUrl, timeoutMs: options.timeoutMs ?? 10_000 };
  const named = options.start !== 'blind';

  async function upload(job: FarmJob, file: FarmFile, role: 'app' | 'tests') {
    const uploadId = uploadIdOf(job, role);
    const body = ReadableStream.from(file.open());
    await call(calls, `/uploads/${uploadId}`, { method: 'PUT', body, duplex: 'half' });
    return { uploadId, name: file.name };
  }

  return {
    name: 'fake',
    features: {
      start: options.start,
      stop: true,
      webhook: false,
      env: true,
      filter: false,
      shards: 'uniform',
      frameworks: ['instrumentation', 'xcuitest', 'maestro'],
      artifacts: ['apk', 'aab', 'ipa', 'test_apk', 'xctest_zip', 'maestro_zip'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'verified' },
    },
    defaultDevice: { model: 'Pixel 8', os: '34', orientation: 'portrait', locale: null },

    async start(job) {
      const body: z.infer<typeof StartRun> = {
        name: named ? job.key : null,
        app: await upload(job, job.app, 'app'),
        tests: job.tests && (await upload(job, job.tests, 'tests')),
        device: { model: job.device.model, os: job.device.os },
        framework: job.framework,
        env: { ...job.env },
        shard: job.shard,
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
      if (status.state !== 'ended') return { state: status.state };
      const { outcome, reason, deviceMs } = status;
      if (outcome === null) throw new FarmError('broken', 'The farm says that the run ended, but not how.');
      return { state: 'ended', outcome, reason, deviceMs };
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
        open: () => content(calls, `${runPath(externalId)}/evidence/${encodeURIComponent(file.name)}`),
      }));
      return { expected: page.total, tests, evidence };
    },

    async stop(_job, externalId) {
      await call(calls, `${runPath(externalId)}/stop`, { method: 'POST' });
    },

    async forget(job, externalId) {
      await call(calls, runPath(externalId), { method: 'DELETE' });
      for (const role of ['app', 'tests'] as const) {
        await call(calls, `/uploads/${uploadIdOf(job, role)}`, { method: 'DELETE' });
      }
    },
  };
}

async function* content(calls: Calls, path: string): AsyncIterable<Uint8Array> {
  const response = await call(calls, path, { method: 'GET' });
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (error) {
    throw new FarmError('broken', 'The farm broke off while sending a file.', { cause: error });
  }
}

function runPath(externalId: string): string {
  return `/runs/${encodeURIComponent(externalId)}`;
}

/** Made of the job's key, so that an upload whose answer was lost is written over and forgotten all the same. */
function uploadIdOf(job: FarmJob, role: 'app' | 'tests'): string {
  return `${encodeURIComponent(job.key)}.${role}`;
}

/**
 * A small Firebase Test Lab that works, over HTTP on the loopback address: Google's tokens, a bucket, matrices by its clock,
 * Tool Results in pages, and faults on demand. It keeps every request for the checks against the discovery documents.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { createFaults, type Faults } from '../../testing/faults.ts';
import { listen } from '../../testing/listen.ts';
import { createAccounts } from './google.ts';
import {
  type FakeMatrix,
  filesOf,
  keyOf,
  type MatrixBody,
  matrixView,
  PLAN,
  type Plan,
  stateOf,
  stepsOf,
  testCasesOf,
} from './matrices.ts';

export { SERVICE_ACCOUNT } from './google.ts';

export const PROJECT = 'devicelane-test';
export const BUCKET = 'devicelane-test-results';

export type FakeFirebase = {
  baseUrl: string;
  faults: Faults;
  setPlan(changes: Partial<Plan>): void;
  /** What the bucket says of itself. */
  setBucket(changes: object): void;
  advance(ms: number): void;
  starts(key?: string): number;
  /** Matrices that use a device or wait for one. */
  liveRuns(): number;
  kept(): { uploads: number; runs: number };
  /** Each call of Google's two APIs, for the discovery documents. */
  requests: { method: string; path: string; query: Record<string, string>; body: unknown }[];
  /** The next file is stored, and the answer is lost. */
  loseNextUpload(): void;
  revokeTokens(): void;
  close(): Promise<void>;
};

export async function startFakeFirebase(): Promise<FakeFirebase> {
  const faults = createFaults();
  const accounts = createAccounts();
  const objects = new Map<string, Buffer>();
  const matrices = new Map<string, FakeMatrix>();
  const byRequest = new Map<string, string>();
  const histories: { historyId: string; name: string }[] = [];
  const requests: FakeFirebase['requests'] = [];
  const starts: string[] = [];
  let plan = PLAN;
  let bucket: object = { softDeletePolicy: { retentionDurationSeconds: '0' } };
  let now = 0;
  let isUploadLost = false;

  const app = new Hono<{ Bindings: HttpBindings }>();
  const refusal = (code: number, status: string, message: string) => ({ error: { code, status, message } });

  app.post('/token', async (c) => {
    const form = await c.req.parseBody();
    const token = accounts.exchange(String(form.assertion));
    if (!token) return c.json({ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }, 400);
    return c.json({ access_token: token, expires_in: 3599, token_type: 'Bearer' });
  });
  app.use(async (c, next) => {
    if (!accounts.isKnown(c.req.header('authorization'))) return c.json(refusal(401, 'UNAUTHENTICATED', 'no'), 401);
    const isApi = /^\/(v1|toolresults)\//.test(c.req.path);
    const isJson = c.req.header('content-type') === 'application/json';
    if (isApi) {
      const body = isJson ? await c.req.json() : null;
      requests.push({ method: c.req.method, path: c.req.path, query: c.req.query(), body });
    }
    return next();
  });

  // The bucket.
  const base = `/storage/v1/b/${BUCKET}`;
  app.get(base, faults.meet('upload'), (c) => c.json({ kind: 'storage#bucket', ...bucket }));
  app.post(`/upload${base}/o`, faults.meet('upload'), async (c) => {
    const { name = '', ifGenerationMatch } = c.req.query();
    if (ifGenerationMatch === '0' && objects.has(name))
      return c.json(refusal(412, 'FAILED_PRECONDITION', 'exists'), 412);
    objects.set(name, Buffer.from(await c.req.arrayBuffer()));
    if (isUploadLost) {
      isUploadLost = false;
      c.env.incoming.socket.destroy();
    }
    return c.json({ name, size: String(objects.get(name)?.length) });
  });
  app.get(`${base}/o`, faults.meet('forget'), (c) => {
    settle();
    const { prefix = '' } = c.req.query();
    return c.json({ items: [...objects.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })) });
  });
  const evidence = faults.meet('evidence');
  app.get(
    `${base}/o/:name`,
    (c, next) => (c.req.query('alt') === 'media' ? evidence(c, next) : next()),
    (c) => {
      const content = objects.get(decodeURIComponent(c.req.param('name')));
      if (!content) return c.json(refusal(404, 'NOT_FOUND', 'No such object'), 404);
      if (c.req.query('alt') !== 'media') return c.json({ name: c.req.param('name'), size: String(content.length) });
      const offset = Number(/^bytes=(\d+)-$/.exec(c.req.header('range') ?? '')?.[1] ?? 0);
      return c.body(new Uint8Array(content.subarray(offset)), offset > 0 ? 206 : 200);
    },
  );
  app.delete(`${base}/o/:name`, (c) =>
    objects.delete(decodeURIComponent(c.req.param('name')))
      ? c.body(null, 204)
      : c.json(refusal(404, 'NOT_FOUND', 'No'), 404),
  );

  // The Cloud Testing API.
  const at = `/v1/projects/${PROJECT}/testMatrices`;
  app.post(at, faults.meet('start'), async (c) => {
    const { requestId = '' } = c.req.query();
    const known = byRequest.get(requestId);
    if (known) return c.json(matrixView(matrices.get(known)!, now, PROJECT));
    const body = (await c.req.json()) as MatrixBody;
    const matrix: FakeMatrix = { id: `matrix-${matrices.size + 1}`, body, plan, startedAt: now, cancelledAt: null };
    matrices.set(matrix.id, matrix);
    byRequest.set(requestId, matrix.id);
    starts.push(keyOf(matrix) ?? '');
    return c.json(matrixView(matrix, now, PROJECT));
  });
  app.get(`${at}/:id`, faults.meet('observe'), (c) => {
    const matrix = matrices.get(c.req.param('id'));
    return matrix ? c.json(matrixView(matrix, now, PROJECT)) : c.json(refusal(404, 'NOT_FOUND', 'No'), 404);
  });
  app.post(`${at}/:id{.+:cancel}`, faults.meet('stop'), (c) => {
    const matrix = matrices.get(c.req.param('id').replace(/:cancel$/, ''));
    if (!matrix) return c.json(refusal(404, 'NOT_FOUND', 'No'), 404);
    matrix.cancelledAt ??= now;
    return c.json({ testState: stateOf(matrix, now) });
  });
  app.get('/v1/testEnvironmentCatalog/:kind', (c) =>
    c.json(
      c.req.param('kind') === 'IOS'
        ? { iosDeviceCatalog: { models: [{ id: 'iphone15', supportedVersionIds: ['17.5', '18.0'] }] } }
        : {
            androidDeviceCatalog: {
              models: [
                { id: 'MediumPhone.arm', form: 'VIRTUAL', supportedVersionIds: ['33', '34'] },
                { id: 'panther', form: 'PHYSICAL', supportedVersionIds: ['33'] },
                { id: 'retired', form: 'PHYSICAL' },
              ],
            },
          },
    ),
  );

  // Tool Results.
  const kept = `/toolresults/v1beta3/projects/${PROJECT}/histories`;
  app.get(kept, (c) => c.json({ histories: histories.filter(({ name }) => name === c.req.query('filterByName')) }));
  app.post(kept, async (c) => {
    const { name } = (await c.req.json()) as { name: string };
    histories.push({ historyId: `bh.${histories.length + 1}`, name });
    return c.json(histories.at(-1)!);
  });
  app.get(`${kept}/:history/executions`, faults.meet('find'), (c) =>
    c.json({ executions: [...matrices.keys()].map((id) => ({ executionId: `x-${id}`, testExecutionMatrixId: id })) }),
  );
  const execution = `${kept}/:history/executions/:execution`;
  const matrixAt = (id: string): FakeMatrix | undefined => matrices.get(id.replace(/^x-/, ''));
  app.get(`${execution}/steps`, (c) => {
    const matrix = matrixAt(c.req.param('execution'));
    return c.json({ steps: matrix ? stepsOf(matrix, now, BUCKET) : [] });
  });
  app.get(`${execution}/steps/:step/testCases`, faults.meet('results'), (c) => {
    const matrix = matrixAt(c.req.param('execution'));
    const tests = testCasesOf(matrix?.plan.attempts[Number(c.req.param('step'))] ?? {});
    const size = matrix?.plan.pageSize ?? 100;
    const from = Number(c.req.query('pageToken') ?? 0);
    const isMore = from + size < tests.length;
    return c.json({
      testCases: tests.slice(from, from + size),
      ...(isMore ? { nextPageToken: String(from + size) } : {}),
    });
  });
  app.get(`${execution}/steps/:step/perfSampleSeries`, (c) =>
    c.json({
      perfSampleSeries: [
        {
          sampleSeriesId: '1',
          basicPerfSampleSeries: { perfMetricType: 'cpu', perfUnit: 'percent', sampleSeriesLabel: 'cpuTotal' },
        },
        {
          sampleSeriesId: '2',
          basicPerfSampleSeries: { perfMetricType: 'memory', perfUnit: 'kibibyte', sampleSeriesLabel: 'memoryTotal' },
        },
        { sampleSeriesId: '3', basicPerfSampleSeries: { perfMetricType: 'magic', sampleSeriesLabel: 'somethingNew' } },
      ],
    }),
  );
  app.get(`${execution}/steps/:step/perfSampleSeries/:series/samples`, (c) =>
    c.json({
      perfSamples: [
        { sampleTime: { seconds: '1700000001' }, value: 2 },
        { sampleTime: { seconds: '1700000000', nanos: 500_000_000 }, value: 1.5 },
      ],
    }),
  );

  /** Matrices that have ended leave their files. */
  function settle(): void {
    for (const matrix of matrices.values()) {
      if (stateOf(matrix, now) !== 'FINISHED' || settled.has(matrix.id)) continue;
      settled.add(matrix.id);
      for (const [name, content] of filesOf(matrix)) objects.set(name, content);
    }
  }
  const settled = new Set<string>();

  const { baseUrl, close } = await listen(app);
  const below = (prefix: string) => [...objects.keys()].filter((name) => name.startsWith(prefix));
  return {
    baseUrl,
    faults,
    requests,
    setPlan(changes) {
      plan = { ...plan, ...changes };
    },
    setBucket(changes) {
      bucket = { ...bucket, ...changes };
    },
    advance(ms) {
      now += ms;
      settle();
    },
    starts: (key) => starts.filter((each) => key === undefined || each === key).length,
    liveRuns: () =>
      [...matrices.values()].filter((matrix) => ['PENDING', 'RUNNING'].includes(stateOf(matrix, now))).length,
    kept: () => ({
      uploads: below('devicelane/uploads/').length,
      runs: new Set(below('devicelane/results/').map((name) => name.split('/')[2])).size,
    }),
    loseNextUpload() {
      isUploadLost = true;
    },
    revokeTokens: accounts.revokeAll,
    close,
  };
}

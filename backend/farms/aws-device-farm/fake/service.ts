/**
 * A small AWS Device Farm that works, over AWS JSON 1.1 on the loopback address: uploads with a store of links, runs by its
 * clock, and faults on demand. It keeps every request, so that a test can hold them against the service's API model.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { type Call, createFaults, type Faults } from '../../testing/faults.ts';
import { listen } from '../../testing/listen.ts';
import {
  artifactsOf,
  type FakeAwsRun,
  type FakeUpload,
  isActive,
  type Operation,
  operationsOf,
  PLAN,
  type Plan,
} from './operations.ts';

export type FakeAws = {
  baseUrl: string;
  faults: Faults;
  setPlan(changes: Partial<Plan>): void;
  advance(ms: number): void;
  starts(name?: string): number;
  /** Runs that use a device or wait for one: one that is active cannot be deleted. */
  liveRuns(): number;
  kept(): { uploads: number; runs: number };
  /** Each call, with its body. */
  requests: { operation: string; body: Record<string, unknown>; authorization: string }[];
  /** Links that were given before are not good any more. */
  expireLinks(): void;
  close(): Promise<void>;
};

const CALLS: Record<string, Call> = {
  ScheduleRun: 'start',
  ListRuns: 'find',
  GetRun: 'observe',
  ListJobs: 'results',
  StopRun: 'stop',
  DeleteRun: 'forget',
};

export async function startFakeAws(): Promise<FakeAws> {
  const faults = createFaults();
  const state = {
    now: 0,
    plan: PLAN,
    links: 1,
    uploads: new Map<string, FakeUpload>(),
    runs: new Map<string, FakeAwsRun>(),
    starts: [] as string[],
    baseUrl: '',
  };
  const requests: FakeAws['requests'] = [];
  const operations: Record<string, Operation> = operationsOf(state);
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.post('/', async (c, next) => {
    const operation = (c.req.header('x-amz-target') ?? '').replace('DeviceFarm_20150623.', '');
    const call = CALLS[operation];
    return call ? faults.meet(call)(c, next) : next();
  });
  app.post('/', async (c) => {
    const operation = (c.req.header('x-amz-target') ?? '').replace('DeviceFarm_20150623.', '');
    const authorization = c.req.header('authorization') ?? '';
    const body = (await c.req.json()) as Record<string, unknown>;
    requests.push({ operation, body, authorization });
    const isSigned = /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]+\/\d{8}\/us-west-2\/devicefarm\/aws4_request,/.test(
      authorization,
    );
    const answer = isSigned
      ? (operations[operation]?.(body) ?? { error: 'UnknownOperationException', message: '' })
      : { error: 'UnrecognizedClientException', message: 'The security token is not valid.' };
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    if ('error' in answer) {
      const status = answer.error === 'ThrottlingException' ? 429 : 400;
      return c.body(JSON.stringify({ __type: answer.error, message: answer.message }), status, headers);
    }
    return c.body(JSON.stringify(answer), 200, headers);
  });

  app.put('/store/:id', faults.meet('upload'), async (c) => {
    const upload = state.uploads.get(c.req.param('id'));
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (!upload || c.req.header('content-length') !== String(bytes.length)) return c.body(null, 411);
    upload.bytes = bytes.length;
    return c.body(null, 200);
  });
  app.get('/store/:links/:run/:name', faults.meet('evidence'), (c) => {
    if (Number(c.req.param('links')) !== state.links) return c.body('expired', 403);
    const file = artifactsOf(c.req.param('run')).find(({ name }) => name === c.req.param('name'));
    if (!file) return c.body(null, 404);
    const offset = Number(/^bytes=(\d+)-$/.exec(c.req.header('range') ?? '')?.[1] ?? 0);
    return c.body(Buffer.from(file.content).subarray(offset), offset > 0 ? 206 : 200);
  });

  const { baseUrl, close } = await listen(app);
  state.baseUrl = baseUrl;

  return {
    baseUrl,
    faults,
    requests,
    setPlan(changes) {
      state.plan = { ...state.plan, ...changes };
    },
    advance(ms) {
      state.now += ms;
    },
    starts: (name) => state.starts.filter((each) => name === undefined || each === name).length,
    liveRuns: () => [...state.runs.values()].filter((run) => isActive(run, state.now)).length,
    kept: () => ({ uploads: state.uploads.size, runs: state.runs.size }),
    expireLinks() {
      state.links += 1;
    },
    close,
  };
}

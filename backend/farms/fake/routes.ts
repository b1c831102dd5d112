import { createHash, randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Faults } from '../testing/faults.ts';
import { type Plan, type RunRequest, selectTests } from './plan.ts';
import { type FakeRun, statusOf } from './runs.ts';
import { PAGE_TESTS, StartRun } from './wire.ts';

export type FarmState = {
  /** By id: what arrived. */
  uploads: Map<string, { size: number; sha256: string }>;
  arrivals: number;
  runs: Map<string, FakeRun>;
  /** The name or idempotency key of every run ever started. */
  starts: string[];
  idempotencyKeys: Map<string, string>;
  now(): number;
  plan(request: RunRequest): Plan;
};

export function farmRoutes(state: FarmState, faults: Faults): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.put('/uploads/:id', faults.meet('upload'), async (c) => {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of c.req.raw.body ?? []) {
      hash.update(chunk);
      size += chunk.length;
    }
    const sha256 = hash.digest('hex');
    state.arrivals += 1;
    state.uploads.set(c.req.param('id'), { size, sha256 });
    return c.json({ size, sha256 }, 201);
  });

  app.delete('/uploads/:id', faults.meet('forget'), (c) => {
    state.uploads.delete(c.req.param('id'));
    return c.body(null, 204);
  });

  app.post('/runs', faults.meet('start'), async (c) => {
    const key = c.req.header('idempotency-key');
    const known = key === undefined ? undefined : state.idempotencyKeys.get(key);
    if (known !== undefined && state.runs.has(known)) return c.json({ runId: known }, 200);
    const body = StartRun.safeParse(await c.req.json());
    if (!body.success) return c.json({ error: 'the request is not understood' }, 400);
    const app = state.uploads.get(body.data.app.uploadId);
    const tests = body.data.tests && state.uploads.get(body.data.tests.uploadId);
    if (app === undefined || tests === undefined) return c.json({ error: 'no such upload' }, 404);
    if (app.size === 0) return c.json({ error: 'the app is empty' }, 422);
    const request: RunRequest = {
      ...body.data,
      app: { name: body.data.app.name, sha256: app.sha256 },
      tests: tests && body.data.tests && { name: body.data.tests.name, sha256: tests.sha256 },
    };
    const id = randomUUID();
    const plan = selectTests(state.plan(request), request);
    state.runs.set(id, { id, request, plan, startedAt: state.now(), stoppedAt: null, isTold: false });
    state.starts.push(request.name ?? key ?? id);
    if (key !== undefined) state.idempotencyKeys.set(key, id);
    return c.json({ runId: id }, 201);
  });

  app.get('/runs', faults.meet('find'), (c) => {
    const found = [...state.runs.values()].filter((run) => run.request.name === c.req.query('name'));
    return c.json({ runs: found.map((run) => ({ runId: run.id })) });
  });

  app.get('/runs/:id', faults.meet('observe'), (c) => withRun(c, (run) => c.json(statusOf(run, state.now()))));

  app.get('/runs/:id/tests', faults.meet('results'), (c) =>
    withRun(c, ({ plan }) => {
      const from = Number(c.req.query('from') ?? 0);
      const page = plan.tests.slice(from, from + PAGE_TESTS);
      return c.json({
        total: plan.tests.length,
        tests: page.map((test) => ({ message: null, stack: null, ...test })),
        next: from + PAGE_TESTS < plan.tests.length ? from + PAGE_TESTS : null,
        evidence: plan.evidence.map(({ name, kind, contentType }) => ({ name, kind, contentType })),
      });
    }),
  );

  app.get('/runs/:id/evidence/:name', faults.meet('evidence'), (c) =>
    withRun(c, ({ plan }) => {
      const found = plan.evidence.find(({ name }) => name === c.req.param('name'));
      if (found === undefined) return c.json({ error: 'no such file' }, 404);
      const content = Buffer.from(found.content);
      const offset = Number(/^bytes=(\d+)-$/.exec(c.req.header('range') ?? '')?.[1] ?? 0);
      const status = offset > 0 ? 206 : 200;
      return c.body(content.subarray(offset), status, { 'content-range': `bytes ${offset}-/${content.length}` });
    }),
  );

  app.post('/runs/:id/stop', faults.meet('stop'), (c) =>
    withRun(c, (run) => {
      run.stoppedAt ??= state.now();
      return c.body(null, 204);
    }),
  );

  app.delete('/runs/:id', faults.meet('forget'), (c) => {
    state.runs.delete(c.req.param('id'));
    return c.body(null, 204);
  });

  function withRun(c: Context, answer: (run: FakeRun) => Response): Response {
    const run = state.runs.get(c.req.param('id') ?? '');
    return run === undefined ? c.json({ error: 'no such run' }, 404) : answer(run);
  }

  return app;
}

/** A small BrowserStack that works, over HTTP on the loopback address: uploads, builds by its clock, and faults on demand. */
import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { createFaults, type Faults } from '../../testing/faults.ts';
import { listen } from '../../testing/listen.ts';

export type Plan = {
  queueMs: number;
  runMs: number;
  status: string;
  /** `class#method` with its status. */
  tests: Record<string, string>;
  /** The session has no beginning. */
  neverBegins: boolean;
  /** Tests that are counted and not listed. */
  uncounted: number;
};

export type FakeBrowserstack = {
  baseUrl: string;
  faults: Faults;
  setPlan(changes: Partial<Plan>): void;
  advance(ms: number): void;
  starts(name?: string): number;
  /** Builds that use a device or wait for one. */
  liveRuns(): number;
  kept(): { uploads: number; runs: number };
  /** Bodies of starts. */
  asked: Record<string, unknown>[];
  /** Uploads that may come before the farm asks for patience. */
  allowUploads(count: number): void;
  expireLinks(): void;
  close(): Promise<void>;
};

type Upload = { id: string; customId: string; role: 'app' | 'test-suite'; named: string; size: number };
type FakeBuild = {
  id: string;
  name: string;
  plan: Plan;
  startedAt: number;
  stoppedAt: number | null;
  /** Classes that are asked for; null for all. */
  classes: string[] | null;
  shards: number;
  /** Where its end is told; null once it is. */
  callback: string | null;
};

export const ACCESS = { username: 'robot', accessKey: 'canary-access-key' };
const PLAN: Plan = {
  queueMs: 1_000,
  runMs: 60_000,
  status: 'passed',
  tests: { 'a.B#one': 'passed', 'a.B#two': 'passed', 'a.C#three': 'passed' },
  neverBegins: false,
  uncounted: 0,
};

export async function startFakeBrowserstack(): Promise<FakeBrowserstack> {
  const faults = createFaults();
  const app = new Hono<{ Bindings: HttpBindings }>();
  const uploads = new Map<string, Upload>();
  const builds = new Map<string, FakeBuild>();
  const asked: Record<string, unknown>[] = [];
  const starts: string[] = [];
  let plan = PLAN;
  let now = 0;
  let links = 1;
  let uploadsLeft = Number.POSITIVE_INFINITY;
  let baseUrl = '';

  app.use(async (c, next) => {
    const wanted = `Basic ${Buffer.from(`${ACCESS.username}:${ACCESS.accessKey}`).toString('base64')}`;
    return c.req.header('authorization') === wanted ? next() : c.json({ error: 'unauthorized' }, 401);
  });
  for (const role of ['app', 'test-suite'] as const) {
    const [list, idName, urlName] =
      role === 'app'
        ? (['apps', 'app_id', 'app_url'] as const)
        : (['test_suites', 'test_suite_id', 'test_suite_url'] as const);
    const view = ({ id, customId }: Upload) => ({ [idName]: id, [urlName]: `bs://${id}`, custom_id: customId });
    app.post(`/app-automate/:named/v2/${role}`, faults.meet('upload'), async (c) => {
      if (uploadsLeft <= 0) return c.json({ error: '[BROWSERSTACK_UPLOAD_LIMIT] 5 in a minute' }, 429);
      uploadsLeft -= 1;
      const form = await c.req.parseBody();
      const file = form.file as File;
      const upload = {
        id: randomUUID(),
        customId: String(form.custom_id),
        role,
        named: c.req.param('named'),
        size: file.size,
      };
      if (file.size === 0) return c.json({ error: { message: '[BROWSERSTACK_INVALID_FILE] empty' } }, 422);
      uploads.set(upload.id, upload);
      return c.json(view(upload));
    });
    app.get(`/app-automate/:named/v2/${role}s`, (c) => {
      const own = [...uploads.values()].filter((each) => each.role === role && each.named === c.req.param('named'));
      return c.json({ [list]: own.map(view) });
    });
    app.delete(`/app-automate/:named/v2/${role}s/:id`, faults.meet('forget'), (c) =>
      uploads.delete(c.req.param('id')) ? c.json({ success: { message: 'deleted' } }) : c.json({ error: 'none' }, 404),
    );
  }
  app.get('/app-automate/devices.json', (c) =>
    c.json([
      { os: 'android', os_version: '16.0', device: 'Google Pixel 9', realMobile: true },
      { os: 'android', os_version: '15.0', device: 'Google Pixel 9', realMobile: true },
      { os: 'ios', os_version: '17', device: 'iPhone 15', realMobile: true },
    ]),
  );
  app.on(
    'POST',
    ['/app-automate/:named/v2/build', '/app-automate/:named/v2/:platform/build'],
    faults.meet('start'),
    async (c) => {
      const body = (await c.req.json()) as Record<string, unknown>;
      const isThere = (url: unknown) => uploads.has(String(url).replace('bs://', ''));
      if (!isThere(body.app) || !isThere(body.testSuite)) return c.json({ message: '[BROWSERSTACK_INVALID_APP]' }, 422);
      asked.push(body);
      const build: FakeBuild = {
        id: randomUUID(),
        name: String(body.customBuildName),
        plan,
        startedAt: now,
        stoppedAt: null,
        classes: Array.isArray(body.class) ? (body.class as string[]) : null,
        shards: (body.shards as { numberOfShards: number } | undefined)?.numberOfShards ?? 1,
        callback: typeof body.callbackURL === 'string' ? body.callbackURL : null,
      };
      builds.set(build.id, build);
      starts.push(build.name);
      return c.json({ message: 'Success', build_id: build.id });
    },
  );
  const statusOf = (build: FakeBuild): { status: string; isOver: boolean } => {
    const end = build.startedAt + build.plan.queueMs + build.plan.runMs;
    if (build.stoppedAt !== null && build.stoppedAt < end) return { status: 'stopped', isOver: true };
    if (now >= end) return { status: build.plan.status, isOver: true };
    return { status: now < build.startedAt + build.plan.queueMs ? 'queued' : 'running', isOver: false };
  };
  const classOf = (test: string): string => test.split('#')[0] ?? '';
  /** The tests of one shard, by their class: whole classes go to a shard. */
  const testsOf = ({ plan: { tests }, classes, shards }: FakeBuild, shard: number) => {
    const wanted = Object.entries(tests).filter(([test]) => classes === null || classes.includes(classOf(test)));
    return [...Map.groupBy(wanted, ([test]) => classOf(test))].filter((_, index) => index % shards === shard);
  };
  const sessionOf = (build: FakeBuild, shard: number) => {
    const { status, isOver } = statusOf(build);
    const data = testsOf(build, shard);
    const uncounted = shard === 0 ? build.plan.uncounted : 0;
    const link = (name: string) => `${baseUrl}/files/${links}/${build.id}/${name}`;
    return {
      id: `session-${shard + 1}`,
      status: build.plan.neverBegins ? 'error' : status,
      start_time: build.plan.neverBegins ? null : '2025-04-08 07:17:34 UTC',
      duration: isOver ? build.plan.runMs / 1000 : null,
      error: null,
      testcases: {
        count: data.reduce((sum, [, tests]) => sum + tests.length, 0) + uncounted,
        data: data.map(([suite, tests]) => ({
          class: suite,
          testcases: tests.map(([test, outcome]) => ({
            id: test,
            name: test.split('#')[1],
            status: outcome,
            duration: 1.5,
            device_log: link('device.log'),
            video: link('video'),
          })),
        })),
      },
    };
  };
  app.get('/app-automate/:named/v2/builds', faults.meet('find'), (c) =>
    c.json([...builds.values()].map(({ id, name }) => ({ id, input_capabilities: { customBuildName: name } }))),
  );
  const observe = faults.meet('observe');
  const results = faults.meet('results');
  app.get('/app-automate/:named/v2/builds/:id', observe, (c) => {
    const build = builds.get(c.req.param('id'));
    if (!build) return c.json({ error: 'none' }, 404);
    const { status, isOver } = statusOf(build);
    const sessions = Array.from({ length: build.shards }, (_, shard) => {
      const { testcases, ...session } = sessionOf(build, shard);
      return { ...session, testcases: { count: testcases.count } };
    });
    const devices = [{ device: 'Google Pixel 9', sessions }];
    return c.json({ id: build.id, status, duration: isOver ? build.plan.runMs / 1000 : null, devices });
  });
  app.get('/app-automate/:named/v2/builds/:id/sessions/:session', results, (c) => {
    const build = builds.get(c.req.param('id'));
    const shard = Number(c.req.param('session').replace('session-', '')) - 1;
    return build ? c.json(sessionOf(build, shard)) : c.json({ error: 'none' }, 404);
  });
  app.post('/app-automate/:named/v2/builds/:id/stop', faults.meet('stop'), (c) => {
    const build = builds.get(c.req.param('id'));
    if (!build) return c.json({ error: 'none' }, 404);
    build.stoppedAt ??= now;
    return c.json({ message: 'Success' });
  });
  app.get('/files/:links/:id/:name', faults.meet('evidence'), (c) => {
    if (Number(c.req.param('links')) !== links) return c.body('expired', 403);
    const content = Buffer.from(`${c.req.param('name')} of ${c.req.param('id')}\n`.repeat(20));
    const offset = Number(/^bytes=(\d+)-$/.exec(c.req.header('range') ?? '')?.[1] ?? 0);
    return c.body(content.subarray(offset), offset > 0 ? 206 : 200);
  });

  const { close, ...listening } = await listen(app);
  baseUrl = listening.baseUrl;
  return {
    baseUrl,
    faults,
    asked,
    setPlan(changes) {
      plan = { ...plan, ...changes };
    },
    advance(ms) {
      now += ms;
      for (const build of builds.values()) {
        const { callback } = build;
        if (callback === null || !statusOf(build).isOver) continue;
        build.callback = null;
        const body = JSON.stringify({ id: build.id, status: statusOf(build).status });
        void fetch(callback, { method: 'POST', body }).catch(() => undefined);
      }
    },
    starts: (name) => starts.filter((each) => name === undefined || each === name).length,
    liveRuns: () => [...builds.values()].filter((build) => !statusOf(build).isOver).length,
    // It has no call that deletes a build.
    kept: () => ({ uploads: uploads.size, runs: 0 }),
    allowUploads(count) {
      uploadsLeft = count;
    },
    expireLinks() {
      links += 1;
    },
    close,
  };
}

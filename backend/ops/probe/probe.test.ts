import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newRoute } from '../../contract/ids.ts';
import type { Route } from '../../contract/routes.ts';
import { newToken } from '../../contract/token-forms.ts';
import { CiJob } from '../../testing/ci-job.ts';
import { readKept, tasksDone } from '../../testing/kept.ts';
import { startWeakServer, type Weakness } from '../../testing/weak-server.ts';
import { startWorld, type World } from '../../testing/world.ts';
import { groupsOf } from './attacks.ts';
import { probeCommand } from './command.ts';
import type { Report } from './probe.ts';
import { ALL_ROUTES, nameOf, pathOf } from './route-path.ts';

/** What asks nothing of a person and is not slow, with a token. */
const GROUPS = groupsOf({ token: 'any', slow: false }).map(({ name }) => name);

const run = (args: string[], token?: string, stdin = '') =>
  probeCommand(args, { token, stdin: Readable.from([stdin]) });

async function report(args: string[], token?: string): Promise<Report & { code: number }> {
  const { code, out, err } = await run([...args, '--json'], token);
  expect(err).toBe('');
  if (token) expect(out).not.toContain(token);
  return { code, ...JSON.parse(out) };
}

describe('the real server', () => {
  let world: World;
  let cancelHandle: string;

  beforeAll(async () => {
    // Nine hundred refusals of one address are what its limits are for; here each attack is to be heard.
    const unlimited = { burst: 1e6, perSecond: 1e6 };
    world = await startWorld({ rates: { open: unlimited, refused: unlimited, credential: unlimited } });
    const job = await CiJob.start(world);
    const started = await job.startRun();
    await job.finished(started.runId);
    await tasksDone(world);
    ({ cancelHandle } = started);
  });
  afterAll(() => world.stop());

  test('refuses all of it, and keeps nothing of it', async () => {
    const before = await readKept(world);
    const found = await report([world.backend.url, '--issuer', world.oidc.issuer], cancelHandle);
    expect(found.rows.filter(({ result }) => result !== 'refused')).toEqual([]);
    expect(found.code).toBe(0);
    expect([...new Set(found.rows.map(({ group }) => group))]).toEqual(GROUPS);
    expect(found.requests).toBeGreaterThan(ALL_ROUTES.length * 20);
    expect(await readKept(world)).toEqual(before);
  });

  test('with a token that works nowhere: the rows that need one are not called refused', async () => {
    const found = await report([world.backend.url], newToken('pat', newRoute()));
    const silent = found.rows.filter(({ result }) => result === 'no answer');
    expect(new Set(silent.map(({ group }) => group))).toEqual(new Set(['small token']));
    expect(silent).toHaveLength(found.rows.filter(({ group }) => group === 'small token').length);
    expect(found.code).toBe(4);
  });
});

describe('a server that is weak', () => {
  async function probeWeak(weakness: Weakness, token?: string): Promise<Report & { code: number }> {
    const server = await startWeakServer(weakness);
    try {
      return await report([server.url], token);
    } finally {
      await server.stop();
    }
  }

  test('and grants everything is let through nowhere', async () => {
    const { rows, code } = await probeWeak('grants', newToken('pat', newRoute()));
    expect(rows.filter(({ result }) => result !== 'LET THROUGH')).toEqual([]);
    expect([...new Set(rows.map(({ group }) => group))]).toEqual(GROUPS);
    expect(code).toBe(3);
  });

  test('and refuses, but tells too much, is found by every row that reads what is told', async () => {
    const { rows, code } = await probeWeak('tells');
    const missed = rows.filter(({ result }) => result !== 'LET THROUGH').map(({ asks }) => asks);
    expect(missed).toEqual(['a change of protocol to websocket or h2c']);
    expect(code).toBe(3);
    expect(JSON.stringify(rows)).not.toMatch(/node_modules|secrets|dl_pat_/);
  });

  test('is printed as a table, with what came below each row', async () => {
    const server = await startWeakServer('grants');
    const { out, code } = await run([server.url]);
    await server.stop();
    expect(out).toMatch(
      /^LET THROUGH {2}credentials {2}A +every closed route with no credential +401, alike on each$/m,
    );
    expect(out).toMatch(/^ +came: POST \/v1\/artifacts: 200 application\/json; .*; and \d+ more$/m);
    expect(out).toMatch(/\d+ attacks in \d+ requests: 0 refused, \d+ let through, 0 without an answer\.$/);
    expect(code).toBe(3);
  });
});

describe('where there is nothing to probe', () => {
  async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test('it says so, and ends with 4', async () => {
    const gone = await withServer(
      () => {},
      async (url) => url,
    );
    expect(await run([gone])).toEqual({ code: 4, out: '', err: `${gone}: no answer (ECONNREFUSED)` });
    await withServer(
      (_, response) => response.writeHead(404).end('no'),
      async (url) => {
        const err = `${url} answers 404 to /healthz: no Devicelane server is there.`;
        expect(await run([url])).toEqual({ code: 4, out: '', err });
      },
    );
  });

  test('a server that falls silent is left alone, and nothing is called refused that was not heard', async () => {
    let asked = 0;
    await withServer(
      (request, response) => {
        asked += 1;
        if (asked <= 2) response.end('{"status":"ok"}');
        else request.socket.destroy();
      },
      async (url) => {
        const { rows, code } = await report([url]);
        expect(code).toBe(4);
        expect(rows.filter(({ result }) => result !== 'no answer')).toEqual([]);
        expect(asked).toBeLessThan(30);
      },
    );
  });

  test('an issuer that gives no keys is named', async () => {
    await withServer(
      (_, response) => response.end('{"status":"ok"}'),
      async (url) => {
        expect(await run([url, '--issuer', `${url}/none`])).toMatchObject({
          code: 4,
          err: `${url}/none does not give its keys.`,
        });
      },
    );
  });
});

describe('written wrong, it ends with 2, asks nothing, and tells no token', () => {
  const token = newToken('pat', newRoute());
  test.each<[string, { args: string[]; given?: string; stdin?: string }]>([
    ['no URL', { args: [] }],
    ['two', { args: ['https://a.example', 'https://b.example'] }],
    ['no URL of a server', { args: ['devicelane.example'] }],
    ['another scheme', { args: ['ftp://a.example'] }],
    ['a path', { args: ['https://a.example/v1'] }],
    ['a query', { args: ['https://a.example/?a=b'] }],
    ['a user', { args: ['https://me@a.example'] }],
    ['an unknown option', { args: ['https://a.example', '--token', token] }],
    ['an issuer that is none', { args: ['https://a.example', '--issuer', 'github'] }],
    ['a token over a line that others read', { args: ['http://a.example'], given: token }],
    ['a token of two lines', { args: ['https://a.example', '--token-stdin'], stdin: `${token}\n${token}` }],
  ])('%s', async (_, { args, given, stdin }) => {
    const ended = await run(args, given, stdin);
    expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining('usage:') });
    expect(ended.err).not.toContain(token);
  });

  test('--help says how', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('DEVICELANE_TOKEN'), err: '' });
  });
});

test.each(ALL_ROUTES.map((route) => [nameOf(route), route] as [string, Route]))('%s can be asked', (_, route) => {
  expect(pathOf(route, newRoute())).not.toMatch(/[{}]/);
});

/** Runs what is committed in `dist/`, as GitHub's runner does. Build before these: `npm run build`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openZip } from '../backend/apk/zip.ts';
import { checkNameOf, ForkManifest } from '../backend/contract/fork-manifest.ts';
import { FAILING, PASSING } from './client/testing/scripted-run.ts';
import { StandIn } from './client/testing/server.ts';
import { zipFolder } from './client/zip-folder.ts';
import { ArtifactService } from './testing/artifact-service.ts';
import { ForwardProxy } from './testing/forward-proxy.ts';
import { type Finished, Runner } from './testing/runner.ts';

const HEAD = 'a'.repeat(40);
const pull = (headRepository: number) => ({
  pull_request: {
    number: 7,
    title: 'Fix the login',
    head: { sha: HEAD, ref: 'fix', repo: { id: headRepository } },
    base: { sha: 'b'.repeat(40), ref: 'main', repo: { id: 1 } },
  },
});
const CANARY = 'request-token-canary';

let server: StandIn;
let runner: Runner;
let inputs: Record<string, string>;

beforeEach(async () => {
  server = await new StandIn().start();
  runner = await new Runner().start('pull_request', pull(1));
  runner.env.ACTIONS_ID_TOKEN_REQUEST_URL = `${server.url}/oidc?api-version=1`;
  runner.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = CANARY;
  runner.env.GITHUB_SHA = 'e'.repeat(40);
  await writeFile(join(runner.folder, 'work/app.apk'), 'the build');
  inputs = { server: server.url, app: '*.apk', junit: 'junit.xml' };
});
afterEach(async () => {
  await server.stop();
  await runner.remove();
});

const main = async (over: Record<string, string> = {}) =>
  (await runner.step('index.js', { ...inputs, ...over })).finished;

/** The post step sees the state of main as `STATE_…`. */
async function post(state: Record<string, string>): Promise<Finished> {
  const env = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
  return (await runner.step('post.js', inputs, env)).finished;
}

describe('main', () => {
  test('tells the outputs, the summary and the exit code of a run that passed', async () => {
    const { exitCode, outputs, summary, state, log, errors } = await main();
    expect(errors).toBe('');
    expect(exitCode).toBe(0);
    expect(outputs).toEqual({
      'run-id': server.run?.id,
      'report-url': `${server.url}/runs/${server.run?.id}`,
      verdict: 'passed',
      passed: '3',
      failed: '0',
      'new-failures': '0',
      flaky: '0',
      skipped: '0',
      'device-minutes': '1.5',
      junit: 'junit.xml',
    });
    expect(summary).toContain('<h2>Devicelane: It ended&#58; passed</h2>');
    expect(state.finished).toBe('true');
    expect(log).toContain('::group::Upload');
    expect(server.run?.request.commit).toEqual({ sha: HEAD, branch: 'fix', title: 'Fix the login' });
  });

  test.each([
    ['failed', 1],
    ['errored', 4],
    ['invalid', 3],
    ['cancelled', 130],
    ['skipped', 1],
    ['flaky', 0],
  ] as const)('exits for %s with %i', async (verdict, exitCode) => {
    server.script = { ...FAILING, verdict };
    expect((await main()).exitCode).toBe(exitCode);
  });

  test('farm pain 6: with `wait: false` leaves, and post leaves the run alone', async () => {
    server.script = { ...PASSING, endless: true };
    const { exitCode, outputs, state } = await main({ wait: 'false' });
    expect([exitCode, outputs.verdict]).toEqual([0, undefined]);
    await post(state);
    expect(server.run?.cancelledBy).toBeNull();
  });

  test('a wrong input is exit code 2, and an error that names it', async () => {
    const { exitCode, log } = await main({ shards: 'many' });
    expect(exitCode).toBe(2);
    expect(log).toContain('::error::shards: must be a whole number from 1 to 100');
    expect(server.asked).toEqual([]);
  });

  test('a refusal is exit code 3, and an error that names the input', async () => {
    server.faults.push({
      on: 'POST /v1/runs',
      times: 1,
      act: { kind: 'answer', status: 422, code: 'unsupported', field: 'devices' },
    });
    const { exitCode, log } = await main();
    expect(exitCode).toBe(3);
    expect(log).toContain('::error::devices: ');
  });

  test('without an id token says which permission is missing', async () => {
    runner.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = '';
    const { exitCode, log } = await main();
    expect(exitCode).toBe(3);
    expect(log).toContain('id-token: write');
  });

  test('what the server says cannot speak to the runner', async () => {
    server.script = {
      ...PASSING,
      title: '::set-output name=a::b\n::error::no',
      devices: ['x\n::warning::no ##[error]no'],
    };
    const { log } = await main();
    expect(log).not.toMatch(/^\s*::(set-output|warning)/m);
    expect(log).not.toMatch(/^\s*::error::no/m);
    expect(log).not.toContain('##[');
  });
});

describe('tokens', () => {
  test('stand nowhere but the cancel handle, which stands in the state', async () => {
    const { log, errors, outputs, summary, state } = await main();
    const handles = [...server.tokens].filter(([, { kind }]) => kind === 'cancel').map(([token]) => token);
    expect(handles).toEqual([state.cancelHandle]);
    const { cancelHandle, ...rest } = state;
    const written = JSON.stringify([log, errors, outputs, summary, rest]);
    const secrets = [...server.tokens.keys(), ...server.revoked, ...server.exchanged, CANARY];
    expect(secrets).toHaveLength(5);
    for (const secret of secrets) expect(written).not.toContain(secret);
  });

  test('an API token is masked before anything else is printed', async () => {
    const token = 'dl_pat_canary';
    const step = await runner.step('index.js', { ...inputs, token });
    const { log, exitCode } = await step.finished;
    expect(exitCode).toBe(3);
    expect(log).toContain('::error::token: ');
    expect(log).not.toContain(token);
  });
});

describe('cancelling', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the run and exits with 130', async (signal) => {
    server.script = { ...PASSING, endless: true };
    const step = await runner.step('index.js', inputs);
    await step.logged('jobs finished]');
    step.process.kill(signal);
    const { exitCode, state } = await step.finished;
    expect(exitCode).toBe(130);
    expect(server.run?.cancelledBy).toBe('key');
    expect(state.finished).toBe('true');
  });

  test('what main could not stop, because it was killed, post stops', async () => {
    server.script = { ...PASSING, endless: true };
    const step = await runner.step('index.js', inputs);
    await step.logged('jobs finished]');
    step.process.kill('SIGKILL');
    const { state } = await step.finished;
    expect(server.run?.cancelledBy).toBeNull();
    expect((await post(state)).exitCode).toBe(0);
    expect(server.run?.cancelledBy).toBe('handle');
  });

  test('post never fails the job', async () => {
    const state = { server: server.url, runId: `run_${'0'.repeat(32)}`, cancelHandle: 'dl_run_nothing' };
    const { exitCode, log } = await post(state);
    expect(exitCode).toBe(0);
    expect(log).toContain('::warning::');
    expect(await post({})).toMatchObject({ exitCode: 0, log: '' });
  });
});

describe('a workflow artifact', () => {
  let service: ArtifactService;

  beforeEach(async () => {
    await writeFile(join(runner.folder, 'work/flow.yaml'), 'appId: x');
    service = await new ArtifactService('build', await zipFolder(join(runner.folder, 'work'))).start();
    Object.assign(runner.env, service.env);
    inputs = { ...inputs, app: '', artifact: 'build' };
  });
  afterEach(() => service.stop());

  test('gives the one build in it', async () => {
    const { exitCode, log } = await main();
    expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
    expect(server.uploads.contents()['app.apk']?.toString()).toBe('the build');
  });

  test('is refused when its bytes are others than were uploaded', async () => {
    service.digest = '0'.repeat(64);
    const { exitCode, log } = await main();
    expect(exitCode).toBe(3);
    expect(log).toContain('::error::artifact: ');
    expect(server.asked.some((asked) => asked.includes('/v1/'))).toBe(false);
  });
});

describe('a pull request from a fork', () => {
  let service: ArtifactService;

  beforeEach(async () => {
    await runner.remove();
    runner = await new Runner().start('pull_request', pull(2));
    await writeFile(join(runner.folder, 'work/app.apk'), 'the build');
    service = await new ArtifactService('none', Buffer.alloc(0)).start();
    Object.assign(runner.env, service.env);
  });
  afterEach(() => service.stop());

  test('leaves its files for a maintainer, asks the server nothing, and succeeds', async () => {
    const { exitCode, log, summary, state } = await main({ env: 'A=b', name: 'Suite ö' });
    expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
    expect(log).toContain('wait for a maintainer');
    expect(summary).toContain('waits for approval');
    expect(state.finished).toBe('true');
    expect(server.asked).toEqual([]);
    expect(checkNameOf(service.left!.name)).toBe('Suite ö');
    const zip = await openZip({
      size: service.left!.zip.length,
      read: async (offset, length) => service.left!.zip.subarray(offset, offset + length),
    });
    expect([...zip.entries.keys()].sort()).toEqual(['app', 'manifest.json']);
    const content = async (name: string) => (await zip.content(zip.entries.get(name)!, 100_000)).toString();
    expect(await content('app')).toBe('the build');
    const text = await content('manifest.json');
    const manifest = ForkManifest.parse(JSON.parse(text));
    expect(manifest.run).toMatchObject({ name: 'Suite ö', env: { A: 'b' } });
    expect(manifest.files).toMatchObject([{ role: 'app', name: 'app.apk', size: 9 }]);
    for (const claim of [HEAD, server.url, 'Fix the login']) expect(text).not.toContain(claim);
  });

  test('does so too where its workflow is given an id token, which it never asks for', async () => {
    runner.env.ACTIONS_ID_TOKEN_REQUEST_URL = `${server.url}/oidc?api-version=1`;
    runner.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = CANARY;
    const { exitCode } = await main();
    expect(exitCode).toBe(0);
    expect(server.asked).toEqual([]);
    expect(service.left).not.toBeNull();
  });

  test('that names a secret of the backend is told that it gets none', async () => {
    const { exitCode, log } = await main({ env: 'KEY=secret:PLAY_STORE' });
    expect(exitCode).toBe(2);
    expect(log).toContain('::error::env: ');
    expect(service.left).toBeNull();
  });

  test('whose files cannot be left fails, and says nothing of where they were to go', async () => {
    service.broken = 403;
    const { exitCode, log, errors } = await main();
    expect(exitCode).toBe(4);
    expect(log).toContain('::error::The files could not be left for approval');
    // Lines for debugging are hidden, and their secrets masked by the toolkit.
    expect(log.replace(/^::debug::.*$/gm, '') + errors).not.toContain('upload-canary');
  });
});

describe('a proxy', () => {
  let proxy: ForwardProxy;

  beforeEach(async () => {
    proxy = await new ForwardProxy().start();
    runner.env.HTTP_PROXY = proxy.url;
  });
  afterEach(() => proxy.stop());

  test('of the environment is gone through', async () => {
    expect((await main()).exitCode).toBe(0);
    expect(proxy.passed).toContain(new URL(server.url).host);
  });

  test('is left aside for what NO_PROXY names', async () => {
    runner.env.NO_PROXY = '127.0.0.1';
    expect((await main()).exitCode).toBe(0);
    expect(proxy.passed).toEqual([]);
  });

  test('is gone through by post too', async () => {
    server.script = { ...PASSING, endless: true };
    const step = await runner.step('index.js', inputs);
    await step.logged('jobs finished]');
    step.process.kill('SIGKILL');
    const { state } = await step.finished;
    proxy.passed.length = 0;
    await post(state);
    // What the killed step still had on the way may be among them.
    expect(new Set(proxy.passed)).toEqual(new Set([new URL(server.url).host]));
    expect(server.run?.cancelledBy).toBe('handle');
  });
});

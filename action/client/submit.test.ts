import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ROUTES } from '../../backend/contract/routes.ts';
import type { StartedRun } from '../../backend/contract/runs.ts';
import { newToken } from '../../backend/contract/token-forms.ts';
import { submit } from './submit.ts';
import { FAILING } from './testing/scripted-run.ts';
import { StandIn } from './testing/server.ts';
import { APP, newWorkspace, TESTS, type Workspace } from './testing/submission.ts';
import { type Surroundings, surroundings } from './testing/surroundings.ts';

let server: StandIn;
let workspace: Workspace;
let machine: Surroundings;

beforeEach(async () => {
  server = await new StandIn().start();
  workspace = await newWorkspace();
  machine = surroundings(server);
});
afterEach(async () => {
  await server.stop();
  await workspace.remove();
});

const submission = () => workspace.submission(server.url);
const silent = { onStarted: () => {} };

describe('a submission', () => {
  test('brings the very bytes, starts the run, and comes back with the verdict and the JUnit file', async () => {
    const seen: StartedRun[] = [];
    const outcome = await submit(submission(), machine.environment, { onStarted: (started) => seen.push(started) });
    const arrived = server.uploads.contents();
    expect(arrived['app-debug.apk']?.equals(APP)).toBe(true);
    expect(arrived['app-debug-androidTest.apk']?.equals(TESTS)).toBe(true);
    expect(server.run?.request).toMatchObject({
      artifacts: [{ role: 'app' }, { role: 'tests' }],
      devices: ['Pixel 8 @ 34'],
      commit: { sha: 'a'.repeat(40) },
    });
    expect(outcome).toMatchObject({
      kind: 'finished',
      run: { verdict: 'passed', exitCode: 0 },
      junit: 'out/junit.xml',
    });
    expect(seen.map(({ runId }) => runId)).toEqual([server.run?.id]);
    expect(await readFile(join(workspace.folder, 'out/junit.xml'), 'utf8')).toBe('<testsuites/>');
  });

  test('asks for nothing that is not in the contract', async () => {
    await submit(submission(), machine.environment, silent);
    const routes = Object.values(ROUTES).map(
      ({ method, path }) =>
        new RegExp(`^${method.toUpperCase()} ${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    );
    expect(server.asked.filter((asked) => !routes.some((route) => route.test(asked)))).toEqual([]);
  });

  test('exchanges once, and gives the capability back at the end', async () => {
    await submit(submission(), machine.environment, silent);
    expect(server.exchanged).toEqual([`id-token 1 for ${server.url}`]);
    expect(server.revoked).toHaveLength(1);
    expect(server.asked.at(-1)).toBe('POST /oauth/revoke');
  });

  test('masks every token and prints none', async () => {
    await submit(submission(), machine.environment, silent);
    const tokens = [...server.tokens.keys(), ...server.revoked];
    expect(machine.masked.sort()).toEqual(tokens.sort());
    const printed = [...machine.lines, ...machine.warnings].join('\n');
    for (const token of tokens) expect(printed).not.toContain(token);
  });

  test('fetches what failed and what was flaky, and leaves out what passed', async () => {
    server.script = FAILING;
    const result = {
      suite: 's',
      jobId: `job_${'0'.repeat(32)}`,
      farm: 'local',
      device: 'Pixel 8 @ 34',
      isNew: true,
      attempts: [],
    };
    server.results = (['passed', 'failed', 'flaky'] as const).map((outcome) => ({ ...result, name: outcome, outcome }));
    const outcome = await submit(submission(), machine.environment, silent);
    expect(outcome).toMatchObject({ run: { exitCode: 1 }, failures: [{ name: 'failed' }, { name: 'flaky' }] });
  });

  test('a run without a JUnit file has none, and the verdict stands', async () => {
    server.junit = null;
    const outcome = await submit(submission(), machine.environment, silent);
    expect(outcome).toMatchObject({ run: { verdict: 'passed' }, junit: null });
  });

  test('the verdict stands when the JUnit file cannot be written', async () => {
    await writeFile(join(workspace.folder, 'out'), 'in the way');
    const outcome = await submit(submission(), machine.environment, silent);
    expect(outcome).toMatchObject({ run: { verdict: 'passed' }, junit: null });
    expect(machine.warnings).toHaveLength(1);
  });

  test('with `wait: false` leaves once the run is started', async () => {
    const leaving = { ...submission(), run: { ...submission().run, wait: false } };
    expect(await submit(leaving, machine.environment, silent)).toMatchObject({ kind: 'started' });
    expect(server.asked.some((asked) => asked.endsWith('/events'))).toBe(false);
    expect(server.run?.cancelledBy).toBeNull();
  });
});

describe('who asks', () => {
  test('an API token is shown as it is, without an exchange', async () => {
    const token = newToken('pat', '0'.repeat(10));
    server.tokens.set(token, { kind: 'api', thumbprint: null, runId: null });
    const outcome = await submit({ ...submission(), token }, machine.environment, silent);
    expect(outcome).toMatchObject({ kind: 'finished', run: { verdict: 'passed' } });
    expect(server.exchanged).toEqual([]);
    expect(server.revoked).toEqual([]);
    expect(server.runs.size).toBe(1);
  });

  test('an API token that is refused is named as the input to change', async () => {
    const wrong = { ...submission(), token: newToken('pat', '0'.repeat(10)) };
    await expect(submit(wrong, machine.environment, silent)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^token: .*invalid_token, request req-1/),
    });
  });

  test('an id token for another audience is refused, and nothing is uploaded', async () => {
    machine.environment.getIdToken = async () => server.idToken('https://elsewhere.example');
    await expect(submit(submission(), machine.environment, silent)).rejects.toMatchObject({
      exitCode: 3,
      code: 'untrusted',
    });
    expect(server.uploads.all.size).toBe(0);
  });

  test('a proof is good for one request: none of them was refused or repeated', async () => {
    await submit(submission(), machine.environment, silent);
    expect(machine.waits).toEqual([]);
  });
});

describe('refusals', () => {
  test('the file is looked for before anybody is asked for anything', async () => {
    await expect(submit({ ...submission(), app: '*.aab' }, machine.environment, silent)).rejects.toMatchObject({
      exitCode: 2,
      input: 'app',
    });
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['devices', 'devices'],
    ['failOn', 'fail-on'],
    ['queueTimeout', 'queue-timeout'],
    ['farms', 'farm'],
  ])('a refused %s names the input %s', async (field, input) => {
    server.faults.push({
      on: 'POST /v1/runs',
      times: 1,
      act: { kind: 'answer', status: 422, code: 'unsupported', field },
    });
    await expect(submit(submission(), machine.environment, silent)).rejects.toMatchObject({
      exitCode: 3,
      code: 'unsupported',
      message: `${input}: A fault was asked for. (starting the run: unsupported, request req-1)`,
    });
  });

  test('a refused file names the input that it came from', async () => {
    server.faults.push({
      on: 'POST /v1/artifacts',
      times: 1,
      act: { kind: 'answer', status: 413, code: 'too_large', field: 'size' },
    });
    await expect(submit(submission(), machine.environment, silent)).rejects.toThrow(/^app: /);
  });

  test('a server that keeps failing is broken, not refused', async () => {
    server.faults.push({ on: 'POST /v1/runs', times: 99, act: { kind: 'answer', status: 503, code: 'unavailable' } });
    await expect(submit(submission(), machine.environment, silent)).rejects.toMatchObject({ exitCode: 4 });
    expect(server.asked.filter((asked) => asked === 'POST /v1/runs')).toHaveLength(8);
  });

  test('a server that is not there is named', async () => {
    await server.stop();
    await expect(submit(submission(), machine.environment, silent)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(`${server.url} cannot be reached (ECONNREFUSED)`),
    });
    await server.start();
  });
});

describe('cancelling', () => {
  test('stops the run with the key that started it', async () => {
    server.script = { ...FAILING, endless: true };
    const running = submit(submission(), machine.environment, { onStarted: () => setImmediate(machine.cancel) });
    await expect(running).rejects.toMatchObject({ exitCode: 130, runLeft: false });
    expect(server.run?.cancelledBy).toBe('key');
  });

  test('while the run is being started waits for its handle, and stops it', async () => {
    server.script = { ...FAILING, endless: true };
    server.beforeAnswer = (asked) => asked === 'POST /v1/runs' && machine.cancel();
    await expect(submit(submission(), machine.environment, silent)).rejects.toMatchObject({ exitCode: 130 });
    expect(server.run?.cancelledBy).toBe('key');
  });

  test('during the upload starts nothing', async () => {
    server.beforeAnswer = (asked) => asked.startsWith('PUT ') && machine.cancel();
    await expect(submit(submission(), machine.environment, silent)).rejects.toMatchObject({ exitCode: 130 });
    expect(server.runs.size).toBe(0);
  });

  test('says so when the run could not be stopped', async () => {
    server.script = { ...FAILING, endless: true };
    server.faults.push({ on: 'POST /v1/runs/*', times: 99, act: { kind: 'answer', status: 409, code: 'conflict' } });
    const running = submit(submission(), machine.environment, { onStarted: () => setImmediate(machine.cancel) });
    await expect(running).rejects.toMatchObject({ exitCode: 130, runLeft: true });
  });
});

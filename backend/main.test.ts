import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newRoute } from './contract/ids.ts';
import { newToken } from './contract/token-forms.ts';
import { makeDataFolder } from './testing/data-folder.ts';
import { startWeakServer } from './testing/weak-server.ts';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await makeDataFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ended = { code: number | null; out: string; err: string };

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH ?? '', DEVICELANE_DATA: folder, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...said })));
  return { child, said, ended };
}

const run = (args: string[], env: Record<string, string> = {}): Promise<Ended> => start(args, env).ended;
const SETUP = [
  'setup',
  '--email',
  'ada@example.com',
  '--repository',
  'acme/app',
  '--repository-id',
  '42',
  '--owner-id',
  '7',
];

describe('a command that is written wrong ends with 2 and says how to write it', () => {
  test.each([
    ['nothing', [], 'usage:'],
    ['an unknown command', ['start'], 'usage:'],
    ['a name of every object', ['constructor'], 'usage:'],
    ['an unknown option', ['serve', '--port', '80'], 'usage:'],
    ['more than a command', ['serve', 'now'], 'usage:'],
    ['an option without its value', ['login', '--email'], 'usage:'],
  ])('%s', async (_, args, says) => {
    const ended = await run(args);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(says);
    expect(ended.err).not.toMatch(/\n {4}at /);
  });

  test('a bad setting is named in one line', async () => {
    await expect(run(['serve'], { PORT: 'http' })).resolves.toEqual({
      code: 2,
      out: '',
      err: 'PORT: "http" is not a port from 0 to 65535\n',
    });
  });
});

test('probe asks a server without any setting of its own, and ends with 3 where it was let through', async () => {
  const server = await startWeakServer('grants');
  const token = newToken('pat', newRoute());
  const ended = await run(['probe', server.url, '--json'], { PORT: 'http', DEVICELANE_TOKEN: token });
  await server.stop();
  expect(ended).toMatchObject({ code: 3, err: '' });
  expect(JSON.parse(ended.out).rows.at(-1)).toMatchObject({ group: 'small token', result: 'LET THROUGH' });
  expect(ended.out).not.toContain(token);
  await expect(run(['probe'])).resolves.toMatchObject({ code: 2, out: '', err: expect.stringContaining('usage:') });
});

test('setup, login and serve work on an embedded database, and refuse what they must', async () => {
  const missing = await run(['setup', '--email', 'ada@example.com']);
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('Give --repository.') });

  const made = await run(SETUP);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(
    /Project prj_[0-9A-Za-z]{32} is ready\.\nSign in, once, within 15 minutes: http:\S+\/sign-in\/[0-9A-Za-z]{53}\n$/,
  );

  const again = await run(SETUP);
  expect(again).toMatchObject({ code: 3, out: '', err: 'This repository is bound to a project already.\n' });
  const named = await run(SETUP.map((arg) => (arg === '42' ? 'acme/app' : arg)));
  expect(named).toMatchObject({ code: 3, err: expect.stringContaining('repositoryId is the number') });

  const stranger = await run(['login', '--email', 'eve@example.com']);
  expect(stranger).toMatchObject({ code: 3, out: '', err: 'Nobody is known by this address.\n' });
  await expect(run(['migrate'])).resolves.toMatchObject({ code: 0, err: '' });

  const server = start(['serve']);
  const url = await new Promise<string>((resolve, reject) => {
    void server.ended.then(({ err }) => reject(new Error(err)));
    server.child.stdout.on('data', () => {
      const match = /"url":"([^"]+)"/.exec(server.said.out);
      if (match?.[1]) resolve(match[1]);
    });
  });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  // The database of the running server is shared with a command beside it.
  const login = await run(['login', '--email', 'ADA@example.com '], { PUBLIC_URL: url });
  const link = /http:\S+/.exec(login.out)?.[0] ?? '';
  const signedIn = await fetch(link, { method: 'POST', headers: { origin: url }, redirect: 'manual' });
  expect(signedIn.status).toBe(303);
  server.child.kill('SIGTERM');
  const ended = await server.ended;
  expect(ended).toMatchObject({ code: 0, err: '' });
  for (const line of ended.out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  expect(ended.out).not.toContain(link.split('/').at(-1));
}, 60_000);

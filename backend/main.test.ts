import { spawn } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newRoute } from './contract/ids.ts';
import { newToken } from './contract/token-forms.ts';
import { makeDataFolder } from './testing/data-folder.ts';
import { until } from './testing/until.ts';
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
    ['half of a command', ['audit'], 'usage:'],
    ['the other half unknown', ['audit', 'forget'], 'usage:'],
    ['verifying nothing', ['audit', 'verify'], 'usage: audit verify'],
    ['more than a command of two words', ['audit', 'export', 'now'], 'usage:'],
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

/** Claims of a push to the repository that is set up. */
const PUSH = {
  ...{ repository: 'acme/app', repository_id: '42', repository_owner_id: '7', run_id: '1', run_attempt: '1' },
  ...{ event_name: 'push', ref: 'refs/heads/main', sha: '0'.repeat(40), runner_environment: 'github-hosted' },
  job_workflow_ref: 'acme/app/.github/workflows/ci.yml@refs/heads/main',
};

describe('trust check', () => {
  async function check(claims: unknown, policy: unknown): Promise<Ended> {
    const [claimsFile, policyFile] = [join(folder, 'claims.json'), join(folder, 'policy.json')];
    await writeFile(claimsFile, typeof claims === 'string' ? claims : JSON.stringify(claims));
    await writeFile(policyFile, JSON.stringify(policy));
    return run(['trust', 'check', '--claims', claimsFile, '--policy', policyFile]);
  }

  test('says which policy matched, and ends with 0', async () => {
    const ended = await check(PUSH, { refs: ['refs/heads/main'] });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(
      /the policy matches\n.*ok {4}event_name.*\n {2}ok {4}ref: refs takes refs\/heads\/main\n/,
    );
    expect(ended.out).toMatch(/trusted by the policy\n$/);
  });

  test('says which claim failed, and ends with 3', async () => {
    const ended = await check({ ...PUSH, ref: 'refs/heads/dev' }, { refs: ['refs/heads/main'] });
    expect(ended).toMatchObject({ code: 3, out: '' });
    expect(ended.err).toMatch(/does not match\n/);
    expect(ended.err).toContain('FAILS ref: refs takes refs/heads/main');
    expect(ended.err).toMatch(/refused\n$/);
  });

  test('refuses a token, wherever it stands, and does not repeat it', async () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"x"}').toString('base64url')}.c2lnbmF0dXJl`;
    for (const claims of [token, { ...PUSH, token }, [token]]) {
      const ended = await check(claims, {});
      expect(ended).toMatchObject({ code: 2, out: '' });
      expect(ended.err).toContain('holds a token');
      expect(ended.err).not.toContain('eyJ');
    }
  });

  test.each<[string, unknown, unknown, number, string]>([
    ['claims that are none', { event_name: 'push' }, {}, 3, 'repository_id'],
    ['claims that are a list', [], {}, 2, '--claims'],
    ['claims that are no JSON', 'claims', {}, 2, '--claims'],
    ['a policy with a key that is not known', PUSH, { branches: [] }, 3, 'branches'],
  ])('names %s', async (_, claims, policy, code, says) => {
    const ended = await check(claims, policy);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(says);
  });

  test('asks for what it needs', async () => {
    expect(await run(['trust', 'check', '--policy', '/nowhere'])).toMatchObject({ code: 2, err: 'Give --claims.\n' });
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

  const projectId = /prj_\w+/.exec(made.out)?.[0] ?? '';
  const claims = join(folder, 'claims.json');
  await writeFile(claims, JSON.stringify({ iss: 'https://token.actions.githubusercontent.com', ...PUSH }));
  const trusted = await run(['trust', 'check', '--claims', claims, '--project', projectId]);
  expect(trusted).toMatchObject({ code: 0, out: expect.stringMatching(/trusted by tru_\w+\n$/) });
  await writeFile(claims, JSON.stringify({ iss: 'https://token.actions.githubusercontent.com.evil.example', ...PUSH }));
  const forged = await run(['trust', 'check', '--claims', claims, '--project', projectId]);
  expect(forged).toMatchObject({ code: 3, err: expect.stringContaining('FAILS iss') });

  const tenant = (await run(['tenant', 'list'])).out.split(' ')[0] ?? '';
  await expect(run(['tenant', 'suspend', '--tenant', tenant])).resolves.toMatchObject({ code: 0 });
  await expect(run(['login', '--email', 'ada@example.com'])).resolves.toMatchObject({ code: 3 });
  await expect(run(['tenant', 'resume', '--tenant', tenant])).resolves.toMatchObject({ code: 0 });
  await expect(run(['tenant', 'resume', '--tenant', tenant])).resolves.toMatchObject({ code: 3 });

  const forwarded = join(folder, 'forwarded.jsonl');
  const server = start(['serve'], { AUDIT_FORWARD: `file:${forwarded}` });
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

  const file = join(folder, 'audit.jsonl');
  const exportTo = ['audit', 'export', '--email', 'ada@example.com', '--out'];
  expect(await run(['audit', 'export', '--email', 'ada@example.com'])).toMatchObject({ code: 2, err: 'Give --out.\n' });
  const verified = await until('a proven export', async () => {
    expect(await run([...exportTo, file], { PUBLIC_URL: url })).toMatchObject({ code: 0, err: '' });
    const ended = await run(['audit', 'verify', file, '--json'], { DEVICELANE_DATA: '/nowhere', PORT: 'http' });
    return /"proven":[1-9]/.test(ended.out) ? ended : null;
  });
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(verified.out)).toMatchObject({ bad: null });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await run([...exportTo, join(folder, 'no', 'folder')])).toMatchObject({ code: 4, out: '' });

  // What is numbered is forwarded soon, without anybody asking.
  const lines = await until('the export forwarded', async () => {
    const text = await readFile(forwarded, 'utf8');
    const all = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { seq: number; code: string });
    return all.some(({ code }) => code === 'audit.exported') ? all : null;
  });
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index));

  const publish = (checks: string) => run(['audit', 'publish', '--email', 'ada@example.com', '--checks', checks]);
  expect(await publish('yes')).toMatchObject({ code: 2, err: 'Give --checks on or --checks off.\n' });
  expect(await publish('on')).toMatchObject({ code: 3, err: 'No GitHub App is connected that posts checks.\n' });

  server.child.kill('SIGTERM');
  const ended = await server.ended;
  expect(ended).toMatchObject({ code: 0, err: '' });
  for (const line of ended.out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  expect(ended.out).not.toContain(link.split('/').at(-1));
}, 120_000);

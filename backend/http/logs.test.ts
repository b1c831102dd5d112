import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { dumpDatabases, readKept } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';

/** Words that a customer wrote, each found nowhere but where it belongs: sealed. */
const CANARY = {
  package: 'com.canary.package',
  label: 'canary label',
  file: 'canary-file.apk',
  title: 'canary title of a commit',
  branch: 'canary/branch',
  check: 'canary check',
  env: 'canary-env-value',
};

let world: World;
let logged = '';
/** Everything that lets somebody in, as it went over the wire. */
const secrets: Record<string, string> = {};

beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _, done) {
      logged += chunk;
      done();
    },
  });
  // Everything turned on, and nothing redacted: what is not said needs no redaction.
  world = await startWorld({ log: pino({ level: 'trace' }, sink) });

  const job = new CiJob(world);
  secrets.idToken = await job.idToken();
  secrets.proof = job.prove('POST', '/oauth/token', null);
  const exchanged = await job.request('POST', '/oauth/token', {
    token: null,
    headers: { dpop: secrets.proof },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: secrets.idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    }),
  });
  job.token = (exchanged.json as { access_token: string }).access_token;
  secrets.capability = job.token;
  const build = apkFile({ package: CANARY.package, application: { label: CANARY.label } });
  const artifactId = await job.upload(build, CANARY.file);
  const started = await job.startRun({
    artifacts: [{ artifactId, role: 'app' }],
    name: CANARY.check,
    commit: { sha: world.github.pullRequest.headSha, branch: CANARY.branch, title: CANARY.title },
  });
  secrets.handle = started.handle;
  secrets.cancelHandle = started.cancelHandle;
  await job.finished(started.runId);

  const link = await world.signInLink(`/runs/${started.runId}`);
  secrets.code = link.split('/').at(-1)!;
  const origin = { origin: world.backend.url };
  const signedIn = await fetch(link, { method: 'POST', headers: origin, redirect: 'manual' });
  secrets.session = signedIn.headers.getSetCookie()[0]!.split(';')[0]!.split('=')[1]!;
  const cookie = `devicelane=${secrets.session}`;
  const page = await fetch(`${world.backend.url}/runs/${started.runId}`, { headers: { cookie } });
  expect(await page.text()).toContain(CANARY.title);

  // Refusals and nonsense, each with something secret in it.
  await job.exchange({ idToken: secrets.idToken });
  // The farm passes no environment on.
  await job.request('POST', '/v1/runs', { body: await job.runRequest({ name: 'x', env: { TOKEN: CANARY.env } }) });
  await job.request('GET', `/v1/runs/${secrets.capability}`);
  await job.request('GET', `/v1/runs?cursor=${secrets.handle}`);
  await job.request('GET', '/v1/runs', { scheme: 'Bearer' });
  await job.request('POST', '/v1/artifacts', { body: `{"name": "${secrets.handle}` });
  await fetch(`${world.backend.url}/sign-in/${secrets.code}x`);
  await fetch(`${world.backend.url}/${secrets.session}`, { headers: { cookie } });
  await job.request('POST', '/oauth/revoke', { token: null, body: new URLSearchParams({ token: job.token }) });
});
afterAll(() => world.stop());

describe('D1: after a run, a sign-in and refusals', () => {
  test('the log tells of every request by its route', () => {
    const lines = logged
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const requests = lines.filter((line) => line.msg === 'request');
    expect(requests.length).toBeGreaterThan(10);
    expect(new Set(requests.map((line) => line.route))).toEqual(
      new Set(
        requests
          .map((line) => line.route)
          .filter((route) => route === undefined || /^\/[\w/{}.-]*$/.test(String(route))),
      ),
    );
    for (const line of requests) {
      expect(
        Object.keys(line)
          .sort()
          .filter((key) => key !== 'route'),
      ).toEqual(['hostname', 'level', 'method', 'ms', 'msg', 'pid', 'requestId', 'status', 'time']);
    }
  });

  test('neither the log nor a database holds anything that lets somebody in', async () => {
    const places = { logged, databases: await dumpDatabases(world) };
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length).toBeGreaterThan(40);
      for (const [place, text] of Object.entries(places)) {
        expect({ name, place, found: text.includes(secret) }).toEqual({ name, place, found: false });
        expect({ name, place, found: text.includes(secret.slice(-30)) }).toEqual({ name, place, found: false });
      }
    }
    expect(places.databases).not.toContain(world.github.privateKey.slice(40, 100));
  });

  test('neither the log, nor a database, nor a blob holds anything that a customer wrote', async () => {
    const { blobs } = await readKept(world);
    expect(blobs.length).toBeGreaterThan(0);
    const stored = (await Promise.all(blobs.map((path) => readFile(path, 'latin1')))).join('\n');
    const places = { logged, databases: await dumpDatabases(world), stored };
    for (const [name, word] of Object.entries(CANARY)) {
      const utf16 = Buffer.from(word, 'utf16le').toString('latin1');
      for (const [place, text] of Object.entries(places)) {
        const found = text.includes(word) || text.includes(utf16);
        expect({ name, place, found }).toEqual({ name, place, found: false });
      }
    }
  });
});

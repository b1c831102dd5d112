/** Canary secrets along every road of the committed bundle: a proven identity, an API token, a fork. */
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pino from 'pino';
import { ArtifactService } from '../../../action/testing/artifact-service.ts';
import { type Finished, Runner } from '../../../action/testing/runner.ts';
import { exportAudit } from '../../audit/export.ts';
import type { CreatedApiToken } from '../../contract/api-tokens.ts';
import { type FakeAws, startFakeAws } from '../../farms/aws-device-farm/fake/service.ts';
import { apkFile } from '../apks/apk-file.ts';
import { buttonPressed, deliver, WEBHOOK_SECRET, workflowCompleted } from '../github-hooks.ts';
import { dumpDatabases, openTenant, tasksDone } from '../kept.ts';
import { signIn } from '../person.ts';
import { until } from '../until.ts';
import { API_DEMOS } from '../workflow-step.ts';
import { startWorld, type World } from '../world.ts';

/** What may be found nowhere, however it is written. */
const canaries: Record<string, string> = {
  farmKey: 'canary-farm-secret-access-key-0001',
  projectSecret: 'canary-project-secret-value-0002',
  githubToken: 'ghs_canaryGithubTokenOfTheWorkflow0003',
  webhookSecret: WEBHOOK_SECRET,
};
/** Tokens of ours, of GitHub and of any issuer, by their form. */
const FORMS =
  /dl_(?:ci|run|pat|adm)_[0-9A-Za-z]{30,}|gh[psu]_[0-9A-Za-z]{20,}|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/;

let world: World;
let aws: FakeAws;
let service: ArtifactService;
/** Everything that people, systems or disks get to see, by where. */
const places: Record<string, string> = {};
let logged = '';

beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _, done) {
      logged += chunk;
      done();
    },
  });
  aws = await startFakeAws();
  world = await startWorld({ log: pino({ level: 'trace' }, sink) });
  service = await new ArtifactService('none', Buffer.alloc(0)).start();
  canaries.idTokenRequest = world.oidc.requestToken;
  canaries.clientSecret = world.github.signIns.clientSecret;
  canaries.privateKey = world.github.privateKey.slice(60, 120);
  canaries.runtimeToken = service.env.ACTIONS_RUNTIME_TOKEN ?? '';

  const admin = await signIn(world);
  canaries.session = admin.cookie.split('=')[1] ?? '';
  await admin.ask('POST', '/v1/connections', {
    kind: 'aws_device_farm',
    name: 'aws',
    settings: { projectArn: 'arn:aws:devicefarm:us-west-2:123456789012:project:one', baseUrl: aws.baseUrl },
    credential: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: canaries.farmKey },
  });
  const { projectId } = world.tenant;
  await admin.ask('PUT', `/v1/projects/${projectId}/secrets/PASSWORD`, { value: canaries.projectSecret });
  const scopes = ['artifact:create', 'artifact:read', 'run:create', 'run:read', 'run:cancel'];
  const made = await admin.ask('POST', '/v1/tokens', { name: 'ci', projectId, scopes, expiresInDays: 1 });
  canaries.apiToken = (made.json as CreatedApiToken).token;

  await identityRoad();
  await tokenRoad();
  await forkRoad();
  await tasksDone(world);

  places['the server log'] = logged;
  places['the databases'] = await dumpDatabases(world);
  places['the files'] = await textOf(world.dataFolder);
  let exported = '';
  const operator = await openTenant(world, { actor: { kind: 'operator' } });
  for await (const line of await exportAudit({ ctx: operator })) exported += line;
  places['the audit log'] = exported;
  const posted = world.github.requests.filter(({ path }) => path.includes('/check-runs'));
  places['what GitHub was posted'] = JSON.stringify(posted.map(({ path, body }) => ({ path, body })));
}, 120_000);
afterAll(async () => {
  await world.stop();
  await service.stop();
  await aws.close();
});

async function startRunner(headRepository: number): Promise<Runner> {
  const { repository, pullRequest } = world.github;
  const id = Number(repository.id);
  const head = { sha: pullRequest.headSha, ref: pullRequest.headRef, repo: { id: headRepository } };
  const base = { sha: pullRequest.baseSha, ref: 'main', repo: { id } };
  const pull = { number: pullRequest.number, title: 'A change', head, base };
  return new Runner().start('pull_request', { repository: { id }, pull_request: pull });
}

/** What the step has left, beside what GitHub's runner itself keeps of it. */
async function keep(road: string, runner: Runner, step: Finished): Promise<void> {
  places[`the log of ${road}`] = step.log + step.errors;
  places[`the summary of ${road}`] = step.summary;
  places[`the outputs of ${road}`] = JSON.stringify(step.outputs);
  places[`the workspace of ${road}`] =
    (await textOf(join(runner.folder, 'work'))) + (await textOf(join(runner.folder, 'temp')));
  await runner.remove();
}

async function textOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return files.map(({ name }) => name).join('\n') + (await Promise.all(texts)).join('\n');
}

const onAws = {
  app: 'app.apk',
  tests: 'tests.apk',
  farm: 'aws',
  framework: 'instrumentation',
  env: 'PASSWORD=secret:PASSWORD',
};
async function stepOnAws(road: string, env: Record<string, string>, inputs: Record<string, string>): Promise<void> {
  aws.setPlan({ tests: { 'a.B#fails': 'FAILED' }, result: 'FAILED' });
  const runner = await startRunner(Number(world.github.repository.id));
  const work = join(runner.folder, 'work');
  await writeFile(join(work, 'app.apk'), apkFile());
  const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
  await writeFile(join(work, 'tests.apk'), apkFile({ instrumentation }));
  const all = { GITHUB_TOKEN: canaries.githubToken ?? '', ...env };
  const step = await runner.step('index.js', { server: world.backend.url, name: road, ...onAws, ...inputs }, all);
  const passing = setInterval(() => aws.advance(600_000), 300);
  const finished = await step.finished;
  clearInterval(passing);
  expect({ road, exitCode: finished.exitCode, log: finished.log }).toMatchObject({ road, exitCode: 1 });
  await keep(road, runner, finished);
}

const identityRoad = () =>
  stepOnAws(
    'a proven identity',
    { ACTIONS_ID_TOKEN_REQUEST_URL: world.oidc.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: world.oidc.requestToken },
    {},
  );
const tokenRoad = () => stepOnAws('an API token', {}, { token: canaries.apiToken ?? '' });

async function forkRoad(): Promise<void> {
  const runner = await startRunner(770_001);
  await copyFile(API_DEMOS, join(runner.folder, 'work/app.apk'));
  const inputs = { server: world.backend.url, app: 'app.apk' };
  const env = { ...service.env, GITHUB_TOKEN: canaries.githubToken ?? '' };
  const step = await (await runner.step('index.js', inputs, env)).finished;
  expect({ exitCode: step.exitCode, log: step.log }).toMatchObject({ exitCode: 0 });
  await keep('a fork', runner, step);

  const { headSha } = world.github.pullRequest;
  const { name, zip } = service.left!;
  places['what a fork leaves'] = zip.toString('latin1');
  world.github.forks.pulls.push({ number: 12, headSha, branch: 'patch-1' });
  world.github.forks.runs.push({ id: 4711, headSha, branch: 'patch-1', artifacts: [{ id: 1, name, zip }] });
  await deliver(world, 'workflow_run', workflowCompleted(world, 4711));
  await tasksDone(world);
  const { db } = await openTenant(world);
  const request = await db.selectFrom('fork_requests').selectAll().executeTakeFirstOrThrow();
  const check = await until('the check', async () =>
    (await world.github.checks(headSha)).find(({ conclusion }) => conclusion === 'action_required'),
  );
  await deliver(world, 'check_run', buttonPressed(world, check, `approve-${request.id.slice(-12)}`));
  await until('three runs finished', async () => {
    const runs = await db.selectFrom('runs').select('state').execute();
    return runs.length === 3 && runs.every(({ state }) => state === 'finished');
  });
}

test('the roads were walked, and the places hold what they should', () => {
  expect(Object.keys(places)).toHaveLength(18);
  expect(Object.entries(places).filter(([, text]) => text.length === 0)).toEqual([]);
  expect(places['the log of an API token']).toContain('a.B');
  expect(places['the audit log']).toContain('secret.used');
  // The farm was given it, and nobody else.
  expect(JSON.stringify(aws.requests)).toContain(canaries.projectSecret);
  expect(FORMS.test(`before ${canaries.apiToken} after`)).toBe(true);
  for (const [name, secret] of Object.entries(canaries)) expect([name, secret.length > 15]).toEqual([name, true]);
});

test('none of them holds a canary, as it is or encoded', () => {
  for (const [name, secret] of Object.entries(canaries)) {
    const bytes = Buffer.from(secret);
    const forms = [secret, bytes.toString('base64').slice(0, -4), bytes.toString('hex'), encodeURIComponent(secret)];
    for (const [place, text] of Object.entries(places)) {
      expect({ name, place, found: forms.some((form) => text.includes(form)) }).toEqual({ name, place, found: false });
    }
  }
});

test('none of them holds a token of any known form', () => {
  for (const [place, text] of Object.entries(places)) {
    expect({ place, found: FORMS.exec(text)?.[0].slice(0, 12) }).toEqual({ place, found: undefined });
  }
});

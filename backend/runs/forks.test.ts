import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ForkManifestInput, forkArtifactName } from '../contract/fork-manifest.ts';
import { sweepForks } from '../retention/sweep-forks.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { type ZipPart, zipFile } from '../testing/apks/zip-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import type { ForkArtifact, ForkRun } from '../testing/github-forks.ts';
import { buttonPressed, deliver, workflowCompleted } from '../testing/github-hooks.ts';
import { tasksDone } from '../testing/kept.ts';

const DAY_MS = 86_400_000;

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

let next = 70_000;
let name: string;
beforeEach(() => {
  next += 100;
  name = `suite ${next}`;
  world.github.forks.pulls.length = 0;
  world.github.forks.downloads = 0;
  world.farm.setPlan(quickPlan());
});

const build = () => apkFile({}, [{ name: 'assets/noise', content: randomBytes(100), method: 0 }]);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function manifestOf(app: Buffer, changes: Record<string, unknown> = {}, run: object = {}): ForkManifestInput {
  const files = [{ role: 'app' as const, name: 'app.apk', size: app.length, sha256: sha256(app) }];
  return { version: 1, run: { name, ...run }, files, ...changes };
}
const zipOf = (manifest: unknown, app: Buffer, more: ZipPart[] = []): Buffer =>
  zipFile([
    { name: 'manifest.json', content: JSON.stringify(manifest) },
    { name: 'app', content: app, method: 0 },
    ...more,
  ]);

type Left = { zip?: Buffer; headSha?: string; run?: Partial<ForkRun>; artifact?: Partial<ForkArtifact> };

/** A fork's pull request whose workflow has ended and left its files. Returns the run, as GitHub holds it. */
async function leave({ zip, headSha = world.github.pullRequest.headSha, run = {}, artifact = {} }: Left = {}) {
  next += 1;
  const app = build();
  const left: ForkRun = {
    id: next,
    headSha,
    branch: 'patch-1',
    artifacts: [{ id: next, name: forkArtifactName(name)!, zip: zip ?? zipOf(manifestOf(app), app), ...artifact }],
    ...run,
  };
  world.github.forks.runs.push(left);
  if (world.github.forks.pulls.length === 0) {
    world.github.forks.pulls.push({ number: next, headSha, branch: 'patch-1' });
  }
  await notice(left);
  return left;
}

async function notice(run: ForkRun) {
  expect(await deliver(world, 'workflow_run', workflowCompleted(world, run.id))).toBe(202);
  await tasksDone(world);
}

type Asked = { conclusion?: string; actions?: { identifier: string }[]; output: { title: string; summary: string } };

/** What was last written to GitHub of this check. */
function posted(): Asked {
  const body = world.github.requests.findLast(
    ({ method, path, body }) =>
      method !== 'GET' && path.includes('/check-runs') && (body as { name?: string } | null)?.name === name,
  )?.body;
  return body as Asked;
}

async function check(headSha = world.github.pullRequest.headSha) {
  const [found, ...others] = (await world.github.checks(headSha)).filter((each) => each.name === name);
  expect(others).toEqual([]);
  return found!;
}

const button = (kind: 'approve' | 'deny'): string =>
  posted().actions!.find(({ identifier }) => identifier.startsWith(kind))!.identifier;

/** Presses a button as it was shown. */
async function press(identifier: string, changes: object = {}, sender = world.github.people.writer, headSha?: string) {
  const shown = { ...(await check(headSha)), ...changes };
  expect(await deliver(world, 'check_run', buttonPressed(world, shown, identifier, sender))).toBe(202);
  await tasksDone(world);
}

const db = async () => (await world.tenantContext()).db;
/** Requests of this test's check, oldest first. */
async function requests() {
  const ctx = await world.tenantContext();
  const rows = await ctx.db.selectFrom('fork_requests').selectAll().orderBy('created_at').execute();
  const opened = await Promise.all(
    rows.map(async (row) => ({
      ...row,
      words: JSON.parse((await ctx.keys.open(row.id, 'fork_requests.sealed_request', row.sealed_request)).toString()),
    })),
  );
  return opened.filter((row) => row.words.name === name);
}
const runsOf = async (headSha = world.github.pullRequest.headSha) => {
  const ids = (await requests()).flatMap(({ run_id }) => run_id ?? []);
  if (ids.length === 0) return [];
  const rows = await (await db()).selectFrom('runs').selectAll().where('id', 'in', ids).execute();
  return rows.filter((row) => row.head_sha === headSha);
};

describe('a pull request from a fork', () => {
  test('waits until a maintainer approves, then runs and is reported on the same check', async () => {
    await leave();
    const waiting = await check();
    expect(posted()).toMatchObject({ conclusion: 'action_required' });
    expect(posted().actions?.map(({ identifier }) => identifier.split('-')[0])).toEqual(['approve', 'deny']);
    expect(world.github.forks.downloads).toBe(0);
    expect(world.farm.starts()).toBe(0);

    await press(button('approve'));
    expect((await world.concludedCheck(name)).id).toBe(waiting.id);
    await tasksDone(world);
    const [run] = await runsOf();
    expect(run).toMatchObject({ state: 'finished', verdict: 'passed' });
    expect(posted()).toMatchObject({ conclusion: 'success', actions: [] });
    const [request] = await requests();
    expect(request).toMatchObject({ state: 'started', decided_by: world.github.people.writer.id });
    expect(request?.words.decidedBy).toBe(world.github.people.writer.login);
    expect(run?.change_number).toBe(request?.change_number);
    expect(await world.audit(request!.id)).toEqual(['fork.waits', 'fork.decided', 'fork.fetched', 'fork.started']);
  });

  test('has its files marked, offered to none, and its leave ended', async () => {
    await leave();
    await press(button('approve'));
    await world.concludedCheck(name);
    await tasksDone(world);
    const [request] = await requests();
    const rows = await (await db())
      .selectFrom('artifacts')
      .selectAll()
      .where('capability_id', '=', request!.capability_id!)
      .execute();
    expect(rows).toMatchObject([{ state: 'complete', from_fork: true, prior_id: null }]);
    const capabilities = await (await db())
      .selectFrom('capabilities')
      .selectAll()
      .where((eb) => eb.or([eb('id', '=', request!.capability_id), eb('parent_id', '=', request!.capability_id)]))
      .execute();
    expect(capabilities.length).toBe(3);
    expect(capabilities.filter((row) => row.revoked_at === null)).toEqual([]);
  });

  test('has its files fetched without the token, which is revoked', async () => {
    await leave();
    await press(button('approve'));
    await world.concludedCheck(name);
    await tasksDone(world);
    expect(world.github.forks.downloads).toBe(1);
    expect(world.github.forks.leaked).toEqual([]);
    expect(world.github.liveTokens()).toBe(0);
  });

  test('told of twice waits once, and whose workflow ran again asks anew', async () => {
    const run = await leave();
    await notice(run);
    expect(await requests()).toHaveLength(1);
    await notice(Object.assign(run, { attempt: 2 }));
    expect(await requests()).toHaveLength(2);
    expect(await check()).toMatchObject({ conclusion: 'action_required' });
  });
});

test('a request is forgotten thirty days after its time, and the check keeps the run that it shows', async () => {
  await leave();
  await press(button('approve'));
  await world.concludedCheck(name);
  await tasksDone(world);
  const [request] = await requests();
  const ctx = { ...(await world.tenantContext()), actor: { kind: 'worker' } as const };
  const at = (days: number) => ({ ...ctx, now: () => new Date(request!.expires_at.getTime() + days * DAY_MS) });
  expect(await sweepForks(at(29))).toBe(0);
  expect(await sweepForks(at(31))).toBeGreaterThan(0);
  expect(await ctx.db.selectFrom('fork_requests').selectAll().execute()).toEqual([]);
  const rows = await ctx.db.selectFrom('checks').selectAll().where('run_id', '=', request!.run_id).execute();
  expect(rows).toMatchObject([{ fork_request_id: null }]);
  await tasksDone(world);
  await expect(ctx.keys.open(request!.id, 'fork_requests.sealed_request', request!.sealed_request)).rejects.toThrow();
});

describe('nothing waits for', () => {
  test.each<[string, (left: Left) => Left]>([
    ['a workflow that is no pull request’s', (left) => ({ ...left, run: { event: 'push' } })],
    [
      'one of the repository itself',
      (left) => ({ ...left, run: { headRepositoryId: Number(world.github.repository.id) } }),
    ],
    ['an artifact of another run', (left) => ({ ...left, artifact: { runId: 1 } })],
    ['an artifact without a digest', (left) => ({ ...left, artifact: { digest: null } })],
    ['an artifact of another name', (left) => ({ ...left, artifact: { name: 'devicelane-fork-%%%' } })],
    [
      'a name with a line break in it',
      (left) => ({ ...left, artifact: { name: `devicelane-fork-${Buffer.from('a\nb').toString('base64url')}` } }),
    ],
    ['a commit that is no open pull request’s head', (left) => ({ ...left, run: { branch: 'another' } })],
  ])('%s', async (_, change) => {
    await leave(change({}));
    expect(await requests()).toEqual([]);
  });
});

describe('a fork that is given an id token', () => {
  const jobOf = (number: number) =>
    CiJob.start(world, {
      claims: { run_id: String(next), event_name: 'pull_request', ref: `refs/pull/${number}/merge` },
    });

  test('starts no run with it, whatever its request says', async () => {
    world.github.forks.pulls.push({ number: 9100, headSha: world.github.pullRequest.headSha, branch: 'patch-1' });
    const job = await jobOf(9100);
    const body = await job.runRequest({ name });
    const refused = await job.request('POST', '/v1/runs', { body });
    expect(refused).toMatchObject({ status: 403, json: { code: 'untrusted', field: 'changeRequest' } });
    const { changeRequest: _, ...unsaid } = body;
    expect((await job.request('POST', '/v1/runs', { body: unsaid })).status).toBe(403);
    world.github.failNext('GET', /pulls\/9100/, { kind: 'answer', status: 502 });
    expect((await job.request('POST', '/v1/runs', { body })).status).toBe(503);
    expect(await world.checks(name)).toEqual([]);
  });

  test('is told from a pull request of the repository itself', async () => {
    const job = await jobOf(world.github.pullRequest.number);
    const { runId } = await job.startRun({ name });
    expect(await job.finished(runId)).toMatchObject({ verdict: 'passed' });
    const asked = world.github.requests.filter(({ path }) =>
      path.endsWith(`/pulls/${world.github.pullRequest.number}`),
    );
    expect(asked).toMatchObject([{ status: 200 }]);
  });
});

describe('the leave', () => {
  const started = async () => (await requests()).filter(({ state }) => state !== 'waiting').length;

  test('of somebody who may only read counts for nothing, and is audited', async () => {
    await leave();
    await press(button('approve'), {}, world.github.people.reader);
    expect(await started()).toBe(0);
    const [request] = await requests();
    expect(await world.audit(request!.id)).toEqual(['fork.waits', 'fork.decided']);
  });

  test('of a writer’s name with another id counts for nothing', async () => {
    await leave();
    const { writer, reader } = world.github.people;
    await press(button('approve'), {}, { id: reader.id, login: writer.login });
    expect(await started()).toBe(0);
  });

  test('for another commit, another request, or by another App’s check counts for nothing', async () => {
    await leave();
    await press(button('approve'), { head_sha: 'f'.repeat(40) });
    await press(`approve-${'0'.repeat(12)}`);
    await press('approve');
    const payload = buttonPressed(world, await check(), button('approve'));
    await deliver(world, 'check_run', { ...payload, check_run: { ...payload.check_run, app: { id: 1 } } });
    await tasksDone(world);
    expect(await started()).toBe(0);
  });

  test('given twice, or replayed, starts one run', async () => {
    await leave();
    const approve = button('approve');
    const shown = await check();
    const send = () => deliver(world, 'check_run', buttonPressed(world, shown, approve));
    expect(await Promise.all([send(), send(), send()])).toEqual([202, 202, 202]);
    await world.concludedCheck(name);
    await tasksDone(world);
    await send();
    await tasksDone(world);
    expect(await runsOf()).toHaveLength(1);
    expect(world.github.forks.downloads).toBe(1);
  });

  test('counts for one commit: a push needs another, and the old button does nothing any more', async () => {
    const { headSha, baseSha } = world.github.pullRequest;
    await leave({ headSha: baseSha });
    const old = button('approve');
    world.github.forks.pulls[0]!.headSha = headSha;
    await leave({ headSha });
    await press(old, {}, world.github.people.writer, baseSha);
    expect((await requests()).map(({ state }) => state)).toEqual(['refused', 'waiting']);
    expect(world.github.forks.downloads).toBe(0);
    // The button of the old commit, pressed on the check of the new one.
    await press(old);
    expect((await requests()).map(({ state }) => state)).toEqual(['refused', 'waiting']);
  });

  test('denied ends it, and cannot be taken back', async () => {
    await leave();
    const approve = button('approve');
    await press(button('deny'));
    expect(posted()).toMatchObject({ conclusion: 'action_required', actions: [] });
    expect(posted().output.title).toContain('denied');
    await press(approve);
    expect((await requests()).map(({ state }) => state)).toEqual(['denied']);
  });

  test('is waited for for seven days', async () => {
    await leave();
    const [request] = await requests();
    expect(request!.expires_at.getTime() - request!.created_at.getTime()).toBe(7 * DAY_MS);
    const { expireFork } = await import('./expire-fork.ts');
    const ctx = { ...(await world.tenantContext()), actor: { kind: 'worker' } as const };
    const approve = button('approve');
    await expireFork({ ctx, input: { requestId: request!.id } });
    await tasksDone(world);
    expect(posted().output.title).toContain('in time');
    await press(approve);
    expect((await requests()).map(({ state }) => state)).toEqual(['expired']);
  });
});

test('forks of a project have twenty runs a day', async () => {
  await leave();
  const ctx = await world.tenantContext();
  const [request] = await requests();
  const { id: _, ...row } = await ctx.db
    .selectFrom('fork_requests')
    .selectAll()
    .where('id', '=', request!.id)
    .executeTakeFirstOrThrow();
  const spent = Array.from({ length: 20 }, (_each, index) => ({
    ...row,
    id: `spent-${index}`,
    ci_run_id: `spent-${index}`,
    state: 'started' as const,
    started_at: ctx.now(),
  }));
  await ctx.db.insertInto('fork_requests').values(spent).execute();
  await press(button('approve'));
  await ctx.db.deleteFrom('fork_requests').where('id', 'like', 'spent-%').execute();
  expect(await requests()).toMatchObject([{ state: 'refused', words: { reason: expect.stringContaining('used up') } }]);
});

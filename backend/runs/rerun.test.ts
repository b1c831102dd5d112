import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId, newRoute } from '../contract/ids.ts';
import { RunView } from '../contract/runs.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { checkRerequested, deliver, pullRequestChanged, suiteRerequested } from '../testing/github-hooks.ts';
import { tasksDone } from '../testing/kept.ts';
import { until } from '../testing/until.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

let ciRun = 900;
let job: CiJob;
let name: string;
beforeEach(async () => {
  ciRun += 1;
  name = `suite ${ciRun}`;
  world.farm.setPlan(quickPlan());
  job = await CiJob.start(world, { claims: { run_id: String(ciRun) } });
});

async function runsOfName(): Promise<RunView[]> {
  const { json } = await job.request('GET', '/v1/runs');
  return (json as { runs: RunView[] }).runs.filter((run) => run.name === name);
}

/** A run that has ended, and is shown as the check. */
async function finishedRun() {
  const { runId } = await job.startRun({ name });
  const run = await job.finished(runId);
  return { run, check: await world.concludedCheck(name) };
}

const rerun = (runId: string, body: unknown = {}, over = job) =>
  over.request('POST', `/v1/runs/${runId}/rerun`, { body });

describe('POST /v1/runs/{id}/rerun', () => {
  test('tests the same files on the same devices again, and shows it in the same check', async () => {
    const { run, check } = await finishedRun();
    const answer = await rerun(run.runId);
    expect(answer.status).toBe(201);
    const again = RunView.parse(answer.json);
    expect(again.runId).not.toBe(run.runId);
    const { verdict, artifacts, commit, changeRequest } = await job.finished(again.runId);
    expect(verdict).toBe('passed');
    expect({ artifacts, commit, changeRequest }).toEqual({
      artifacts: run.artifacts,
      commit: run.commit,
      changeRequest: run.changeRequest,
    });
    await tasksDone(world);
    const shown = await world.concludedCheck(name);
    expect(shown.id).toBe(check.id);
    expect(shown.details_url).toContain(again.runId);
  });

  test('asked ten times at once starts one run', async () => {
    const { run } = await finishedRun();
    const answers = await Promise.all(Array.from({ length: 10 }, () => rerun(run.runId)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ json }) => RunView.parse(json).runId)).size).toBe(1);
    expect(await runsOfName()).toHaveLength(2);
  });

  test('of what failed leaves out the jobs that passed, and refuses where none failed', async () => {
    const { runId } = await job.startRun({ name, devices: ['Pixel 8 @ 34', 'Pixel 9 @ 35'] });
    const run = await job.finished(runId);
    const ctx = await world.tenantContext();
    const refused = await rerun(runId, { only: 'failed' });
    expect(refused).toMatchObject({ status: 409, json: { code: 'conflict', field: 'only' } });
    const failed = run.jobs[1]!;
    await ctx.db.updateTable('jobs').set({ verdict: 'failed' }).where('id', '=', failed.jobId).execute();
    const again = RunView.parse((await rerun(runId, { only: 'failed' })).json);
    expect(again.jobs.map(({ device }) => device)).toEqual([failed.device]);
    expect(await rerun(runId, { only: 'all' })).toMatchObject({ status: 409, json: { code: 'run_differs' } });
    await job.finished(again.runId);
  });

  test('is refused while the run goes on, and once its files are forgotten', async () => {
    world.farm.setPlan(quickPlan({ runMs: 3_600_000 }));
    const started = await job.startRun({ name });
    expect(await rerun(started.runId)).toMatchObject({ status: 409, json: { code: 'conflict' } });
    await job.cancelRun(started.runId);
    const run = await job.finished(started.runId);
    const ctx = await world.tenantContext();
    const artifactIds = run.artifacts.map(({ artifactId }) => artifactId);
    await ctx.db.updateTable('artifacts').set({ state: 'forgotten' }).where('id', 'in', artifactIds).execute();
    expect(await rerun(started.runId)).toMatchObject({ status: 410, json: { code: 'gone' } });
    expect(await runsOfName()).toHaveLength(1);
  });

  test('is not for a run handle, nor for the cancel-only one', async () => {
    const { runId, handle, cancelHandle } = await job.startRun({ name });
    await job.finished(runId);
    const path = `/v1/runs/${runId}/rerun`;
    expect((await job.request('POST', path, { body: {}, token: handle })).status).toBe(403);
    const bearer = { body: {}, token: cancelHandle, scheme: 'Bearer' } as const;
    expect((await job.request('POST', path, bearer)).status).toBe(403);
    expect(await runsOfName()).toHaveLength(1);
  });
});

describe('"Re-run" beside the check', () => {
  const { writer, reader } = { writer: () => world.github.people.writer, reader: () => world.github.people.reader };

  async function press(payload: unknown, event = 'check_run', delivery = randomUUID()) {
    expect(await deliver(world, event, payload, { delivery })).toBe(202);
    await tasksDone(world);
  }

  test('by somebody who may write starts the run again, and one delivered twice once', async () => {
    const { run, check } = await finishedRun();
    const delivery = randomUUID();
    await press(checkRerequested(world, check, writer()), 'check_run', delivery);
    await press(checkRerequested(world, check, writer()), 'check_run', delivery);
    const runs = await runsOfName();
    expect(runs).toHaveLength(2);
    await job.finished(runs[0]!.runId);
    expect(await world.audit(run.runId)).toContain('run.rerun_asked');
  });

  test('replayed under another delivery id starts nothing, also after the new run has ended', async () => {
    const { check } = await finishedRun();
    await press(checkRerequested(world, check, writer()));
    for (const { runId } of await runsOfName()) await job.finished(runId);
    await tasksDone(world);
    await press(checkRerequested(world, check, writer()));
    expect(await runsOfName()).toHaveLength(2);
  });

  test('by somebody who may only read starts nothing, and is audited', async () => {
    const { run, check } = await finishedRun();
    await press(checkRerequested(world, check, reader()));
    expect(await runsOfName()).toHaveLength(1);
    const { db } = await world.tenantContext();
    const entries = await db.selectFrom('audit_entries').selectAll().where('code', '=', 'run.rerun_asked').execute();
    expect(entries.filter((entry) => entry.object === run.runId)).toMatchObject([
      { outcome: 'denied', detail: { githubUserId: reader().id, reason: 'forbidden' } },
    ]);
  });

  test('under the name of a writer with another id starts nothing', async () => {
    const { check } = await finishedRun();
    await press(checkRerequested(world, check, { login: writer().login, id: reader().id }));
    await press(checkRerequested(world, check, { login: 'nobody-of-this-name', id: writer().id }));
    expect(await runsOfName()).toHaveLength(1);
  });

  test('of a check of another App starts nothing', async () => {
    const { check } = await finishedRun();
    const payload = checkRerequested(world, check, writer());
    await press({ ...payload, check_run: { ...payload.check_run, app: { id: 1 } } });
    expect(await runsOfName()).toHaveLength(1);
  });

  test('waits for GitHub to say who may, when it fails', async () => {
    const { check } = await finishedRun();
    world.github.failNext('GET', /collaborators/, { kind: 'answer', status: 502 });
    expect(await deliver(world, 'check_run', checkRerequested(world, check, writer()))).toBe(202);
    await until('a second run', async () => (await runsOfName()).length > 1);
    expect(await runsOfName()).toHaveLength(2);
  });

  test('"Re-run all" starts each of the commit once, and a replay nothing', async () => {
    const { check } = await finishedRun();
    await tasksDone(world);
    const payload = suiteRerequested(world, check.head_sha, world.now(), writer());
    await press(payload, 'check_suite');
    for (const { runId } of await runsOfName()) await job.finished(runId);
    await tasksDone(world);
    await press(payload, 'check_suite');
    expect(await runsOfName()).toHaveLength(2);
  });
});

describe('a pull request', () => {
  let number = 4000;
  async function running(sha: string) {
    world.farm.setPlan(quickPlan({ runMs: 3_600_000 }));
    const { runId } = await job.startRun({
      name: `${name} ${sha.slice(0, 1)}`,
      commit: { sha, branch: 'b' },
      changeRequest: { number, baseBranch: 'main' },
    });
    await job.until(runId, ({ state }) => state === 'running');
    return runId;
  }
  const changed = (action: 'closed' | 'synchronize', headSha: string, at = world.now()) =>
    deliver(world, 'pull_request', pullRequestChanged(world, { action, number, headSha, at }));
  const state = async (runId: string) => (await job.readRun(runId)).state;
  beforeEach(() => {
    number += 1;
  });

  test('that is closed has its runs cancelled, and a late event leaves what began since', async () => {
    const before = world.now();
    const runId = await running('1'.repeat(40));
    await changed('closed', '1'.repeat(40), new Date(before.getTime() - 1000));
    await tasksDone(world);
    expect(await state(runId)).toBe('running');
    await changed('closed', '1'.repeat(40));
    expect(await job.finished(runId)).toMatchObject({ verdict: 'cancelled' });
  });

  test('that is pushed to keeps the runs of earlier commits, unless the project says so', async () => {
    const old = await running('1'.repeat(40));
    await changed('synchronize', '2'.repeat(40));
    await tasksDone(world);
    expect(await state(old)).toBe('running');
    const { projectId } = world.tenant;
    const link = await fetch(await world.signInLink('/'), {
      method: 'POST',
      headers: { origin: world.backend.url },
      redirect: 'manual',
    });
    const set = (id: string, headers: Record<string, string>) =>
      fetch(`${world.backend.url}/v1/projects/${id}/options`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', origin: world.backend.url, ...headers },
        body: JSON.stringify({ cancelSuperseded: true }),
      });
    const cookie = link.headers.getSetCookie()[0]!.split(';')[0]!;
    const foreign = await set(newId('project', newRoute()), { cookie });
    const absent = await set(newId('project', projectId.slice(4, 14)), { cookie });
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(
      (await job.request('PUT', `/v1/projects/${projectId}/options`, { body: { cancelSuperseded: true } })).status,
    ).toBe(403);
    expect((await set(projectId, { cookie })).status).toBe(200);
    expect(await world.audit(projectId)).toContain('project.options_set');
    const current = await running('2'.repeat(40));
    await changed('synchronize', '2'.repeat(40));
    expect(await job.finished(old)).toMatchObject({ verdict: 'cancelled' });
    expect(await state(current)).toBe('running');
    await job.cancelRun(current);
    await job.finished(current);
  });
});

test('G3: a connection that does not say so has nothing written to it', async () => {
  const ctx = await world.tenantContext();
  const row = await ctx.db
    .selectFrom('connections')
    .selectAll()
    .where('kind', '=', 'github_app')
    .executeTakeFirstOrThrow();
  const context = 'connections.sealed_settings';
  const described = JSON.parse((await ctx.keys.open(row.id, context, row.sealed_settings)).toString());
  const silent = { ...described, settings: { ...described.settings, postsChecks: false } };
  const put = async (value: Buffer) =>
    ctx.db.updateTable('connections').set({ sealed_settings: value }).where('id', '=', row.id).execute();
  await put(await ctx.keys.seal(row.id, context, JSON.stringify(silent)));
  await tasksDone(world);
  const written = () => world.github.requests.filter(({ method, path }) => method !== 'GET' && !/tokens?$/.test(path));
  const before = written().length;
  const { runId } = await job.startRun({ name });
  await job.finished(runId);
  await tasksDone(world);
  expect(written().slice(before)).toEqual([]);
  const refused = await job.request('POST', '/v1/runs', { body: await job.runRequest({ name: 'other', wait: false }) });
  expect(refused).toMatchObject({ status: 422, json: { code: 'unsupported', field: 'wait' } });
  await put(row.sealed_settings);
});

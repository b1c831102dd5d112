import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RunList, StartedRun } from '../contract/runs.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, startFarmWorld } from '../testing/farm-world.ts';

let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

const jobOf = (ciRun: string, attempt = '1') => CiJob.start(world, { claims: { run_id: ciRun, run_attempt: attempt } });

describe('the same CI run, attempt and name', () => {
  test('make one run, however often and by how many it is asked for at once', async () => {
    const job = await jobOf('301');
    const body = await job.runRequest({ name: 'once' });
    const asked = Array.from({ length: 5 }, () => job.request('POST', '/v1/runs', { body }));
    const answers = (await Promise.all(asked)).map((answer) => {
      expect(answer.status).toBe(201);
      return StartedRun.parse(answer.json);
    });
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
    // Whoever was answered can follow and cancel.
    expect(new Set(answers.map(({ handle }) => handle)).size).toBe(5);
    const { runId } = answers[0]!;
    const run = await job.finished(runId);
    expect(world.farm.starts(run.jobs[0]!.jobId)).toBe(1);
    expect(await world.audit(runId)).toEqual(['run.started', 'run.finished']);
    expect(await world.concludedCheck('once')).toMatchObject({ conclusion: 'success' });
    const { runs } = RunList.parse((await job.request('GET', '/v1/runs')).json);
    expect(runs.filter(({ name }) => name === 'once')).toHaveLength(1);
  });

  test('make one run although the capability was renewed in between', async () => {
    const first = await jobOf('302');
    const body = await first.runRequest({ name: 'renewed' });
    const { runId } = StartedRun.parse((await first.request('POST', '/v1/runs', { body })).json);
    const renewed = await jobOf('302');
    const again = await renewed.request('POST', '/v1/runs', { body });
    expect(again).toMatchObject({ status: 201, json: { runId } });
  });

  test('make one run after it has finished', async () => {
    const job = await jobOf('303');
    const body = await job.runRequest({ name: 'later' });
    const { runId } = StartedRun.parse((await job.request('POST', '/v1/runs', { body })).json);
    await job.finished(runId);
    const again = await job.request('POST', '/v1/runs', { body });
    expect(again).toMatchObject({ status: 201, json: { runId } });
    expect(await world.audit(runId)).toEqual(['run.started', 'run.finished']);
  });

  test('with another request are refused, naming the name', async () => {
    const job = await jobOf('304');
    const body = await job.runRequest({ name: 'differs' });
    expect((await job.request('POST', '/v1/runs', { body })).status).toBe(201);
    const other = await job.request('POST', '/v1/runs', { body: { ...body, failOn: 'never' } });
    expect(other).toMatchObject({ status: 409, json: { code: 'run_differs', field: 'name' } });
  });
});

describe('pain 19: makes a run of its own:', () => {
  test.each<[what: string, first: string, ciRun: string, attempt: string, name: string]>([
    ['another attempt', '310', '310', '2', 'own'],
    ['another CI run', '311', '312', '1', 'own'],
    ['another name', '313', '313', '1', 'own too'],
  ])('%s', async (_what, first, ciRun, attempt, name) => {
    const { runId } = await (await jobOf(first)).startRun({ name: 'own' });
    const other = await jobOf(ciRun, attempt);
    const second = await other.startRun({ name });
    expect(second.runId).not.toBe(runId);
  });

  test('no CI run may test what another has uploaded', async () => {
    const owner = await jobOf('320');
    const artifactId = await owner.upload();
    const stranger = await jobOf('321');
    const body = await stranger.runRequest({ artifacts: [{ artifactId, role: 'app' }] });
    const answer = await stranger.request('POST', '/v1/runs', { body });
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });
});

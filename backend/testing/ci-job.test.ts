import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CiJob, newJobKey } from './ci-job.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('a CI job', () => {
  test('uploads a build, starts a run and reads it to its end', async () => {
    const job = await CiJob.start(world);
    const { runId } = await job.startRun();
    await expect(job.finished(runId)).resolves.toMatchObject({ state: 'finished', name: 'Devicelane' });
  });

  test('is refused with a wrong part of any request', async () => {
    const job = await CiJob.start(world);
    const bearer = await job.request('GET', '/v1/runs', { scheme: 'Bearer' });
    expect(bearer).toMatchObject({ status: 401, json: { code: 'invalid_proof' } });
    const foreign = await job.request('GET', '/v1/runs', { proof: { key: newJobKey() } });
    expect(foreign).toMatchObject({ status: 401, json: { code: 'invalid_proof' } });
    const wrong = await job.exchange({ proof: { claims: { htm: 'GET' } } });
    expect(wrong).toMatchObject({ status: 401, json: { code: 'invalid_proof' } });
    await expect(job.request('GET', '/v1/runs')).resolves.toMatchObject({ status: 200 });
  });

  test('does not start where the server refuses the exchange', async () => {
    await expect(CiJob.start(world, { claims: { repository_id: world.github.otherRepository.id } })).rejects.toThrow(
      'untrusted',
    );
  });
});

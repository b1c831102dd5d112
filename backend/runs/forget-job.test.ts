import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunView } from '../contract/runs.ts';
import { sweep } from '../retention/sweep.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, startFarmWorld } from '../testing/farm-world.ts';
import { openTenant, tasksDone } from '../testing/kept.ts';
import { signIn } from '../testing/person.ts';
import { until } from '../testing/until.ts';
import { forgetJob } from './forget-job.ts';
import { STUCK_AFTER } from './pacing.ts';

const HOUR_MS = 3_600_000;
let world: FarmWorld;
beforeAll(async () => {
  world = await startFarmWorld();
});
afterAll(() => world.stop());

async function finish(runId: string, by: CiJob): Promise<string> {
  const { jobs } = await by.finished(runId);
  return jobs[0]!.jobId;
}
const rowOf = async (jobId: string) =>
  (await openTenant(world)).db.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow();
async function rowUntil(jobId: string, holds: (row: Awaited<ReturnType<typeof rowOf>>) => boolean) {
  return until('the job as it has to be', async () => {
    const row = await rowOf(jobId);
    return holds(row) ? row : null;
  });
}

/** As the queue does at its time, which a turned clock does not bring nearer. */
const ask = async (jobId: string) => forgetJob({ ctx: await openTenant(world), input: { jobId } });

test('a farm that will not forget is asked ever more rarely, told of as stuck, and forgets in the end', async () => {
  // Anew each time: the clock that is turned ends sessions.
  const admin = () => signIn(world);
  // More than are needed: the queue's own task may come in between, and is one try more.
  const failures = Array.from({ length: 2 * STUCK_AFTER }, () => ({ kind: 'status' as const, status: 500 as const }));
  world.farm.faults.queue('forget', ...failures);
  const by = await CiJob.start(world);
  const { runId } = await by.startRun({ name: 'stuck' });
  const jobId = await finish(runId, by);
  const forgotten = async () =>
    ((await (await admin()).ask('GET', `/v1/runs/${runId}`)).json as RunView).jobs[0]?.farmForgot;
  const fake = async () => {
    const { connections } = (await (await admin()).ask('GET', '/v1/connections')).json as {
      connections: { kind: string; stillThere: number; stuck: number }[];
    };
    return connections.find(({ kind }) => kind === 'fake');
  };

  const first = await rowUntil(jobId, ({ forget_tries }) => forget_tries === 1);
  expect(await forgotten()).toBe('not_yet');
  expect(first.forget_at!.getTime()).toBeGreaterThan(world.now().getTime());
  // A task that comes before its time asks nobody.
  await ask(jobId);
  expect((await rowOf(jobId)).forget_tries).toBe(1);

  for (let tries = 2; tries <= STUCK_AFTER; tries += 1) {
    world.turnClock(HOUR_MS);
    while ((await rowOf(jobId)).forget_tries < tries) await ask(jobId);
  }
  expect(await forgotten()).toBe('stuck');
  expect(await fake()).toMatchObject({ stillThere: 1, stuck: 1 });
  expect(await world.audit(jobId)).toContain('job.not_forgotten');
  const page = await fetch(`${world.backend.url}/runs/${runId}`, { headers: { cookie: (await admin()).cookie } });
  expect(page.status === 200 ? await page.text() : page.status).toContain('has not deleted what this left there');

  while (world.farm.faults.left() > 0) {
    world.turnClock(2 * HOUR_MS);
    await ask(jobId);
  }
  world.turnClock(2 * HOUR_MS);
  await ask(jobId);
  await rowUntil(jobId, ({ forgotten_at }) => forgotten_at !== null);
  expect(await forgotten()).toBe('done');
  expect(await fake()).toMatchObject({ stillThere: 0, stuck: 0 });
  expect(world.farm.kept()).toEqual({ uploads: 0, runs: 0 });
}, 60_000);

test('one whose task was lost is asked again by the sweep', async () => {
  const by = await CiJob.start(world, { claims: { run_id: '5501' } });
  const { runId } = await by.startRun({ name: 'lost' });
  const jobId = await finish(runId, by);
  await rowUntil(jobId, ({ forgotten_at }) => forgotten_at !== null);
  const ctx = await openTenant(world);
  await tasksDone(world);
  const lost = { forgotten_at: null, finished_at: new Date(world.now().getTime() - 3 * HOUR_MS) };
  await ctx.db.updateTable('jobs').set(lost).where('id', '=', jobId).execute();
  await sweep({ ctx });
  await rowUntil(jobId, ({ forgotten_at }) => forgotten_at !== null);
});

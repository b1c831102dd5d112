import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import type { JobRow } from './change.ts';
import { claimJobs, whileClaimed } from './claim-jobs.ts';

const FAR = new Date('2100-01-01T00:00:00Z');
const RENEWED_EVERY_MS = 50;

let world: FarmWorld;
let ctx: Context;
let connectionId: string;
beforeAll(async () => {
  world = await startFarmWorld();
  ctx = await world.tenantContext();
  const farm = await world.addFarm('phones', 'idempotent');
  farm.setPlan(quickPlan({ runMs: 3_600_000 }));
  const ci = await CiJob.start(world);
  for (const name of ['one', 'two']) {
    const { runId } = await ci.startRun({ name, farms: ['phones'] });
    await ci.until(runId, ({ state }) => state === 'running');
  }
  const { connection_id } = await ctx.db.selectFrom('jobs').select('connection_id').executeTakeFirstOrThrow();
  connectionId = connection_id;
});
afterAll(() => world.stop());

const nextTimes = async () => {
  const jobs = await ctx.db.selectFrom('jobs').select(['id', 'next_poll_at']).execute();
  return new Map(jobs.map(({ id, next_poll_at: at }) => [id, at!.getTime()]));
};

/** Both jobs, once no look of the server's own is under way. */
async function claimBoth(): Promise<JobRow[]> {
  for (;;) {
    const jobs = await claimJobs(ctx, connectionId, 2, FAR);
    await sleep(200);
    const times = await nextTimes();
    if (jobs.length === 2 && jobs.every(({ id, next_poll_at: at }) => times.get(id) === at!.getTime())) return jobs;
  }
}

test('a claim of a process that was killed is over soon', async () => {
  const jobs = await claimBoth();
  for (const { next_poll_at: at } of jobs) expect(at!.getTime() - Date.now()).toBeLessThanOrEqual(15_000);
  expect(await claimJobs(ctx, connectionId, 2, new Date())).toEqual([]);
});

test('a claim is renewed for as long as the look takes, and no longer', async () => {
  const jobs = await claimBoth();
  const first = jobs.map(({ next_poll_at: at }) => at!.getTime());
  let during = new Map<string, number>();
  await whileClaimed(
    ctx,
    jobs,
    async () => {
      await sleep(10 * RENEWED_EVERY_MS);
      during = await nextTimes();
    },
    RENEWED_EVERY_MS,
  );
  for (const [index, { id }] of jobs.entries()) expect(during.get(id)).toBeGreaterThan(first[index]!);
  // Each job knows until when it is claimed: by that what was seen is kept.
  const after = await nextTimes();
  for (const { id, next_poll_at: at } of jobs) expect(after.get(id)).toBe(at!.getTime());
  await sleep(4 * RENEWED_EVERY_MS);
  expect(await nextTimes()).toEqual(after);
});

test('who asks for a look meanwhile has one, and the other claims are renewed', async () => {
  const jobs = await claimBoth();
  const [asked, other] = [jobs[0]!, jobs[1]!];
  const claimed = other.next_poll_at!.getTime();
  await whileClaimed(
    ctx,
    jobs,
    async () => {
      await ctx.db.updateTable('jobs').set({ next_poll_at: FAR }).where('id', '=', asked.id).execute();
      await sleep(4 * RENEWED_EVERY_MS);
    },
    RENEWED_EVERY_MS,
  );
  const times = await nextTimes();
  expect(times.get(asked.id)).toBe(FAR.getTime());
  expect(times.get(other.id)).toBeGreaterThan(claimed);
});

test('a look that fails ends its claim as well', async () => {
  const jobs = await claimBoth();
  const failing = whileClaimed(ctx, jobs, () => Promise.reject(new Error('no answer')), RENEWED_EVERY_MS);
  await expect(failing).rejects.toThrow('no answer');
  const times = await nextTimes();
  await sleep(4 * RENEWED_EVERY_MS);
  expect(await nextTimes()).toEqual(times);
});

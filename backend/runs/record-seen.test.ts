import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { FarmError } from '../farms/port.ts';
import { CiJob } from '../testing/ci-job.ts';
import { type FarmWorld, quickPlan, startFarmWorld } from '../testing/farm-world.ts';
import { keepUnchanged, missed, type Seen, sawChange } from './record-seen.ts';

/** No look is due by itself while a test holds a job. */
const FAR = new Date('2100-01-01T00:00:00Z');
const ASKED = new Date('2099-12-31T00:00:00Z');

let world: FarmWorld;
let ctx: Context;
beforeAll(async () => {
  world = await startFarmWorld();
  ctx = await world.tenantContext();
});
afterAll(() => world.stop());

/** A job as a look has claimed it: nobody else looks at it meanwhile. */
async function claimed(name: string) {
  const farm = await world.addFarm(name, 'idempotent');
  farm.setPlan(quickPlan({ runMs: 3_600_000 }));
  const ci = await CiJob.start(world, { claims: { run_id: `88${name.length}` } });
  const { runId } = await ci.startRun({ name, farms: [name] });
  const { jobs } = await ci.until(runId, ({ state }) => state === 'running');
  const jobId = jobs[0]!.jobId;
  await setNext(jobId, FAR);
  const job = await ctx.db.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow();
  const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
  return { job, run };
}

/** Until it stays: a look that was on its way still sets its own time. */
async function setNext(jobId: string, at: Date): Promise<void> {
  for (let quiet = 0; quiet < 5; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const { numUpdatedRows } = await ctx.db
      .updateTable('jobs')
      .set({ next_poll_at: at })
      .where('id', '=', jobId)
      .where('next_poll_at', '<>', at)
      .executeTakeFirst();
    quiet = numUpdatedRows === 0n ? quiet + 1 : 0;
  }
}
const nextOf = async (jobId: string) =>
  (await ctx.db.selectFrom('jobs').select('next_poll_at').where('id', '=', jobId).executeTakeFirstOrThrow())
    .next_poll_at;

const still: Seen['observation'] = { state: 'running', consoleUrl: null };
const ways: [string, (seen: Seen) => Promise<void>, Partial<Seen>][] = [
  ['nothing new', (seen) => keepUnchanged(ctx, [seen]), { observation: still, error: null }],
  [
    'news',
    (seen) => sawChange(ctx, { ...seen, run: { ...seen.run, attention: 'stale' } }),
    { observation: still, error: null },
  ],
  ['no answer', (seen) => missed(ctx, seen), { observation: null, error: new FarmError('broken', 'no answer') }],
];

test.each(ways)('pain 3: who asks for a look while one is under way that sees %s has one', async (what, keep, seen) => {
  const { job, run } = await claimed(`asked, ${what}`);
  await setNext(job.id, ASKED);
  await keep({ run, job, ...seen } as Seen);
  expect(await nextOf(job.id)).toEqual(ASKED);
});

test.each(ways)('else the next one comes at its pace after %s', async (what, keep, seen) => {
  const { job, run } = await claimed(`at its pace, ${what}`);
  await keep({ run, job, ...seen } as Seen);
  expect((await nextOf(job.id))!.getTime()).toBeLessThan(Date.now() + 120_000);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { DAY_MS } from './categories.ts';
import { setRetention } from './set-rules.ts';

let world: World;
let admin: Context;
let id: string;
const START = Date.now();
let skew = 0;
const now = () => new Date(START + skew);
const expiry = async () =>
  (await admin.db.selectFrom('artifacts').select('expires_at').where('id', '=', id).executeTakeFirstOrThrow())
    .expires_at;
const daysFromStart = async () => Math.round(((await expiry()).getTime() - START) / DAY_MS);

beforeAll(async () => {
  world = await startWorld({ now });
  admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
  id = await (await CiJob.start(world)).upload();
});
afterAll(() => world.stop());

test('a new rule holds for what is there: shorter, longer, and never sooner than a day from now', async () => {
  expect(await daysFromStart()).toBe(30);
  expect((await setRetention({ ctx: admin, input: { artifacts: 10 } })).artifacts).toBe(10);
  expect(await daysFromStart()).toBe(10);
  skew = 8 * DAY_MS;
  await setRetention({ ctx: admin, input: { artifacts: 2 } });
  expect(await daysFromStart()).toBe(9);
  await setRetention({ ctx: admin, input: { artifacts: 60 } });
  expect(await daysFromStart()).toBe(60);
  skew = 0;
});

test('what is past its time is not brought back', async () => {
  skew = 61 * DAY_MS;
  const before = await expiry();
  await setRetention({ ctx: admin, input: { artifacts: 365 } });
  expect(await expiry()).toEqual(before);
  skew = 0;
});

test('each change is audited, by category and days', async () => {
  const changes = (await readAudit(admin)).filter((entry) => entry.code === 'retention.changed');
  expect(changes.map((entry) => entry.detail)).toEqual(
    [10, 2, 60, 365].map((days) => ({ category: 'artifacts', days })),
  );
});

test('results and evidence are counted from the end of their job', async () => {
  const job = await CiJob.start(world, { claims: { run_id: '4711' } });
  const { runId } = await job.startRun();
  await job.finished(runId);
  await setRetention({ ctx: admin, input: { results: 5, reports: 7 } });
  const [document] = await admin.db.selectFrom('job_documents').select('expires_at').execute();
  const [report] = await admin.db
    .selectFrom('evidence')
    .select('expires_at')
    .where('category', '=', 'reports')
    .execute();
  expect(Math.round((document!.expires_at.getTime() - START) / DAY_MS)).toBe(5);
  expect(Math.round((report!.expires_at.getTime() - START) / DAY_MS)).toBe(7);
});

test('only an admin sets rules', async () => {
  for (const actor of [{ kind: 'person', id: world.tenant.personId, role: 'member' }, { kind: 'worker' }] as const) {
    const ctx = await openTenant(world, { actor });
    await expect(setRetention({ ctx, input: { artifacts: 1 } })).rejects.toMatchObject({ code: 'forbidden' });
  }
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId, newRoute } from '../contract/ids.ts';
import { ACCESS, type FakeBrowserstack, startFakeBrowserstack } from '../farms/browserstack/fake/service.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant } from '../testing/kept.ts';
import { signIn } from '../testing/person.ts';
import { startWorld, type World } from '../testing/world.ts';
import { nudgeAddress } from './nudge.ts';

const LATER_MS = 3_600_000;
let world: World;
let farm: FakeBrowserstack;
let connectionId = '';
beforeAll(async () => {
  farm = await startFakeBrowserstack();
  world = await startWorld();
  const admin = await signIn(world);
  const connected = await admin.ask('POST', '/v1/connections', {
    kind: 'browserstack',
    name: 'phones',
    settings: { baseUrl: farm.baseUrl, defaultDevice: 'Google Pixel 9-16.0', resultsExpireAfterDays: 60 },
    credential: ACCESS,
    acceptForgetting: { uploads: { how: 'verified' }, results: { how: 'expires', days: 60 } },
  });
  expect(connected).toMatchObject({ status: 201 });
  ({ connectionId } = connected.json as { connectionId: string });
});
afterAll(async () => {
  await world.stop();
  await farm.close();
});

let count = 0;
/** A run at the farm, of which nobody asks again for an hour. */
async function startUnwatched() {
  count += 1;
  const by = await CiJob.start(world, { claims: { run_id: String(7_700 + count) } });
  const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
  const { runId } = await by.startRun({
    name: `nudged ${count}`,
    farms: ['phones'],
    artifacts: [
      { artifactId: await by.upload(), role: 'app' },
      { artifactId: await by.upload(apkFile({ instrumentation }), 'tests.apk', 'test_apk'), role: 'tests' },
    ],
  });
  const { jobs } = await by.until(runId, (run) => run.jobs[0]?.state === 'queued');
  const jobId = jobs[0]!.jobId;
  const { db } = await openTenant(world);
  const later = new Date(Date.now() + LATER_MS);
  // A look that is on its way may still set its own time.
  for (let quiet = 0; quiet < 5; ) {
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ next_poll_at: later })
      .where('id', '=', jobId)
      .where('next_poll_at', '<>', later)
      .executeTakeFirst();
    quiet = numUpdatedRows === 0n ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { by, runId, jobId };
}
const nextLook = async (jobId: string) => {
  const { db } = await openTenant(world);
  const row = await db.selectFrom('jobs').select('next_poll_at').where('id', '=', jobId).executeTakeFirstOrThrow();
  return row.next_poll_at!.getTime() - Date.now();
};
const tell = (address: string | URL, body = '{}') =>
  fetch(address, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

test('a farm’s word has the job looked at, and what the farm then answers counts', async () => {
  const { by, runId } = await startUnwatched();
  farm.advance(LATER_MS);
  expect(await by.finished(runId)).toMatchObject({ verdict: 'passed', counts: { total: 3 } });
});

test('it is never truth: what it says of a build that goes on ends nothing', async () => {
  const { by, runId, jobId } = await startUnwatched();
  const address = await nudgeAddress(await openTenant(world), { id: jobId, connection_id: connectionId });
  expect(await tell(address, JSON.stringify({ status: 'failed' }))).toMatchObject({ status: 202 });
  const run = await by.readRun(runId);
  expect(run).toMatchObject({ verdict: null });
  farm.advance(LATER_MS);
  expect(await by.finished(runId)).toMatchObject({ verdict: 'passed' });
  // Over, and told again.
  expect(await tell(address)).toMatchObject({ status: 202 });
  expect((await by.readRun(runId)).finishedAt).toBe((await by.finished(runId)).finishedAt);
});

test('nobody else is heard: another job, connection, tenant or signature', async () => {
  const { by, runId, jobId } = await startUnwatched();
  const ctx = await openTenant(world);
  const good = new URL(await nudgeAddress(ctx, { id: jobId, connection_id: connectionId }));
  const of = (change: (address: URL) => void): URL => {
    const address = new URL(good);
    change(address);
    return address;
  };
  const wrong = [
    of((to) => to.searchParams.set('signature', 'A'.repeat(43))),
    of((to) => to.searchParams.set('job', newId('job', ctx.tenant.route))),
    of((to) => {
      to.pathname = `/hooks/farms/${newId('connection', ctx.tenant.route)}`;
    }),
    of((to) => {
      to.pathname = `/hooks/farms/${newId('connection', newRoute())}`;
    }),
  ];
  for (const address of wrong) expect((await tell(address)).status).toBe(401);
  expect((await tell(of((to) => to.searchParams.delete('signature')))).status).toBe(400);
  expect((await tell(of((to) => to.searchParams.append('job', jobId)))).status).toBe(400);
  expect(await nextLook(jobId)).toBeGreaterThan(LATER_MS / 2);
  const { control } = world.backend.doors.databases;
  const refused = await control.selectFrom('audit_entries').selectAll().where('code', '=', 'hook.refused').execute();
  // Equal refusals are folded.
  expect(refused).toHaveLength(1);
  farm.advance(LATER_MS);
  await by.finished(runId);
});

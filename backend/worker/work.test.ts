import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit, tasksDone } from '../testing/kept.ts';
import { addTenant } from '../testing/project.ts';
import { startWorld, type World } from '../testing/world.ts';
import { work } from './work.ts';

let world: World;
let otherId: string;
beforeAll(async () => {
  world = await startWorld();
  const other = await addTenant(world, { id: '662', ownerId: '661', fullName: 'other/own' });
  otherId = other.tenantId;
});
afterAll(() => world.stop());

test('B12: a task whose tenant was switched is done by nobody, and the log above the tenants tells', async () => {
  const job = await CiJob.start(world);
  const { runId } = await job.startRun();
  await job.finished(runId);
  await tasksDone(world);
  const system = world.backend.contexts.system('test');
  const theirs = await openTenant(world, { tenantId: otherId });
  const [kept, { control }] = [await readAudit(theirs), world.backend.doors.databases];
  const denials = async () =>
    (await control.selectFrom('audit_entries').select('code').where('code', '=', 'task.refused').execute()).length;
  expect(await denials()).toBe(0);
  for (const task of ['runs.expire', 'results.conclude', 'runs.dispatch'] as const) {
    await work(system, { tenantId: otherId, task, payload: { runId } });
  }
  expect(await denials()).toBeGreaterThan(0);
  expect(await readAudit(theirs)).toEqual(kept);
  expect(await theirs.db.selectFrom('runs').select('id').execute()).toEqual([]);
});

test('a task of its own tenant is done, and one of a tenant that is not there is not', async () => {
  const system = world.backend.contexts.system('test');
  const job = await CiJob.start(world, { claims: { run_id: '8812' } });
  const { runId } = await job.startRun();
  await job.finished(runId);
  await work(system, { tenantId: world.tenant.tenantId, task: 'results.conclude', payload: { runId } });
  await work(system, {
    tenantId: '00000000-0000-4000-8000-000000000000',
    task: 'results.conclude',
    payload: { runId },
  });
});

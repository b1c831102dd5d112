import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isSettled } from '../audit/log-state.ts';
import type { Context } from '../context.ts';
import { createOutboxes } from '../db/outboxes.ts';
import { act, checkpoints } from '../testing/audit-log.ts';
import { asDatabaseOwner } from '../testing/database-owner.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { until } from '../testing/until.ts';
import { startSequencer } from './sequence.ts';

let doors: TestDoors;
let ctx: Context;
let errors: unknown[];
/** Tenants that were opened: each costs a connection. */
let opened: string[];
let sequencers: { stop(): Promise<void> }[];

beforeEach(async () => {
  doors = await openTestDoors();
  ({ ctx } = await doors.newTenant());
  errors = [];
  opened = [];
  sequencers = [];
});
afterEach(async () => {
  await Promise.all(sequencers.map((sequencer) => sequencer.stop()));
  await doors.stop();
});

const outboxes = () => createOutboxes(doors.doors.databases.control, async () => ctx.db, isSettled);
function start(): void {
  sequencers.push(
    startSequencer({
      pendingTenants: outboxes().pendingTenants,
      openTenant: (id) => {
        opened.push(id);
        return doors.contexts.open({ id }, { kind: 'worker' }, 'sequencer');
      },
      onError: (error) => errors.push(error),
    }),
  );
}

const size = async (of: Context): Promise<number> => (await checkpoints(of)).at(-1)?.size ?? 0;

test('what was written is numbered and signed soon, by whichever of several processes', async () => {
  for (let process = 0; process < 3; process += 1) start();
  await act(ctx, 5);
  await until('a checkpoint', async () => (await size(ctx)) > 0);
  await act(ctx, 20);
  const numbered = () => ctx.db.selectFrom('audit_leaves').select('seq').execute();
  await until('all numbered', async () => (await numbered()).length === 25);
  expect(errors).toEqual([]);
});

test('a tenant that has nothing to number is not opened', async () => {
  const { tenant } = await doors.newTenant();
  start();
  await act(ctx, 1);
  await until('a checkpoint', async () => (await size(ctx)) === 1);
  expect(opened).not.toContain(tenant.id);
  await doors.doors.databases.control
    .updateTable('pending_marks')
    .set({ marked_at: new Date(0) })
    .execute();
  await outboxes().settle(ctx.tenant.id);
  // A round that began before may still be under way.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = opened.length;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(opened.length).toBe(before);
});

test('a log that is broken is told of, left alone for a while, and holds up no other', async () => {
  const { ctx: other } = await doors.newTenant();
  const owner = await asDatabaseOwner(doors.doors.databases.controlUrl, ctx.tenant);
  await owner.query('drop table audit_leaves');
  await owner.end();
  await act(ctx, 1);
  await act(other, 1);
  start();
  await until('a checkpoint', async () => (await size(other)) === 1);
  await act(other, 300);
  await until('a checkpoint', async () => (await size(other)) === 257);
  // Numbering and signing each, once.
  expect(errors).toHaveLength(2);
});

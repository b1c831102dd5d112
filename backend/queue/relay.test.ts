import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { OutgoingTask, TaskMessage } from '../contract/tasks.ts';
import { createOutboxes } from '../db/outboxes.ts';
import { TRANSACTION_TIMEOUT_MS } from '../db/port.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { until } from '../testing/until.ts';
import { openQueue } from './pg-boss.ts';
import type { Outboxes, Queue } from './port.ts';
import { startRelay } from './relay.ts';

let doors: TestDoors;
let ctx: Context;
let queue: Queue;
let outboxes: Outboxes;
const errors: unknown[] = [];

beforeEach(async () => {
  doors = await openTestDoors();
  ({ ctx } = await doors.newTenant());
  queue = await newQueue();
  outboxes = createOutboxes(doors.doors.databases.control, async () => ctx.db);
});
afterEach(async () => {
  await queue.stop();
  await doors.stop();
  expect(errors.splice(0)).toEqual([]);
});

const newQueue = ({ sole = false } = {}): Promise<Queue> =>
  openQueue({
    connectionString: doors.doors.databases.controlUrl,
    sole,
    now: () => new Date(),
    onError: (error) => errors.push(error),
  });

const enqueue = (count: number, after?: Date): Promise<void> =>
  ctx.write(async (write) => {
    for (let index = 0; index < count; index += 1) {
      await write.enqueue('runs.dispatch', { runId: `run-${index}` }, after ? { after } : {});
    }
  });

/** Works until so many tasks are done, and a moment more for what should not come. */
async function workOn(count: number, handle: (message: TaskMessage) => Promise<void> = async () => {}) {
  const done: TaskMessage[] = [];
  await queue.work(async (message) => {
    await handle(message);
    done.push(message);
  });
  await until('the tasks done', () => done.length >= count);
  await pause(300);
  return done.map((message) => message.payload.runId).sort();
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const send = (tasks: OutgoingTask[]): Promise<void> => queue.send(tasks);
const tenantId = (): string => ctx.tenant.id;

describe('a task in an outbox', () => {
  test('is worked on once, although the relay died between sending and removing it', async () => {
    await enqueue(3);
    const died = outboxes.move(tenantId(), async (tasks) => {
      await send(tasks);
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect(await outboxes.move(tenantId(), send)).toBe(3);
    expect(await outboxes.move(tenantId(), send)).toBe(0);
    expect(await workOn(3)).toEqual(['run-0', 'run-1', 'run-2']);
  });

  test('is worked on once, although it was worked on before it was removed', async () => {
    await enqueue(1);
    const died = outboxes.move(tenantId(), async (tasks) => {
      await send(tasks);
      expect(await workOn(1)).toEqual(['run-0']);
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect(await outboxes.move(tenantId(), send)).toBe(1);
    expect(await workOn(0)).toEqual([]);
  });

  test('is moved by one of several relays', async () => {
    await enqueue(200);
    const moved: string[] = [];
    const moveAll = async (): Promise<void> => {
      while ((await outboxes.move(tenantId(), async (tasks) => void moved.push(...tasks.map(({ id }) => id)))) > 0);
    };
    await Promise.all([moveAll(), moveAll(), moveAll()]);
    await moveAll();
    expect(moved).toHaveLength(200);
    expect(new Set(moved).size).toBe(200);
  });

  test('is not there when its transaction failed', async () => {
    const failed = ctx.write(async (write) => {
      await write.enqueue('runs.dispatch', { runId: 'run' });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await outboxes.move(tenantId(), send)).toBe(0);
  });

  test('waits until its time', async () => {
    await enqueue(1, new Date(Date.now() + 2_000));
    await enqueue(1);
    await outboxes.move(tenantId(), send);
    const sent = performance.now();
    const times: number[] = [];
    await workOn(2, async () => void times.push(performance.now() - sent));
    expect(times[0]).toBeLessThan(1_500);
    expect(times[1]).toBeGreaterThan(1_500);
  });

  test('is tried again after a failure, and holds up no other', async () => {
    await enqueue(3);
    await outboxes.move(tenantId(), send);
    let failures = 0;
    const done = await workOn(3, async ({ payload }) => {
      if (payload.runId === 'run-1' && failures++ < 1) throw new Error('not now');
    });
    expect(done).toEqual(['run-0', 'run-1', 'run-2']);
    expect(failures).toBe(2);
  });
});

describe('a tenant’s mark', () => {
  const setMark = (agoMs: number): Promise<unknown> =>
    doors.doors.databases.control
      .updateTable('pending_marks')
      .set({ marked_at: sql`now() - make_interval(secs => ${agoMs / 1000})` })
      .execute();
  const OLD_MS = 2 * TRANSACTION_TIMEOUT_MS + 1_000;
  const YOUNG_MS = 2 * TRANSACTION_TIMEOUT_MS - 5_000;

  test('stands before the transaction, whatever comes of it', async () => {
    const { control } = doors.doors.databases;
    const failed = ctx.write(async () => {
      const marks = await control.selectFrom('pending_marks').select('tenant_id').execute();
      expect(marks).toEqual([{ tenant_id: tenantId() }]);
      throw new Error('killed');
    });
    await expect(failed).rejects.toThrow('killed');
    expect(await outboxes.pendingTenants()).toEqual([tenantId()]);
  });

  test.each<[string, number, number, boolean]>([
    ['stays while it is young', YOUNG_MS, 0, true],
    ['stays while the outbox holds something', OLD_MS, 1, true],
    ['goes when it is old and the outbox is empty', OLD_MS, 0, false],
  ])('%s', async (_what, ageMs, tasks, stays) => {
    await enqueue(tasks);
    await setMark(ageMs);
    await outboxes.settle(tenantId());
    expect(await outboxes.pendingTenants()).toEqual(stays ? [tenantId()] : []);
  });

  test('leads another process to what a killed one has left', async () => {
    await enqueue(2);
    const relay = startRelay(outboxes, queue, (error) => errors.push(error));
    try {
      expect(await workOn(2)).toEqual(['run-0', 'run-1']);
    } finally {
      await relay.stop();
    }
  });

  test('keeps no other tenant waiting when its database fails', async () => {
    const { control } = doors.doors.databases;
    const { tenant } = await doors.newTenant();
    await control
      .insertInto('pending_marks')
      .values({ tenant_id: tenant.id, marked_at: new Date(0) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await enqueue(1);
    const failed: unknown[] = [];
    const partly = createOutboxes(control, async (id) => {
      if (id === tenant.id) throw new Error('this tenant’s database is away');
      return ctx.db;
    });
    const relay = startRelay(partly, queue, (error) => failed.push(error));
    try {
      expect(await workOn(1)).toEqual(['run-0']);
      expect(failed).not.toHaveLength(0);
    } finally {
      await relay.stop();
    }
  });
});

describe('tasks of a killed process', () => {
  const dispatch = (runId: string): OutgoingTask => ({
    id: randomUUID(),
    tenantId: tenantId(),
    task: 'runs.dispatch',
    payload: { runId },
    startAfter: new Date(),
  });
  /** As a process leaves them that was killed while it was at work on them, heard of so many seconds ago. */
  const hold = (seconds: number) =>
    sql`update queue.job set state = 'active', started_on = now(), heartbeat_on = now() - make_interval(secs => ${seconds})`.execute(
      doors.doors.databases.control,
    );

  test('go on at once where no other can be at work', async () => {
    await queue.send([dispatch('held')]);
    await hold(0);
    await queue.stop();
    queue = await newQueue({ sole: true });
    expect(await workOn(1)).toEqual(['held']);
  });

  test('go on when it has not been heard of, also where processes are killed one after the other', async () => {
    await queue.send([dispatch('held')]);
    await hold(20);
    const began = performance.now();
    await queue.work(async () => {});
    await until('the task let go', async () => {
      const { rows } = await sql`select 1 from queue.job where state = 'active'`.execute(doors.doors.databases.control);
      return rows.length === 0;
    });
    // The queue's own turn would come after five.
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  test('keep no worker of their tenant’s from others meanwhile', async () => {
    await queue.send(Array.from({ length: 30 }, () => collect(tenantId(), 'held')));
    await hold(0);
    await queue.send([collect(tenantId(), 'next')]);
    const done: unknown[] = [];
    await queue.work(async ({ payload }) => void done.push(payload.jobId));
    await until('the next one', () => done.includes('next'), 5_000);
    expect(done).toEqual(['next']);
  });
});

/** In a lane that tenants share. */
const collect = (tenant: string, jobId: string): OutgoingTask => ({
  id: randomUUID(),
  tenantId: tenant,
  task: 'results.collect',
  payload: { jobId },
  startAfter: new Date(),
});

describe('a tenant whose farms are slow', () => {
  const other = randomUUID();
  const many = (): OutgoingTask[] => Array.from({ length: 30 }, (_, index) => collect(tenantId(), `slow-${index}`));

  test('has only so many workers at once, and the work of others is done meanwhile', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let [atWork, most] = [0, 0];
    const done: string[] = [];
    await queue.send(many());
    await queue.work(async ({ tenantId: tenant, payload }) => {
      if (tenant !== other) {
        most = Math.max(most, ++atWork);
        await released;
        atWork -= 1;
      }
      done.push(payload.jobId as string);
    });
    await until('as many at work as may be', () => atWork >= 8);
    await queue.send([collect(other, 'quick-1'), collect(other, 'quick-2')]);
    await until('the work of the other', () => done.length === 2);
    expect(done.toSorted()).toEqual(['quick-1', 'quick-2']);
    expect(most).toBe(8);
    // And nothing of the first's is forgotten for it.
    release();
    await until('all of it', () => done.length === 32);
  });
});

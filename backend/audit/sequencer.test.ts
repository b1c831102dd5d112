import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Client } from 'pg';
import type { Context } from '../context.ts';
import { createOutboxes } from '../db/outboxes.ts';
import { act, checkpoints, exported, number, sign } from '../testing/audit-log.ts';
import { asDatabaseOwner } from '../testing/database-owner.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { until } from '../testing/until.ts';
import { appendAudit } from './append.ts';
import { checkLog } from './check-log.ts';
import { isSettled } from './log-state.ts';
import { verifyExport } from './proof/verify.ts';
import { LogBroken, signCheckpoints } from './sign-checkpoint.ts';

let doors: TestDoors;
let ctx: Context;
let owner: Client;
beforeAll(async () => {
  doors = await openTestDoors();
});
afterAll(() => doors.stop());
beforeEach(async () => {
  await owner?.end();
  const made = await doors.newTenant();
  ctx = made.ctx;
  owner = await asDatabaseOwner(doors.doors.databases.controlUrl, made.tenant);
});
afterAll(() => owner?.end());

const leaves = () => ctx.db.selectFrom('audit_leaves').select(['seq', 'entry_id']).orderBy('seq').execute();
const verified = async (older: string[] = []) => verifyExport(exported(ctx), { key: null, older });

describe('the sequencer', () => {
  test('numbers what is committed, from 0 and without a gap, whatever was rolled back between', async () => {
    await act(ctx, 3);
    for (let tries = 0; tries < 3; tries += 1) {
      const failing = ctx.write(async ({ tx }) => {
        await appendAudit(ctx, tx, { code: 'test.failed', object: null });
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow();
    }
    await act(ctx, 2);
    expect(await number(ctx)).toBe(5);
    expect(await number(ctx)).toBe(0);
    expect((await leaves()).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
    expect(await verified()).toMatchObject({ entries: 5, bad: null });
  });

  test('leaves numbers as they are when an earlier transaction commits later', async () => {
    let commit = (): void => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let began = (): void => {};
    const written = new Promise<void>((resolve) => {
      began = resolve;
    });
    const slow = ctx.write(async ({ tx }) => {
      await appendAudit(ctx, tx, { code: 'test.slow', object: null });
      began();
      await held;
    });
    await written;
    await act(ctx, 2);
    expect(await number(ctx)).toBe(2);
    const before = await leaves();
    commit();
    await slow;
    expect(await number(ctx)).toBe(1);
    const after = await leaves();
    expect(after.slice(0, 2)).toEqual(before);
    // Its id is the smallest, and its place the last.
    expect(after[2]!.entry_id).toBeLessThan(before[0]!.entry_id);
    expect(await verified()).toMatchObject({ entries: 3, bad: null });
  });

  test('gives each entry one place, with several of them at work while entries are written', async () => {
    let isWriting = true;
    const sequencer = async (): Promise<void> => {
      while (isWriting) await number(ctx);
    };
    const all = Promise.all([sequencer(), sequencer(), sequencer()]);
    await Promise.all(Array.from({ length: 4 }, () => act(ctx, 100)));
    isWriting = false;
    await all;
    await number(ctx);
    const found = await leaves();
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, seq) => seq));
    expect(new Set(found.map(({ entry_id }) => entry_id)).size).toBe(400);
    await sign(ctx);
    expect(await verified()).toMatchObject({ entries: 400, proven: 256, bad: null });
  }, 60_000);

  test('killed between the places and the tree, leaves neither', async () => {
    await act(ctx, 5);
    await owner.query('begin');
    await owner.query('lock table audit_nodes in access exclusive mode');
    const dying = number(ctx).catch((error) => error);
    const waiting = sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    const pid = await until('who waits for it', async () => (await waiting.execute(ctx.db)).rows[0]?.pid);
    expect(pid).toBeDefined();
    await sql`select pg_terminate_backend(${pid})`.execute(ctx.db);
    await owner.query('rollback');
    expect(await dying).toBeInstanceOf(Error);
    expect(await leaves()).toEqual([]);
    expect(await number(ctx)).toBe(5);
    expect(await verified()).toMatchObject({ entries: 5, bad: null });
  });

  /** An entry with an id of the past, as a transaction leaves it that began early and commits now. */
  const commitLate = (id: number): Promise<unknown> =>
    owner.query(`insert into audit_entries (id, at, code, outcome, actor, request_id, detail)
      overriding system value values (${id}, now(), 'test.late', 'allowed', 'worker', 'r', '{}')`);
  const entries = async (): Promise<number[]> => (await leaves()).map(({ entry_id }) => entry_id);

  test('passes nothing by that committed late, however long nobody looked since', async () => {
    await owner.query('alter sequence audit_entries_id_seq restart 10');
    await act(ctx, 3);
    await number(ctx);
    await owner.query(`update audit_leaves set numbered_at = now() - interval '1 hour'`);
    await commitLate(9);
    expect(await number(ctx)).toBe(1);
    expect(await entries()).toEqual([10, 11, 12, 9]);
  });

  test('does not look again behind what has settled, unless it is told to', async () => {
    await owner.query('alter sequence audit_entries_id_seq restart 10');
    await act(ctx, 3);
    await number(ctx);
    await owner.query(`update audit_leaves set numbered_at = now() - interval '1 hour' where seq < 2`);
    await commitLate(9);
    expect(await number(ctx)).toBe(0);
    expect(await number(ctx, true)).toBe(1);
    expect(await entries()).toEqual([10, 11, 12, 9]);
  });

  test('takes what was there before entries had a MAC, and nothing without one after that', async () => {
    await owner.query('alter sequence audit_entries_id_seq restart 10');
    for (const id of [1, 2, 3]) await commitLate(id);
    expect(await number(ctx)).toBe(3);
    await act(ctx, 2);
    await number(ctx);
    expect(await verified()).toMatchObject({ entries: 5, bad: null });
    await commitLate(4);
    await commitLate(20);
    await number(ctx);
    const foreign = await ctx.db
      .selectFrom('audit_leaves')
      .select('entry_id')
      .where('is_foreign', '=', true)
      .orderBy('seq')
      .execute();
    expect(foreign.map(({ entry_id }) => entry_id)).toEqual([4, 20]);
  });

  test('is only a worker’s', async () => {
    const admin: Context = { ...ctx, actor: { kind: 'person', id: 'per_1', role: 'admin' } };
    await expect(number(admin)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(signCheckpoints({ ctx: admin })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

const look = () => checkLog({ ctx: { ...ctx, actor: { kind: 'operator' } } });

describe('a checkpoint', () => {
  const sizes = async () => (await checkpoints(ctx)).map(({ size }) => size);

  test('is signed at once, then once a minute, or once 256 entries have come', async () => {
    await sign(ctx);
    expect(await sizes()).toEqual([]);
    await act(ctx, 2);
    await sign(ctx);
    expect(await sizes()).toEqual([]);
    await number(ctx);
    await sign(ctx);
    expect(await sizes()).toEqual([2]);
    await act(ctx, 1);
    await number(ctx);
    await sign(ctx, 0.9);
    expect(await sizes()).toEqual([2]);
    await sign(ctx, 1.1);
    expect(await sizes()).toEqual([2, 3]);
    await sign(ctx, 9);
    expect(await sizes()).toEqual([2, 3]);
    // The clock was put back.
    await act(ctx, 1);
    await number(ctx);
    await sign(ctx, -60);
    expect(await sizes()).toEqual([2, 3, 4]);
    await ctx.write(async ({ tx }) => {
      for (let index = 0; index < 600; index += 1) await appendAudit(ctx, tx, { code: 'test.done', object: null });
    });
    await number(ctx);
    await sign(ctx, 1.1);
    expect(await sizes()).toEqual([2, 3, 4, 260, 516]);
    const notes = (await checkpoints(ctx)).map(({ note }) => note);
    expect(await verified(notes)).toMatchObject({ entries: 604, proven: 516, extended: 5, bad: null });
  });

  test('is signed once, by one of several processes', async () => {
    await act(ctx, 5);
    await number(ctx);
    await Promise.all([sign(ctx), sign(ctx), sign(ctx)]);
    expect(await sizes()).toEqual([5]);
  });

  test.each([
    ['an entry was changed before it was signed', `update audit_entries set actor = 'operator' where id = 5`],
    ['an entry was taken away before it was signed', 'delete from audit_entries where id = 5'],
    ['a place was taken away', 'delete from audit_leaves where seq = 4'],
    ['two places were exchanged', 'update audit_leaves set entry_id = 11 - entry_id + 0 where seq in (4, 5)'],
    ['the signed tree was changed', `update audit_nodes set hash = sha256('x') where level = 1 and index = 0`],
    ['the signed tree lacks a node', 'delete from audit_nodes where level = 1 and index = 0'],
    ['the last checkpoint was changed', `update audit_checkpoints set note = replace(note, E'\\n3\\n', E'\\n2\\n')`],
    ['the last checkpoint was moved', 'update audit_checkpoints set size = 2'],
  ])('is refused when %s', async (_, change) => {
    await act(ctx, 3);
    await number(ctx);
    await sign(ctx);
    await act(ctx, 4);
    await number(ctx);
    await owner.query('alter table audit_leaves drop constraint audit_leaves_entry_id_key');
    await owner.query(change);
    const before = await checkpoints(ctx);
    await expect(sign(ctx, 2)).rejects.toThrow(/audit log/);
    expect(await checkpoints(ctx)).toEqual(before);
  });

  test('says that the log is broken, and where', async () => {
    await act(ctx, 3);
    await number(ctx);
    await owner.query(`update audit_entries set code = 'nothing' where id = 2`);
    const refused = sign(ctx);
    await expect(refused).rejects.toThrow(LogBroken);
    await expect(refused).rejects.toThrow('entry 1 was altered');
    expect(await look()).toEqual({ entries: 3, signed: 0 });
  });

  test('is what the operator’s look holds the log to', async () => {
    await act(ctx, 3);
    await number(ctx);
    await sign(ctx);
    await act(ctx, 1);
    await number(ctx);
    expect(await look()).toEqual({ entries: 4, signed: 3 });
    await expect(checkLog({ ctx })).rejects.toMatchObject({ code: 'forbidden' });
    await owner.query(`update audit_nodes set hash = sha256('x') where level = 1`);
    await expect(look()).rejects.toThrow('the tree of 3 entries was altered');
  });
});

test('a tenant’s mark stays until its log is numbered and signed to the end', async () => {
  const { control } = doors.doors.databases;
  const outboxes = createOutboxes(control, async () => ctx.db, isSettled);
  const isMarked = async () => {
    await control
      .updateTable('pending_marks')
      .set({ marked_at: new Date(0) })
      .execute();
    await outboxes.settle(ctx.tenant.id);
    return (await outboxes.pendingTenants()).includes(ctx.tenant.id);
  };
  await act(ctx, 2);
  expect(await isMarked()).toBe(true);
  await number(ctx);
  expect(await isMarked()).toBe(true);
  await sign(ctx);
  expect(await isMarked()).toBe(false);
});

/** F2: whoever has the database, and not the keys, changes the log; its verifier says where. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Client } from 'pg';
import type { Context } from '../context.ts';
import { act, checkpoints, exported, number, sign } from '../testing/audit-log.ts';
import { asDatabaseOwner } from '../testing/database-owner.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { verifyExport } from './proof/verify.ts';

const TABLES = ['audit_entries', 'audit_leaves', 'audit_nodes', 'audit_checkpoints'];
const SIZE = 40;
/** Sizes of the checkpoints; the entries behind the last have their seals only. */
const SIGNED = [10, 21, 32];

let doors: TestDoors;
let ctx: Context;
let owner: Client;
/** What the customer kept. */
let notes: string[];

beforeAll(async () => {
  doors = await openTestDoors();
  const made = await doors.newTenant();
  ctx = made.ctx;
  owner = await asDatabaseOwner(doors.doors.databases.controlUrl, made.tenant);
  for (const [index, size] of [...SIGNED, SIZE].entries()) {
    await act(ctx, size - (SIGNED[index - 1] ?? 0), 'report.viewed');
    await number(ctx);
    if (size !== SIZE) await sign(ctx, 2 * index);
  }
  notes = (await checkpoints(ctx)).map(({ note }) => note);
  await owner.query(
    'alter table audit_leaves drop constraint audit_leaves_entry_id_key, drop constraint audit_leaves_seq_check',
  );
  for (const table of TABLES) await owner.query(`create table saved_${table} as select * from ${table}`);
});
afterAll(async () => {
  await owner.end();
  await doors.stop();
});

async function putBack(): Promise<void> {
  for (const table of TABLES) {
    await owner.query(`delete from ${table}`);
    await owner.query(`insert into ${table} overriding system value select * from saved_${table}`);
  }
}

const verify = (older: readonly string[]) => verifyExport(exported(ctx), { key: null, older });
/** The entry at a place, as SQL. */
const at = (seq: number): string => `id = (select entry_id from saved_audit_leaves where seq = ${seq})`;
const quoted = (text: string): string => owner.escapeLiteral(text);

type Change = { what: string; seq: number; sql: string };

const seq = fc.nat(SIZE - 1);
const word = fc.stringMatching(/^[a-z:._ -]{1,12}$/);
const edit = fc.record({ seq, column: fc.constantFrom('code', 'actor', 'object', 'request_id'), word }).map(
  ({ seq, column, word }): Change => ({
    what: `edit ${column}`,
    seq,
    sql: `update audit_entries set ${column} = ${quoted(`${word}.`)} where ${at(seq)}`,
  }),
);
const editDetail = fc.record({ seq, detail: fc.dictionary(word, fc.oneof(fc.integer(), word, fc.boolean())) }).map(
  ({ seq, detail }): Change => ({
    what: 'edit detail',
    seq,
    sql: `update audit_entries set detail = ${quoted(JSON.stringify(detail))} where ${at(seq)}`,
  }),
);
const outcome = seq.map(
  (seq): Change => ({ what: 'deny', seq, sql: `update audit_entries set outcome = 'denied' where ${at(seq)}` }),
);
const date = fc.record({ seq, by: fc.integer({ min: 1, max: 10 ** 12 }), sign: fc.constantFrom('-', '+') }).map(
  ({ seq, by, sign }): Change => ({
    what: 'date',
    seq,
    sql: `update audit_entries set at = at ${sign} interval '${by} microseconds' where ${at(seq)}`,
  }),
);
/** Not of the last entry, which nothing outside knows of yet. */
const remove = fc.record({ seq: fc.nat(SIZE - 2), withLeaf: fc.boolean() }).map(
  ({ seq, withLeaf }): Change => ({
    what: 'delete',
    seq,
    sql: `delete from audit_entries where ${at(seq)};
      ${withLeaf ? `delete from audit_leaves where seq = ${seq}` : ''}`,
  }),
);
/** Deletes an entry and moves all behind it up, seals and all, so that no number is missing. */
const closeGap = fc.nat(SIZE - 2).map(
  (seq): Change => ({
    what: 'delete and number anew',
    seq,
    sql: `delete from audit_entries where ${at(seq)}; delete from audit_leaves where seq = ${seq};
      update audit_leaves set seq = -seq where seq > ${seq}; update audit_leaves set seq = -seq - 1 where seq < 0`,
  }),
);
const swap = fc
  .tuple(seq, seq)
  .filter(([one, other]) => one < other)
  .map(
    ([one, other]): Change => ({
      what: 'reorder',
      seq: one,
      sql: `update audit_leaves set entry_id = case seq when ${one}
        then (select entry_id from saved_audit_leaves where seq = ${other})
        else (select entry_id from saved_audit_leaves where seq = ${one}) end
      where seq in (${one}, ${other})`,
    }),
  );
const swapSeals = swap.map(
  ({ seq, sql }): Change => ({
    what: 'reorder with seals',
    seq,
    sql: `${sql}; update audit_leaves l set seal = s.seal from saved_audit_leaves s where l.entry_id = s.entry_id`,
  }),
);
/** Puts a made-up entry in, and moves all behind it down. */
const insert = seq.map(
  (seq): Change => ({
    what: 'insert',
    seq,
    sql: `update audit_leaves set seq = -seq - 1 where seq >= ${seq}; update audit_leaves set seq = -seq where seq < 0;
      insert into audit_entries (at, code, outcome, actor, request_id, detail)
        select at, 'report.viewed', 'allowed', 'person:per_mallory', 'r', '{}' from audit_entries where ${at(seq)};
      insert into audit_leaves (seq, entry_id, seal, is_foreign)
        select ${seq}, (select max(id) from audit_entries), seal, false from audit_leaves where seq = ${seq} + 1`,
  }),
);
const change = fc.oneof(edit, editDetail, outcome, date, remove, closeGap, swap, swapSeals, insert);

describe('F2: what was done to the rows', () => {
  test('nothing: every checkpoint that was kept holds', async () => {
    expect(await verify(notes)).toMatchObject({ entries: SIZE, proven: 32, extended: 3, bad: null });
  });

  test('is located, against an older checkpoint, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(change, fc.subarray(SIGNED), async ({ seq, sql }, kept) => {
        await owner.query(sql);
        const { bad } = await verify(kept.map((size) => notes[SIGNED.indexOf(size)]!));
        await putBack();
        expect(bad?.seq).toBe(seq);
      }),
      { numRuns: 120 },
    );
  });

  test('is located although every checkpoint in the database was thrown away', async () => {
    await fc.assert(
      fc.asyncProperty(change, async ({ seq, sql }) => {
        await owner.query(`${sql}; delete from audit_checkpoints`);
        const { bad } = await verify([notes[1]!]);
        await putBack();
        expect(bad?.seq).toBe(seq);
      }),
      { numRuns: 40 },
    );
  });

  test('an end that was cut off, checkpoints and all, is missing', async () => {
    const cut = `delete from audit_entries where id in (select entry_id from audit_leaves where seq >= 15);
      delete from audit_leaves where seq >= 15; delete from audit_checkpoints where size > 15`;
    await owner.query(cut);
    expect((await verify([notes[0]!])).bad).toBeNull();
    const { bad } = await verify([notes[0]!, notes[2]!]);
    await putBack();
    expect(bad).toMatchObject({ seq: 15, reason: expect.stringContaining('has 32 entries') });
  });

  test('an end that was cut off and grew again is another log', async () => {
    await owner.query(`delete from audit_entries where id in (select entry_id from audit_leaves where seq >= 15);
      delete from audit_leaves where seq >= 15; delete from audit_checkpoints where size > 15;
      delete from audit_nodes where (index + 1) * (1 << level) > 15`);
    await act(ctx, 30);
    await number(ctx);
    await sign(ctx, 60);
    const alone = await verify([notes[0]!]);
    const { bad } = await verify(notes);
    await putBack();
    expect(alone).toMatchObject({ bad: null });
    // Each entry has a seal of this log; where they part from what was kept is told by the checkpoints around it.
    expect(bad).toMatchObject({ seq: 10, through: 20 });
  });

  const forge = (at: string): string => `insert into audit_entries (at, code, outcome, actor, request_id, detail, mac)
      select ${at}, 'run.cancelled', 'allowed', 'person:per_mallory', 'r', '{}', mac from audit_entries where id = 1`;

  test.each([
    ['back-dated', forge(`now() - interval '1 day'`)],
    ['dated now, with the MAC of another', forge('now()')],
    ['dated now, without a MAC', forge('now()').replace('mac from', 'null from')],
  ])('an entry that was put in at the end, %s, and numbered in good faith, is named', async (_, sql) => {
    await owner.query(sql);
    await number(ctx);
    await sign(ctx, 60);
    const { bad } = await verify(notes);
    await putBack();
    expect(bad).toMatchObject({ seq: SIZE, reason: expect.stringContaining('did not write it like this') });
  });

  test('an entry that was changed before it was numbered is named', async () => {
    await act(ctx, 3);
    await owner.query(`update audit_entries set actor = 'operator' where id = (select max(id) - 1 from audit_entries)`);
    await number(ctx);
    const { bad } = await verify(notes);
    const { rows } = await owner.query('select seq from audit_leaves where is_foreign');
    await owner.query('update audit_leaves set is_foreign = false');
    const hidden = await verify(notes);
    await putBack();
    expect(rows).toEqual([{ seq: String(bad?.seq) }]);
    expect(bad?.reason).toContain('did not write it like this');
    expect(hidden.bad).toMatchObject({ seq: bad?.seq, reason: expect.stringContaining('not what was sealed') });
  });
});

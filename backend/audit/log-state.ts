/** How far the log has come: what waits for a place, what has one, what is signed. */
import { sql } from 'kysely';
import { type TenantDb, type TenantTransaction, TRANSACTION_TIMEOUT_MS } from '../db/port.ts';
import { selectEntries } from './entry.ts';

/** An entry that was numbered so long before the newest one: whatever took a smaller id had ended by then, and was seen. */
const SETTLED_SECONDS = (4 * TRANSACTION_TIMEOUT_MS) / 1000;

/** Entries without a place, in the order of their ids. @param after an id; null: behind what is settled */
export function unnumbered(db: TenantDb | TenantTransaction, after: number | null) {
  const settled = sql<number>`coalesce((
    select least(newest.entry_id, older.entry_id)
    from (select * from audit_leaves order by seq desc limit 1) as newest, lateral (
      select entry_id from audit_leaves
      where numbered_at < newest.numbered_at - make_interval(secs => ${SETTLED_SECONDS})
      order by seq desc limit 1) as older), 0)`;
  return selectEntries(db)
    .where('audit_entries.id', '>', after ?? settled)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('audit_leaves').select('seq').whereRef('entry_id', '=', 'audit_entries.id'))),
    )
    .orderBy('audit_entries.id');
}

/** Whether an entry with a MAC was numbered: from then on each has one. */
export async function beganBefore(db: TenantTransaction): Promise<boolean> {
  const last = await db
    .selectFrom('audit_leaves')
    .leftJoin('audit_entries', 'audit_entries.id', 'entry_id')
    .select(['is_foreign', 'mac', 'audit_entries.id'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last !== undefined && (last.is_foreign || last.mac !== null || last.id === null);
}

/** How many entries are numbered. */
export async function logSize(db: TenantDb | TenantTransaction): Promise<number> {
  const last = await db.selectFrom('audit_leaves').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last ? last.seq + 1 : 0;
}

export function newestCheckpoint(db: TenantDb | TenantTransaction) {
  return db.selectFrom('audit_checkpoints').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst();
}

/** Whether every entry is numbered and proven by a checkpoint: then there is nothing to come back for. */
export async function isSettled(db: TenantDb): Promise<boolean> {
  const left = await unnumbered(db, null).limit(1).executeTakeFirst();
  const checkpoint = await newestCheckpoint(db);
  return !left && (await logSize(db)) === (checkpoint?.size ?? 0);
}

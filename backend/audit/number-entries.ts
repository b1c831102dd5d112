/**
 * The sequencer: gives each entry its place in the log, seals it there, and grows the tree. It runs beside the actions that
 * write entries and holds none of them up; in several processes at once, one works and the others pass by.
 */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { type TenantDb, type TenantTransaction, TRANSACTION_TIMEOUT_MS } from '../db/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { entryOf, selectEntries, textOf } from './entry.ts';
import { type LogKey, openLogKey } from './log-key.ts';
import { sealEntry } from './proof/seal.ts';
import { hashLeaf, type Node } from './proof/tree.ts';
import { readTree } from './read-nodes.ts';

const BATCH = 256;
const LOCK = 'audit-sequencer';
/** How long one call goes on: far less than `SETTLED_SECONDS`, so that what commits late is not passed by. */
const MAX_MS = 5_000;
/** An entry that was numbered so long before the newest one: whatever took a smaller id had ended by then, and was seen. */
const SETTLED_SECONDS = (4 * TRANSACTION_TIMEOUT_MS) / 1000;

/** `isAll`: nothing is left that the call could see. */
export type Numbered = { numbered: number; isAll: boolean };

/** @param input.whole looks through the whole log, and not only behind what is settled */
export async function numberEntries({ ctx, input }: { ctx: Context; input: { whole: boolean } }): Promise<Numbered> {
  requireWorker(ctx);
  const key = await openLogKey(ctx);
  const until = performance.now() + MAX_MS;
  let numbered = 0;
  let after = input.whole ? 0 : null;
  do {
    const ids = await ctx.db.transaction().execute((tx) => numberBatch(tx, key, after));
    if (!ids) return { numbered, isAll: false };
    numbered += ids.length;
    if (ids.length < BATCH) return { numbered, isAll: true };
    after = ids.at(-1) ?? 0;
  } while (performance.now() < until);
  return { numbered, isAll: false };
}

/** @returns ids of the entries that were numbered; null when another process is at it */
async function numberBatch(tx: TenantTransaction, key: LogKey, after: number | null): Promise<number[] | null> {
  if (!(await takeTurn(tx, LOCK))) return null;
  const rows = await unnumbered(tx, after).limit(BATCH).execute();
  if (rows.length === 0) return [];
  const tree = await readTree(tx, await logSize(tx));
  const nodes: Node[] = [];
  const leaves = rows.map((row) => {
    const seq = tree.size;
    const leaf = hashLeaf(textOf(entryOf(seq, row)));
    nodes.push(...tree.append(leaf));
    return { seq, entry_id: row.id, seal: sealEntry({ seq, leaf }, key.privateKey) };
  });
  await tx.insertInto('audit_leaves').values(leaves).execute();
  await tx.insertInto('audit_nodes').values(nodes).execute();
  return rows.map(({ id }) => id);
}

/** Until the end of the transaction, or of the process, nobody else has the turn. */
export async function takeTurn(tx: TenantTransaction, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`.execute(tx);
  return rows[0]?.taken ?? false;
}

/** @param after an id; null: behind what is settled */
function unnumbered(db: TenantDb | TenantTransaction, after: number | null) {
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

/** How many entries are numbered. */
export async function logSize(db: TenantDb | TenantTransaction): Promise<number> {
  const last = await db.selectFrom('audit_leaves').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last ? last.seq + 1 : 0;
}

/** Whether every entry is numbered and proven by a checkpoint: then there is nothing to come back for. */
export async function isSettled(db: TenantDb): Promise<boolean> {
  const left = await unnumbered(db, null).limit(1).executeTakeFirst();
  const checkpoint = await db
    .selectFrom('audit_checkpoints')
    .select('size')
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return !left && (await logSize(db)) === (checkpoint?.size ?? 0);
}

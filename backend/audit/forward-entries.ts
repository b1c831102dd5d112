/** Forwards what is numbered to where the operator wants it, in order, at least once. */
import type { Context } from '../context.ts';
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import type { AuditSink } from '../sinks/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { entryOf, selectEntries } from './entry.ts';
import { logSize } from './log-state.ts';
import { takeTurn } from './take-turn.ts';

const BATCH = 200;

/** @throws Error when the sink does not take them; they are sent again later */
export async function forwardEntries({ ctx, input }: { ctx: Context; input: { sink: AuditSink } }): Promise<void> {
  requireWorker(ctx);
  while (await ctx.db.transaction().execute((tx) => forwardBatch(ctx, tx, input.sink)));
}

/** @returns whether there may be more */
async function forwardBatch(ctx: Context, tx: TenantTransaction, sink: AuditSink): Promise<boolean> {
  if (!(await takeTurn(tx, 'audit-forward'))) return false;
  const start = await forwardedTo(tx, sink.name);
  const rows = await selectEntries(tx)
    .innerJoin('audit_leaves', 'audit_leaves.entry_id', 'audit_entries.id')
    .select(['seq', 'is_foreign'])
    .where('seq', '>=', start)
    .orderBy('seq')
    .limit(BATCH)
    .execute();
  const last = rows.at(-1);
  if (!last) return false;
  await sink.send(rows.map((row) => ({ tenant: ctx.tenant.id, ...entryOf(row) })));
  // After they were taken: a kill in between sends them again.
  const size = last.seq + 1;
  await tx
    .insertInto('audit_forwards')
    .values({ sink: sink.name, size })
    .onConflict((conflict) => conflict.column('sink').doUpdateSet({ size }))
    .execute();
  return rows.length === BATCH;
}

async function forwardedTo(db: TenantDb | TenantTransaction, name: string): Promise<number> {
  const row = await db.selectFrom('audit_forwards').select('size').where('sink', '=', name).executeTakeFirst();
  return row?.size ?? 0;
}

export async function isForwarded(db: TenantDb, sink: AuditSink): Promise<boolean> {
  return (await forwardedTo(db, sink.name)) >= (await logSize(db));
}

/** Tenants' outboxes and the marks that say where to look. */
import { sql } from 'kysely';
import type { OutgoingTask, TaskName } from '../contract/tasks.ts';
import { type ControlDb, type TenantDb, TRANSACTION_TIMEOUT_MS } from './port.ts';

const BATCH = 50;
/** No transaction that was marked before this long ago can still be open. */
const SETTLED_AFTER_MS = 2 * TRANSACTION_TIMEOUT_MS;

/** Marks a tenant, before a transaction that may write to its outbox. */
export async function markPending(control: ControlDb, tenantId: string): Promise<void> {
  await control
    .insertInto('pending_marks')
    .values({ tenant_id: tenantId, marked_at: sql`now()` })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ marked_at: sql`now()` }))
    .execute();
}

/** @param isSettled whether nothing else in the tenant's database wants the mark to stay */
export function createOutboxes(
  control: ControlDb,
  openTenant: (tenantId: string) => Promise<TenantDb>,
  isSettled: (db: TenantDb) => Promise<boolean> = async () => true,
) {
  return {
    async pendingTenants(): Promise<string[]> {
      const rows = await control.selectFrom('pending_marks').select('tenant_id').execute();
      return rows.map((row) => row.tenant_id);
    },

    async move(tenantId: string, send: (tasks: OutgoingTask[]) => Promise<void>): Promise<number> {
      const db = await openTenant(tenantId);
      return db.transaction().execute(async (tx) => {
        const rows = await tx
          .selectFrom('outbox')
          .select(['id', 'task', 'payload', 'start_after'])
          .orderBy('created_at')
          .limit(BATCH)
          .forUpdate()
          .skipLocked()
          .execute();
        if (rows.length === 0) return 0;
        // Sent before the removal commits: a kill in between sends the same ids again, which the queue ignores.
        await send(
          rows.map(
            (row): OutgoingTask => ({
              id: row.id,
              tenantId,
              task: row.task as TaskName,
              payload: row.payload,
              startAfter: row.start_after,
            }),
          ),
        );
        const ids = rows.map((row) => row.id);
        await tx.deleteFrom('outbox').where('id', 'in', ids).execute();
        return rows.length;
      });
    },

    async settle(tenantId: string): Promise<void> {
      const isOld = sql<boolean>`marked_at < now() - make_interval(secs => ${SETTLED_AFTER_MS / 1000})`;
      const old = await control
        .selectFrom('pending_marks')
        .select('tenant_id')
        .where('tenant_id', '=', tenantId)
        .where(isOld)
        .executeTakeFirst();
      if (!old) return;
      const db = await openTenant(tenantId);
      const left = await db.selectFrom('outbox').select('id').limit(1).executeTakeFirst();
      // A mark renewed meanwhile is young again, and stays.
      if (!left && (await isSettled(db)))
        await control.deleteFrom('pending_marks').where('tenant_id', '=', tenantId).where(isOld).execute();
    },
  };
}

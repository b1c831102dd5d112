/** Revokes a capability and every handle that it made. */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';

/** First itself: a handle that is being made waits for it, or is there by then. False when all were revoked before. */
export async function revokeFamily(ctx: Context, tx: TenantTransaction, capabilityId: string): Promise<boolean> {
  const working = tx.updateTable('capabilities').set({ revoked_at: ctx.now() }).where('revoked_at', 'is', null);
  const own = await working.where('id', '=', capabilityId).executeTakeFirst();
  const children = await working.where('parent_id', '=', capabilityId).executeTakeFirst();
  return own.numUpdatedRows + children.numUpdatedRows > 0n;
}

/** Revokes every capability and handle that was made under a trust policy. */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';

/** In the caller's transaction, which holds the policy's row. Returns how many worked until now. */
export async function revokeUnder(ctx: Context, tx: TenantTransaction, policyId: string): Promise<number> {
  const now = ctx.now();
  // In the order in which uploads hold the capabilities of their job.
  const working = await tx
    .selectFrom('capabilities')
    .select('id')
    .where('trust_policy_id', '=', policyId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('id')
    .forUpdate()
    .execute();
  const ids = working.map(({ id }) => id);
  if (ids.length > 0) await tx.updateTable('capabilities').set({ revoked_at: now }).where('id', 'in', ids).execute();
  return ids.length;
}

/** A run that is over needs its handles no more: they live long enough to fetch what there is. */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';

/** How long after its run a handle works. */
export const HANDLE_GRACE_MS = 10 * 60_000;

/** In the transaction that ends the run. */
export async function endRunHandles(ctx: Context, tx: TenantTransaction, runId: string): Promise<void> {
  const last = new Date(ctx.now().getTime() + HANDLE_GRACE_MS);
  await tx
    .updateTable('capabilities')
    .set({ expires_at: last })
    .where('run_id', '=', runId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', last)
    .execute();
}

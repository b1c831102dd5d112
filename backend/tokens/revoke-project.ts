/** Revokes what CI jobs of a project hold: its repository is another's now. API tokens stay, which people made. */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';

/** In the caller's transaction. Returns how many worked until now. */
export async function revokeProject(ctx: Context, tx: TenantTransaction, projectId: string): Promise<number> {
  const now = ctx.now();
  const revoked = await tx
    .updateTable('capabilities')
    .set({ revoked_at: now })
    .where('project_id', '=', projectId)
    .where('ci_run_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return Number(revoked.numUpdatedRows);
}

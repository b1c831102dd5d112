/** Forgets requests to run a fork's files, with their keys, long after they were decided; their runs go their own way. */
import type { Context } from '../context.ts';
import { DAY_MS } from './categories.ts';
import { requestDeletion } from './request-deletion.ts';

/** After the last day on which it could be decided. */
const KEPT_DAYS = 30;

/** @returns how many were forgotten */
export async function sweepForks(ctx: Context): Promise<number> {
  const before = new Date(ctx.now().getTime() - KEPT_DAYS * DAY_MS);
  return ctx.write(async (write) => {
    const { tx } = write;
    const rows = await tx
      .selectFrom('fork_requests')
      .select('id')
      .where('expires_at', '<', before)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id } of rows) {
      // A check that shows a run since stays.
      await tx
        .updateTable('checks')
        .set({ fork_request_id: null })
        .where('fork_request_id', '=', id)
        .where('run_id', 'is not', null)
        .execute();
      await tx.deleteFrom('fork_requests').where('id', '=', id).execute();
      await requestDeletion(ctx, write, [`none-${id}`], id);
    }
    return rows.length;
  });
}

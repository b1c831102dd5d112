/** Counts the bytes of a part that was received: also of one that had come before, or whose upload is refused later. */
import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { TenantTransaction } from '../../db/port.ts';
import { dayOf } from './day.ts';

/** The last thing in the transaction: the day's row is held from here to the commit. */
export async function countReceived(
  ctx: Context,
  tx: TenantTransaction,
  projectId: string,
  bytes: number,
): Promise<void> {
  await tx
    .insertInto('received_bytes')
    .values({ project_id: projectId, day: dayOf(ctx.now()), bytes })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'day']).doUpdateSet({ bytes: sql`received_bytes.bytes + ${bytes}` }),
    )
    .execute();
}

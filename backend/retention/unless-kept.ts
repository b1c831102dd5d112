/**
 * Deletes a blob, a key or both unless they are kept: the wish stands before they are made, and is taken back in the
 * transaction of the row that tells of them. Whatever is killed in between, the sweep finds the wish and fulfils it.
 */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DAY_MS } from './categories.ts';
import { fulfilDeletion } from './fulfil-deletion.ts';

/** Longer than anything takes to be made. */
const LEFT_BEHIND_AFTER_MS = DAY_MS;

export async function deleteUnlessKept(ctx: Context, blobName: string, keyId: string): Promise<void> {
  const requestedAt = new Date(ctx.now().getTime() + LEFT_BEHIND_AFTER_MS);
  await ctx.db
    .insertInto('blob_deletions')
    .values({ blob_name: blobName, key_id: keyId, requested_at: requestedAt })
    .execute();
}

/** @throws Error when it was taken for left behind, and is being deleted */
export async function keep(tx: TenantTransaction, blobName: string): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('blob_deletions').where('blob_name', '=', blobName).executeTakeFirst();
  if (numDeletedRows === 0n) throw new Error('what was made took so long that it was deleted');
}

/** Deletes it now, unless it was kept after all: a commit may stand though its answer was lost. */
export async function discard(ctx: Context, blobName: string): Promise<void> {
  await fulfilDeletion(ctx, blobName).catch((err: unknown) => ctx.log.warn({ err }, 'left for the sweep to delete'));
}

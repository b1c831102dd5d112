/** Deletes one unwanted blob for good, and destroys the key that sealed nothing else; nothing, where no wish stands. */
import type { Context } from '../context.ts';

/** Safe to repeat. */
export async function fulfilDeletion(ctx: Context, blobName: string): Promise<void> {
  const row = await ctx.db
    .selectFrom('blob_deletions')
    .select(['blob_name', 'key_id'])
    .where('blob_name', '=', blobName)
    .executeTakeFirst();
  if (!row) return;
  await ctx.blobs.remove(row.blob_name);
  if (row.key_id) await ctx.keys.destroyDataKey(row.key_id);
  await ctx.db.deleteFrom('blob_deletions').where('blob_name', '=', row.blob_name).execute();
}

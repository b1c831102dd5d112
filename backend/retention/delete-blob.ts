/** Deletes one unwanted blob for good, and destroys the key that sealed nothing else. A task; safe to repeat. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';

export async function deleteBlob({ ctx, input }: { ctx: Context; input: { blobName: string } }): Promise<void> {
  requireWorker(ctx);
  const row = await ctx.db
    .selectFrom('blob_deletions')
    .select(['blob_name', 'key_id'])
    .where('blob_name', '=', input.blobName)
    .executeTakeFirst();
  if (!row) return;
  await ctx.blobs.remove(row.blob_name);
  if (row.key_id) await ctx.keys.destroyDataKey(row.key_id);
  await ctx.db.deleteFrom('blob_deletions').where('blob_name', '=', row.blob_name).execute();
}

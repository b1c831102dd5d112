/** Asks for blobs to be deleted: the wish stands in the transaction that makes them unwanted, and a task fulfils it. */
import type { Context, Write } from '../context.ts';

/** `keyId`: a data key to destroy with them, when it sealed nothing that is to stay. */
export async function requestDeletion(
  ctx: Context,
  { tx, enqueue }: Write,
  names: readonly string[],
  keyId: string | null,
): Promise<void> {
  for (const [index, blobName] of names.entries()) {
    await tx
      .insertInto('blob_deletions')
      .values({ blob_name: blobName, key_id: index === 0 ? keyId : null, requested_at: ctx.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await enqueue('retention.delete-blob', { blobName });
  }
}

/** A wish that is this old has lost its task, or the queue has given it up. */
const REMIND_AFTER_MS = 3_600_000;

/** Asks again for what was to be deleted long ago and is still there. */
export async function remindDeletions(ctx: Context): Promise<void> {
  await ctx.write(async ({ tx, enqueue }) => {
    const rows = await tx
      .selectFrom('blob_deletions')
      .select('blob_name')
      .where('requested_at', '<', new Date(ctx.now().getTime() - REMIND_AFTER_MS))
      .execute();
    for (const row of rows) await enqueue('retention.delete-blob', { blobName: row.blob_name });
  });
}

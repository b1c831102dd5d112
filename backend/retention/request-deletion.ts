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

/** Makes an artifact unreadable at once, and asks for its bytes and key to be destroyed: one road for all who forget. */
import { appendAudit } from '../audit/append.ts';
import type { Context, Write } from '../context.ts';
import { requestDeletion } from './request-deletion.ts';

/** In the caller's transaction, which holds the row. */
export async function forgetArtifactRow(
  ctx: Context,
  write: Write,
  artifact: { id: string; content_id: string | null },
  reason: string,
): Promise<void> {
  const { tx } = write;
  const parts = await tx
    .deleteFrom('upload_parts')
    .where('artifact_id', '=', artifact.id)
    .returning('blob_name')
    .execute();
  // Held first, so that nobody comes to share the content while it is looked whether anybody does.
  if (artifact.content_id) {
    await tx.selectFrom('contents').select('id').where('id', '=', artifact.content_id).forUpdate().execute();
  }
  await tx
    .updateTable('artifacts')
    .set({ state: 'forgotten', content_id: null, sealed_description: null, sealed_provenance: null })
    .where('id', '=', artifact.id)
    .execute();
  if (artifact.content_id) await forgetUnshared(ctx, write, artifact.content_id);
  const names = parts.map((part) => part.blob_name);
  // Without any part the key is destroyed all the same: the description was sealed with it.
  await requestDeletion(ctx, write, names.length > 0 ? names : [`none-${artifact.id}`], artifact.id);
  await appendAudit(ctx, tx, { code: 'artifact.forgotten', object: artifact.id, detail: { reason } });
}

/** Bytes that were another artifact's too stay its; the last one takes them, and their key, along. */
async function forgetUnshared(ctx: Context, write: Write, contentId: string): Promise<void> {
  const content = await write.tx
    .deleteFrom('contents')
    .where('id', '=', contentId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('artifacts').select('id').where('content_id', '=', contentId))),
    )
    .returning(['blob_name', 'signatures_blob'])
    .executeTakeFirst();
  if (!content) return;
  const names = [content.blob_name, content.signatures_blob].filter((name) => name !== null);
  await requestDeletion(ctx, write, names, contentId);
}

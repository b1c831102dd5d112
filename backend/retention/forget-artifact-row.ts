/** Makes an artifact unreadable at once, and asks for its bytes and key to be destroyed: one road for all who forget. */
import { appendAudit } from '../audit/append.ts';
import type { Context, Write } from '../context.ts';
import { requestDeletion } from './request-deletion.ts';

/** In the caller's transaction, which holds the row. */
export async function forgetArtifactRow(
  ctx: Context,
  write: Write,
  artifact: { id: string; blob_name: string | null },
  reason: string,
): Promise<void> {
  const { tx } = write;
  const parts = await tx
    .deleteFrom('upload_parts')
    .where('artifact_id', '=', artifact.id)
    .returning('blob_name')
    .execute();
  const { signatures_blob } = await tx
    .selectFrom('artifacts')
    .select('signatures_blob')
    .where('id', '=', artifact.id)
    .executeTakeFirstOrThrow();
  const names = [artifact.blob_name, signatures_blob, ...parts.map((part) => part.blob_name)].filter(
    (name) => name !== null,
  );
  // Without any blob the key is destroyed all the same: the description was sealed with it.
  await requestDeletion(ctx, write, names.length > 0 ? names : [`none-${artifact.id}`], artifact.id);
  await tx
    .updateTable('artifacts')
    .set({
      state: 'forgotten',
      blob_name: null,
      signatures_blob: null,
      sealed_description: null,
      sealed_provenance: null,
    })
    .where('id', '=', artifact.id)
    .execute();
  await appendAudit(ctx, tx, { code: 'artifact.forgotten', object: artifact.id, detail: { reason } });
}

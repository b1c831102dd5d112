/** Makes received bytes the content of an artifact: once in a project, whoever brings them again. */
import type { Context, Write } from '../context.ts';
import { DELTA_LIMITS } from '../contract/delta/limits.ts';
import { keep } from '../retention/unless-kept.ts';

type NewContent = { id: string; projectId: string; sha256: Buffer; size: number; blobName: string };

/**
 * In the transaction that completes the artifact. Where the project came to have these bytes meanwhile, those stay and the
 * new ones are deleted.
 *
 * @returns the id of the content that stays, whose row is held
 */
export async function keepContent(ctx: Context, { tx, enqueue }: Write, content: NewContent): Promise<string> {
  const { id } = await tx
    .insertInto('contents')
    .values({
      id: content.id,
      project_id: content.projectId,
      sha256: content.sha256,
      size: content.size,
      blob_name: content.blobName,
      created_at: ctx.now(),
    })
    // Changes nothing, and holds the row that is there.
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'sha256']).doUpdateSet({ size: (eb) => eb.ref('contents.size') }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  if (id !== content.id) {
    await enqueue('retention.delete-blob', { blobName: content.blobName });
    return id;
  }
  await keep(tx, content.blobName);
  if (content.size >= DELTA_LIMITS.smallestFile) await enqueue('uploads.sign', { contentId: id });
  return id;
}

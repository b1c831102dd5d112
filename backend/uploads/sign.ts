/** Signs a content block by block, so that the next upload can be the difference to it. A task; safe to repeat. */
import { randomBytes } from 'node:crypto';
import { inBlocks } from '../apk/byte-source.ts';
import type { Context } from '../context.ts';
import { signFile } from '../contract/delta/sign-file.ts';
import { requireWorker } from '../tokens/permissions.ts';

export async function signContent({ ctx, input }: { ctx: Context; input: { contentId: string } }): Promise<void> {
  requireWorker(ctx);
  const row = await ctx.db
    .selectFrom('contents')
    .select(['id', 'blob_name'])
    .where('id', '=', input.contentId)
    .where('signatures_blob', 'is', null)
    .executeTakeFirst();
  if (!row) return;
  const { id, blob_name: content } = row;
  const pieces = await signFile(inBlocks(await ctx.blobs.open(id, content)));
  if (!pieces) return;

  const blobName = randomBytes(16).toString('hex');
  const signaturesSize = await ctx.blobs.write(id, blobName, inOrder(pieces));
  const kept = await ctx.write(({ tx }) =>
    tx
      .updateTable('contents')
      .set({ signatures_blob: blobName, signatures_size: signaturesSize })
      .where('id', '=', id)
      .where('signatures_blob', 'is', null)
      .executeTakeFirst(),
  );
  // Forgotten meanwhile, or signed by the same task done twice.
  if (kept.numUpdatedRows === 0n) await ctx.blobs.remove(blobName);
}

async function* inOrder(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Fulfils the wish to delete one blob. A task; safe to repeat. */
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { fulfilDeletion } from './fulfil-deletion.ts';

export async function deleteBlob({ ctx, input }: { ctx: Context; input: { blobName: string } }): Promise<void> {
  requireWorker(ctx);
  await fulfilDeletion(ctx, input.blobName);
}

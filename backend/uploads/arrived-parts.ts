/** What of an upload has arrived, and whether it is all. */
import type { Context, Write } from '../context.ts';
import { MAX_PART_SIZE, type PartsOf } from '../contract/artifacts.ts';
import { DevicelaneError } from '../errors.ts';
import { requestDeletion } from '../retention/request-deletion.ts';
import type { ArtifactRow } from './find-upload.ts';

/** The blobs of the parts in order. @throws DevicelaneError `conflict` when some are missing */
export async function arrivedParts(ctx: Context, artifact: ArtifactRow, of: PartsOf): Promise<string[]> {
  const parts = await ctx.db
    .selectFrom('upload_parts')
    .select(['number', 'size', 'blob_name'])
    .where('artifact_id', '=', artifact.id)
    .where('of_difference', '=', of === 'difference')
    .orderBy('number')
    .execute();
  const received = parts.reduce((sum, part) => sum + part.size, 0);
  if (of === 'file' && received !== artifact.size) {
    throw missing(`${received} of ${artifact.size} bytes have arrived; send the missing parts first.`);
  }
  // A difference has no announced length: its last part may be any, and its frame tells where it ends.
  const isWhole = parts.every(
    (part, at) => part.number === at + 1 && (part.size === MAX_PART_SIZE || at === parts.length - 1),
  );
  if (of === 'difference' && (parts.length === 0 || !isWhole)) {
    throw missing('Parts of the difference have not arrived; send them first.');
  }
  return parts.map((part) => part.blob_name);
}

function missing(detail: string): DevicelaneError {
  return new DevicelaneError('conflict', detail, { field: 'parts' });
}

/** Drops all parts, or those of one thing, in the transaction after which nothing needs them. */
export async function dropParts(ctx: Context, write: Write, artifactId: string, of?: PartsOf): Promise<void> {
  const dropped = await write.tx
    .deleteFrom('upload_parts')
    .where('artifact_id', '=', artifactId)
    .$if(of !== undefined, (query) => query.where('of_difference', '=', of === 'difference'))
    .returning('blob_name')
    .execute();
  await requestDeletion(
    ctx,
    write,
    dropped.map((part) => part.blob_name),
    null,
  );
}

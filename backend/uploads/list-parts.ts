/** Which parts have arrived, so that an interrupted upload goes on where it was. */
import type { Context } from '../context.ts';
import type { PartList } from '../contract/artifacts.ts';
import { findOwnUpload } from './find-upload.ts';

export async function listParts({ ctx, input }: { ctx: Context; input: { artifactId: string } }): Promise<PartList> {
  const artifact = await findOwnUpload(ctx, input.artifactId);
  const rows = await ctx.db
    .selectFrom('upload_parts')
    .select(['number', 'size', 'sha256'])
    .where('artifact_id', '=', artifact.id)
    .orderBy('number')
    .execute();
  return { parts: rows.map((row) => ({ ...row, sha256: row.sha256.toString('hex') })) };
}

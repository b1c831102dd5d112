/** Completes an upload: joins the parts, checks size and digest, reads the metadata, and makes it an artifact. */
import { createHash, randomBytes } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Artifact } from '../contract/artifacts.ts';
import { DevicelaneError } from '../errors.ts';
import { requestDeletion } from '../retention/request-deletion.ts';
import { openDescription, sealDescription } from './description.ts';
import { type ArtifactRow, findOwnUpload } from './find-upload.ts';
import { discardUpload } from './forget.ts';
import { readMetadata } from './metadata/read-metadata.ts';
import { artifactView } from './read.ts';

/** Refusals after which the bytes are worthless: everything of the upload is forgotten at once. */
const FATAL = new Set(['digest_mismatch', 'invalid_artifact']);

/** @throws DevicelaneError `conflict` when parts are missing, `digest_mismatch`, `invalid_artifact` */
export async function completeUpload({
  ctx,
  input,
}: {
  ctx: Context;
  input: { artifactId: string };
}): Promise<Artifact> {
  const artifact = await findOwnUpload(ctx, input.artifactId);
  if (artifact.state === 'complete') return artifactView(ctx, artifact);
  const parts = await ctx.db
    .selectFrom('upload_parts')
    .select(['number', 'size', 'blob_name'])
    .where('artifact_id', '=', artifact.id)
    .orderBy('number')
    .execute();
  const received = parts.reduce((sum, part) => sum + part.size, 0);
  if (received !== artifact.size) {
    throw new DevicelaneError(
      'conflict',
      `${received} of ${artifact.size} bytes have arrived; send the missing parts first.`,
      {
        field: 'parts',
      },
    );
  }

  const blobName = randomBytes(16).toString('hex');
  try {
    await joinParts(ctx, artifact, parts, blobName);
    const { name } = await openDescription(ctx, artifact.id, artifact.sealed_description!);
    const { kind, metadata } = await readMetadata(artifact.kind, name, {
      size: artifact.size,
      read: (offset, length) => ctx.blobs.readRange(artifact.id, blobName, offset, length),
    });
    const description = await sealDescription(ctx, artifact.id, { name, metadata });
    const completed = await ctx.write(async (write) => {
      const { tx } = write;
      const row = await tx
        .updateTable('artifacts')
        .set({ state: 'complete', kind, sealed_description: description, blob_name: blobName, completed_at: ctx.now() })
        .where('id', '=', artifact.id)
        .where('state', '=', 'uploading')
        .returningAll()
        .executeTakeFirst();
      if (!row) return null;
      await tx.deleteFrom('upload_parts').where('artifact_id', '=', artifact.id).execute();
      await requestDeletion(
        ctx,
        write,
        parts.map((part) => part.blob_name),
        null,
      );
      await appendAudit(ctx, tx, {
        code: 'artifact.completed',
        object: artifact.id,
        detail: { size: artifact.size, kind },
      });
      return row;
    });
    if (completed) return artifactView(ctx, completed);
  } catch (error) {
    await ctx.blobs.remove(blobName);
    if (error instanceof DevicelaneError && FATAL.has(error.code)) await discardUpload(ctx, artifact.id, error.code);
    throw error;
  }
  // Another request completed it meanwhile: its blob stands.
  await ctx.blobs.remove(blobName);
  return artifactView(ctx, await findOwnUpload(ctx, artifact.id));
}

/** Writes the whole file from its parts, or nothing. @throws DevicelaneError `digest_mismatch` */
async function joinParts(
  ctx: Context,
  artifact: ArtifactRow,
  parts: readonly { blob_name: string }[],
  blobName: string,
): Promise<void> {
  const hash = createHash('sha256');
  async function* joined() {
    for (const part of parts) {
      for await (const chunk of ctx.blobs.read(artifact.id, part.blob_name)) {
        hash.update(chunk);
        yield chunk;
      }
    }
    if (!hash.digest().equals(artifact.sha256)) {
      throw new DevicelaneError(
        'digest_mismatch',
        'The file that arrived is not the one that was announced; send it again.',
        {
          field: 'sha256',
        },
      );
    }
  }
  await ctx.blobs.write(artifact.id, blobName, joined());
}

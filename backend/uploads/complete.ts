/** Completes an upload: joins the parts, checks size and digest, reads the metadata, and makes it an artifact. */
import { createHash, randomBytes } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Artifact, PartsOf } from '../contract/artifacts.ts';
import { DELTA_LIMITS } from '../contract/delta/limits.ts';
import { DevicelaneError } from '../errors.ts';
import { arrivedParts, dropParts } from './arrived-parts.ts';
import { openDescription, sealDescription } from './description.ts';
import { type ArtifactRow, findOwnUpload } from './find-upload.ts';
import { discardUpload } from './forget.ts';
import { readMetadata } from './metadata/read-metadata.ts';
import { artifactView } from './read.ts';
import { priorMismatch, rebuildFile } from './rebuild.ts';

/** Refusals after which the bytes are worthless: everything of the upload is forgotten at once. */
const FATAL = new Set(['digest_mismatch', 'invalid_artifact']);

/**
 * Completes it from the parts of the file, or of the difference.
 *
 * @throws DevicelaneError `conflict` when parts are missing, `prior_mismatch`, `digest_mismatch`,
 * `invalid_artifact`
 */
export async function completeUpload({
  ctx,
  input,
}: {
  ctx: Context;
  input: { artifactId: string; of: PartsOf };
}): Promise<Artifact> {
  const artifact = await findOwnUpload(ctx, input.artifactId);
  if (artifact.state === 'complete') return artifactView(ctx, artifact);
  const parts = await arrivedParts(ctx, artifact, input.of);
  const blobName = randomBytes(16).toString('hex');
  try {
    await writeWhole(ctx, artifact, parts, input.of, blobName);
    const { name } = await openDescription(ctx, artifact.id, artifact.sealed_description!);
    const { kind, ...facts } = await readMetadata(artifact.kind, name, {
      size: artifact.size,
      read: (offset, length) => ctx.blobs.readRange(artifact.id, blobName, offset, length),
    });
    const description = await sealDescription(ctx, artifact.id, { name, ...facts });
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
      await dropParts(ctx, write, artifact.id);
      if (artifact.size >= DELTA_LIMITS.smallestFile) await write.enqueue('uploads.sign', { artifactId: artifact.id });
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
    if (error instanceof DevicelaneError && error.code === 'prior_mismatch') await forgetPrior(ctx, artifact.id, error);
    throw error;
  }
  // Another request completed it meanwhile: its blob stands.
  await ctx.blobs.remove(blobName);
  return artifactView(ctx, await findOwnUpload(ctx, artifact.id));
}

/** Writes the whole file, or nothing. @throws DevicelaneError `digest_mismatch`, `prior_mismatch` */
async function writeWhole(
  ctx: Context,
  artifact: ArtifactRow,
  parts: readonly string[],
  of: PartsOf,
  blobName: string,
): Promise<void> {
  const hash = createHash('sha256');
  async function* checked() {
    for await (const chunk of of === 'file' ? joinParts(ctx, artifact, parts) : rebuildFile(ctx, artifact, parts)) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest().equals(artifact.sha256)) return;
    if (of === 'difference') throw priorMismatch('the rebuilt file has another digest');
    throw new DevicelaneError(
      'digest_mismatch',
      'The file that arrived is not the one that was announced; send it again.',
      { field: 'sha256' },
    );
  }
  await ctx.blobs.write(artifact.id, blobName, checked());
}

async function* joinParts(ctx: Context, artifact: ArtifactRow, parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* ctx.blobs.read(artifact.id, part);
}

/** The upload goes on with the whole file: neither the difference nor the offer of an earlier artifact stands any more. */
async function forgetPrior(ctx: Context, artifactId: string, error: DevicelaneError): Promise<void> {
  ctx.log.warn({ artifactId, cause: error.cause }, 'a difference did not give the file');
  await ctx.write(async (write) => {
    await dropParts(ctx, write, artifactId);
    await write.tx.updateTable('artifacts').set({ prior_id: null }).where('id', '=', artifactId).execute();
  });
}

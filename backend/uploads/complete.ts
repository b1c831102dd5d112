/** Completes an upload: joins the parts, checks size and digest, reads the metadata, and makes it an artifact. */
import { randomBytes } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Artifact, PartsOf } from '../contract/artifacts.ts';
import { DevicelaneError } from '../errors.ts';
import { deleteUnlessKept, discard } from '../retention/unless-kept.ts';
import { arrivedParts, dropParts } from './arrived-parts.ts';
import { openDescription, sealDescription } from './description.ts';
import { type ArtifactRow, findOwnUpload } from './find-upload.ts';
import { discardUpload } from './forget.ts';
import { holdFile } from './held-file.ts';
import { keepContent } from './keep-content.ts';
import { countReceived } from './limits/count-received.ts';
import { lockUploading } from './lock-uploading.ts';
import { readMetadata } from './metadata/read-metadata.ts';
import { artifactView } from './read.ts';
import { priorMismatch, rebuildFile } from './rebuild.ts';

/** Refusals after which the bytes are worthless: everything of the upload is forgotten at once. */
const FATAL = new Set(['digest_mismatch', 'invalid_artifact']);

type Input = {
  artifactId: string;
  of: PartsOf;
  /** The difference that comes along; null where it came in parts, as a file does. */
  readDifference?: () => Promise<Buffer | null>;
};

/** The blobs of the parts in their order, or the difference itself. */
type Sent = readonly string[] | Buffer;

/**
 * Completes it from the parts of the file or of the difference, or from a difference that came along.
 *
 * @throws DevicelaneError `conflict` when parts are missing, `prior_mismatch`, `digest_mismatch`,
 * `invalid_artifact`
 */
export async function completeUpload({ ctx, input }: { ctx: Context; input: Input }): Promise<Artifact> {
  const artifact = await findOwnUpload(ctx, input.artifactId);
  if (artifact.state === 'complete') return artifactView(ctx, artifact);
  const difference = (await input.readDifference?.()) ?? null;
  // Another job of this run may have found out: whoever sends a difference then sends the file.
  if (difference && artifact.prior_id === null) throw priorMismatch('there is no earlier artifact');
  const sent: Sent = difference ?? (await arrivedParts(ctx, artifact, input.of));
  const content = { id: randomBytes(16).toString('hex'), blobName: randomBytes(16).toString('hex') };
  await deleteUnlessKept(ctx, content.blobName, content.id);
  const held = holdFile(artifact.size);
  try {
    await ctx.keys.createDataKey(content.id);
    const { name } = await openDescription(ctx, artifact.id, artifact.sealed_description!);
    const written = writeWhole(ctx, artifact, sent, input.of, content, held?.take);
    const readable = held?.whole ?? written.then(() => ctx.blobs.open(content.id, content.blobName));
    const reading = readable.then((file) => readMetadata(artifact.kind, name, file));
    // Told where it is awaited. That the bytes are others than announced is told first.
    reading.catch(() => {});
    await written;
    const { kind, ...facts } = await reading;
    const description = await sealDescription(ctx, artifact.id, { name, ...facts });
    const completed = await ctx.write(async (write) => {
      const { tx } = write;
      if (!(await lockUploading(write, artifact.id, 'alone'))) return null;
      const { project_id: projectId, sha256, size } = artifact;
      const contentId = await keepContent(ctx, write, { ...content, projectId, sha256, size });
      const row = await tx
        .updateTable('artifacts')
        .set({
          state: 'complete',
          kind,
          sealed_description: description,
          content_id: contentId,
          completed_at: ctx.now(),
        })
        .where('id', '=', artifact.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await dropParts(ctx, write, artifact.id);
      await write.enqueue('uploads.check-provenance', { artifactId: artifact.id });
      await appendAudit(ctx, tx, { code: 'artifact.completed', object: artifact.id, detail: { size, kind } });
      if (difference) await countReceived(ctx, tx, projectId, difference.length);
      return row;
    });
    if (completed) return artifactView(ctx, completed);
  } catch (error) {
    await discard(ctx, content.blobName);
    if (error instanceof DevicelaneError && FATAL.has(error.code)) await discardUpload(ctx, artifact.id, error.code);
    if (error instanceof DevicelaneError && error.code === 'prior_mismatch') {
      await forgetPrior(ctx, artifact, difference?.length ?? 0, error);
    }
    throw error;
  } finally {
    held?.release();
  }
  // Another request completed it meanwhile: its bytes stand.
  await discard(ctx, content.blobName);
  return artifactView(ctx, await findOwnUpload(ctx, artifact.id));
}

/** Writes the whole file, or nothing. @throws DevicelaneError `digest_mismatch`, `prior_mismatch` */
async function writeWhole(
  ctx: Context,
  artifact: ArtifactRow,
  sent: Sent,
  of: PartsOf,
  content: { id: string; blobName: string },
  see?: (piece: Uint8Array) => void,
): Promise<void> {
  const check = ({ sha256 }: { sha256: Buffer }): void => {
    if (sha256.equals(artifact.sha256)) return;
    if (of === 'difference') throw priorMismatch('the rebuilt file has another digest');
    throw new DevicelaneError(
      'digest_mismatch',
      'The file that arrived is not the one that was announced; send it again.',
      { field: 'sha256' },
    );
  };
  const { id, blobName } = content;
  if (of === 'file' && !Buffer.isBuffer(sent)) {
    await ctx.blobs.join({ keyId: artifact.id, names: sent }, id, blobName, check, see);
  } else {
    const difference = bytesOf(ctx, artifact.id, sent);
    await ctx.blobs.write(id, blobName, rebuildFile(ctx, artifact, difference), check, see);
  }
}

async function* bytesOf(ctx: Context, artifactId: string, sent: Sent): AsyncGenerator<Uint8Array> {
  if (Buffer.isBuffer(sent)) yield sent;
  else for (const part of sent) yield* ctx.blobs.read(artifactId, part);
}

/** The upload goes on with the whole file: neither the difference nor the offer of an earlier artifact stands any more. */
async function forgetPrior(
  ctx: Context,
  { id, project_id: projectId }: ArtifactRow,
  received: number,
  error: DevicelaneError,
): Promise<void> {
  ctx.log.warn({ artifactId: id, cause: error.cause }, 'a difference did not give the file');
  await ctx.write(async (write) => {
    await dropParts(ctx, write, id);
    await write.tx.updateTable('artifacts').set({ prior_id: null }).where('id', '=', id).execute();
    if (received > 0) await countReceived(ctx, write.tx, projectId, received);
  });
}

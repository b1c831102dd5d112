/** Takes one part: hashed, sealed and stored in one pass, kept only when it is what was announced. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { MAX_PART_SIZE, type Part, type PartsOf } from '../contract/artifacts.ts';
import { DevicelaneError } from '../errors.ts';
import { requestDeletion } from '../retention/request-deletion.ts';
import { decodePart } from './decode-part.ts';
import { findOwnUpload } from './find-upload.ts';
import { countReceived } from './limits/count-received.ts';
import { lockUploading } from './lock-uploading.ts';

type Input = {
  artifactId: string;
  number: number;
  of: PartsOf;
  /** As announced, in bytes on the way. */
  size: number;
  /** As announced, of the bytes on the way. */
  sha256: Buffer;
  /** A zstd frame on the way; only of the file. */
  isCompressed?: boolean;
  body: AsyncIterable<Uint8Array>;
};

/** @throws DevicelaneError `not_found`, `conflict`, `size_mismatch`, `digest_mismatch`, `invalid_request` */
export async function putPart({ ctx, input }: { ctx: Context; input: Input }): Promise<Part> {
  const artifact = await findOwnUpload(ctx, input.artifactId);
  if (artifact.state !== 'uploading')
    throw new DevicelaneError('conflict', 'This upload is complete.', { field: 'id' });
  const last = Math.ceil(artifact.size / MAX_PART_SIZE);
  const expected = input.number === last ? artifact.size - (last - 1) * MAX_PART_SIZE : MAX_PART_SIZE;
  // How long a difference is only its parts tell; it has no more of them than the file.
  if (input.of === 'difference' && artifact.prior_id === null) {
    throw new DevicelaneError('conflict', 'There is no earlier artifact; send the whole file.', { field: 'of' });
  }
  const { isCompressed = false } = input;
  if (isCompressed && input.of === 'difference') {
    throw new DevicelaneError('invalid_request', 'A difference is compressed already; send its parts as they are.', {
      field: 'Content-Encoding',
    });
  }
  if (input.number > last || (input.of === 'file' && !isCompressed && input.size !== expected)) {
    throw new DevicelaneError(
      'size_mismatch',
      `A file of ${artifact.size} bytes has ${last} parts of ${MAX_PART_SIZE} bytes, the last of ${artifact.size - (last - 1) * MAX_PART_SIZE}.`,
      { field: input.number > last ? 'number' : 'Content-Length' },
    );
  }

  const blobName = randomBytes(16).toString('hex');
  async function* checked() {
    let size = 0;
    for await (const chunk of input.body) {
      size += chunk.byteLength;
      if (size > input.size) break;
      yield chunk;
    }
    if (size !== input.size) {
      throw new DevicelaneError('size_mismatch', `The part has not the ${input.size} bytes that were announced.`, {
        field: 'Content-Length',
      });
    }
  }
  // What fails inside the stream, or is not what was announced, leaves no blob.
  let kept = { size: input.size, sha256: input.sha256 };
  const content = isCompressed ? decodePart(input, expected) : checked();
  await ctx.blobs.write(artifact.id, blobName, content, (came) => {
    kept = came;
    if (isCompressed || came.sha256.equals(input.sha256)) return;
    throw new DevicelaneError('digest_mismatch', 'The bytes of the part do not match its digest; send it again.', {
      field: 'Content-Digest',
    });
  });

  const replaced = await ctx
    .write(async (write) => {
      const { tx } = write;
      if (!(await lockUploading(write, artifact.id, 'shared'))) return blobName;
      // Two of one part at once: the later must see the earlier, whose blob it replaces.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`part|${artifact.id}|${input.number}`}, 0))`.execute(
        tx,
      );
      const before = await tx
        .selectFrom('upload_parts')
        .select('blob_name')
        .where('artifact_id', '=', artifact.id)
        .where('number', '=', input.number)
        .forUpdate()
        .executeTakeFirst();
      const row = {
        of_difference: input.of === 'difference',
        size: kept.size,
        sha256: kept.sha256,
        blob_name: blobName,
        received_at: ctx.now(),
      };
      await tx
        .insertInto('upload_parts')
        .values({ artifact_id: artifact.id, number: input.number, ...row })
        .onConflict((conflict) => conflict.columns(['artifact_id', 'number']).doUpdateSet(row))
        .execute();
      if (before) await requestDeletion(ctx, write, [before.blob_name], null);
      await countReceived(ctx, tx, artifact.project_id, kept.size);
      return null;
    })
    .catch(async (error) => {
      // Unless the commit stands and only its answer was lost.
      const row = await ctx.db
        .selectFrom('upload_parts')
        .select('number')
        .where('blob_name', '=', blobName)
        .executeTakeFirst();
      if (!row) await ctx.blobs.remove(blobName);
      throw error;
    });
  if (replaced) {
    await ctx.blobs.remove(replaced);
    throw new DevicelaneError('conflict', 'This upload is complete.', { field: 'id' });
  }
  return { number: input.number, size: kept.size, sha256: kept.sha256.toString('hex') };
}

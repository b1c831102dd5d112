/** Reads the exact bytes of an artifact, all or a range: for people, and audited before the first byte. */
import { auditRead } from '../audit/append-read.ts';
import { BlobNotFound } from '../blobs/port.ts';
import type { Context } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { KeyDestroyed } from '../keys/port.ts';
import { requireOperation, requirePerson, requireSight } from '../tokens/permissions.ts';
import type { ByteRange } from './byte-range.ts';
import { openDescription } from './description.ts';
import { findArtifact, findContent, isForgotten } from './read.ts';

type Input = {
  artifactId: string;
  /** The range that is wanted of content of this size; null for all of it. */
  choose(content: { size: number; etag: string }): ByteRange | null;
};

export type Content = {
  name: string;
  size: number;
  /** Other bytes have another. */
  etag: string;
  range: ByteRange | null;
  body: AsyncIterable<Uint8Array>;
};

/** @throws DevicelaneError `not_found`, `gone`, `conflict` while it is uploaded */
export async function readContent({ ctx, input }: { ctx: Context; input: Input }): Promise<Content> {
  requireOperation(ctx, 'artifact:content');
  requirePerson(ctx);
  const row = await findArtifact(ctx, input.artifactId);
  requireSight(ctx, { projectId: row.project_id });
  if (isForgotten(ctx, row)) throw forgotten();
  if (row.state !== 'complete' || !row.sealed_description) {
    throw new DevicelaneError('conflict', 'This upload is not complete yet.', { field: 'id' });
  }
  const content = await findContent(ctx, row);
  if (!content) throw forgotten();
  const { name } = await openDescription(ctx, row.id, row.sealed_description);
  const { size } = row;
  const etag = `"${row.sha256.toString('hex')}"`;
  const range = input.choose({ size, etag });
  await auditRead(ctx, 'artifact.downloaded', row.id);
  return { name, size, etag, range, body: openContent(ctx, content, range) };
}

async function* openContent(
  ctx: Context,
  { keyId, blobName }: { keyId: string; blobName: string },
  range: ByteRange | null,
): AsyncGenerator<Uint8Array> {
  try {
    yield* ctx.blobs.read(keyId, blobName, range ?? undefined);
  } catch (error) {
    if (error instanceof KeyDestroyed || error instanceof BlobNotFound) throw forgotten(error);
    throw error;
  }
}

function forgotten(cause?: unknown): DevicelaneError {
  return new DevicelaneError('gone', 'This artifact was forgotten.', { cause });
}

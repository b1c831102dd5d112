/** Reads artifacts: their state and metadata, for whoever may see the project. */
import { auditRead } from '../audit/append-read.ts';
import type { Context } from '../context.ts';
import type { Artifact } from '../contract/artifacts.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { requireOperation, requireSight } from '../tokens/permissions.ts';
import { openDescription } from './description.ts';
import type { ArtifactRow } from './find-upload.ts';
import { openProvenance } from './provenance.ts';

/** @throws DevicelaneError `not_found`, `gone` */
export async function readArtifact({ ctx, input }: { ctx: Context; input: { artifactId: string } }): Promise<Artifact> {
  requireOperation(ctx, 'artifact:read');
  const row = await findArtifact(ctx, input.artifactId);
  requireSight(ctx, { projectId: row.project_id });
  if (isForgotten(ctx, row)) throw new DevicelaneError('gone', 'This artifact was forgotten.');
  await auditRead(ctx, 'artifact.viewed', row.id);
  return artifactView(ctx, row);
}

/** @throws DevicelaneError `not_found`, `gone` */
export async function readArtifactIcon({
  ctx,
  input,
}: {
  ctx: Context;
  input: { artifactId: string };
}): Promise<{ type: 'image/png' | 'image/webp'; bytes: Uint8Array<ArrayBuffer> }> {
  requireOperation(ctx, 'artifact:read');
  const row = await findArtifact(ctx, input.artifactId);
  requireSight(ctx, { projectId: row.project_id });
  if (isForgotten(ctx, row)) throw new DevicelaneError('gone', 'This artifact was forgotten.');
  const { icon } = await openDescription(ctx, row.id, row.sealed_description!);
  if (!icon) throw notFound();
  await auditRead(ctx, 'artifact.viewed', row.id);
  return { type: icon.type, bytes: Uint8Array.from(Buffer.from(icon.base64, 'base64')) };
}

/** The artifacts of a run that are still there. The caller has seen to it that the run may be seen. */
export async function readRunArtifacts(
  ctx: Context,
  run: { artifacts: readonly { artifactId: string }[] },
): Promise<Artifact[]> {
  const rows = await Promise.all(run.artifacts.map(({ artifactId }) => findArtifact(ctx, artifactId)));
  return Promise.all(rows.filter((row) => !isForgotten(ctx, row)).map((row) => artifactView(ctx, row)));
}

/** @throws DevicelaneError `not_found` */
export async function findArtifact(ctx: Context, artifactId: string): Promise<ArtifactRow> {
  if (routeOfId('artifact', artifactId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db.selectFrom('artifacts').selectAll().where('id', '=', artifactId).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** Where an artifact's bytes lie, and the key that opens them. Null when it is not complete, or was forgotten. */
export async function findContent(
  ctx: Context,
  artifact: Pick<ArtifactRow, 'content_id'>,
): Promise<{ keyId: string; blobName: string } | null> {
  if (artifact.content_id === null) return null;
  const content = await ctx.db
    .selectFrom('contents')
    .select('blob_name')
    .where('id', '=', artifact.content_id)
    .executeTakeFirst();
  return content ? { keyId: artifact.content_id, blobName: content.blob_name } : null;
}

/** Past its time an artifact is refused at once, whether or not the sweep has been here. */
export function isForgotten(ctx: Context, row: Pick<ArtifactRow, 'state' | 'expires_at'>): boolean {
  return row.state === 'forgotten' || row.expires_at <= ctx.now();
}

export async function artifactView(ctx: Context, row: ArtifactRow): Promise<Artifact> {
  const { name, metadata, tests, icon } = await openDescription(ctx, row.id, row.sealed_description!);
  const provenance = row.sealed_provenance && (await openProvenance(ctx, row.id, row.sealed_provenance));
  return {
    artifactId: row.id,
    name,
    kind: row.kind,
    size: row.size,
    sha256: row.sha256.toString('hex'),
    state: row.state === 'complete' ? 'complete' : 'uploading',
    metadata,
    ...(provenance && { provenance }),
    ...(tests && { tests }),
    ...(icon && { icon: true }),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

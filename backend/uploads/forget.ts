/** Forgets an artifact: unreadable at once, its bytes deleted and its key destroyed by the next task. */
import type { Context, Write } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { forgetArtifactRow } from '../retention/forget-artifact-row.ts';
import { requireOperation, requireSight } from '../tokens/permissions.ts';

/** @throws DevicelaneError `not_found` */
export async function forgetArtifact({ ctx, input }: { ctx: Context; input: { artifactId: string } }): Promise<void> {
  requireOperation(ctx, 'artifact:delete');
  if (routeOfId('artifact', input.artifactId) !== ctx.tenant.route) throw notFound();
  await ctx.write(async (write) => {
    const row = await write.tx
      .selectFrom('artifacts')
      .select('project_id')
      .where('id', '=', input.artifactId)
      .where('state', '<>', 'forgotten')
      .executeTakeFirst();
    if (!row) throw notFound();
    requireSight(ctx, { projectId: row.project_id });
    await forgetInTransaction(ctx, write, input.artifactId, 'asked');
  });
}

/** Forgets an upload whose bytes were refused. */
export async function discardUpload(ctx: Context, artifactId: string, reason: string): Promise<void> {
  await ctx.write((write) => forgetInTransaction(ctx, write, artifactId, reason));
}

async function forgetInTransaction(ctx: Context, write: Write, artifactId: string, reason: string): Promise<void> {
  const artifact = await write.tx
    .selectFrom('artifacts')
    .select(['id', 'content_id'])
    .where('id', '=', artifactId)
    .where('state', '<>', 'forgotten')
    .forUpdate()
    .executeTakeFirst();
  if (artifact) await forgetArtifactRow(ctx, write, artifact, reason);
}

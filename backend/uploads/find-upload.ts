/** Finds an upload that this capability may go on with: opened by the same CI job. */
import type { Selectable } from 'kysely';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import type { TenantTables } from '../db/tenant-tables.ts';
import { notFound } from '../errors.ts';
import { requireCapability } from '../tokens/permissions.ts';

export type ArtifactRow = Selectable<TenantTables['artifacts']>;

/** @throws DevicelaneError `not_found` for another job's, project's or tenant's alike */
export async function findOwnUpload(ctx: Context, artifactId: string): Promise<ArtifactRow> {
  const actor = requireCapability(ctx, 'artifact:create');
  if (routeOfId('artifact', artifactId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db
    .selectFrom('artifacts')
    .innerJoin('capabilities as creator', 'creator.id', 'artifacts.capability_id')
    .selectAll('artifacts')
    .select(['creator.ci_run_id as creator_run', 'creator.ci_attempt as creator_attempt'])
    .where('artifacts.id', '=', artifactId)
    .where('artifacts.project_id', '=', actor.projectId)
    .executeTakeFirst();
  // A capability renewed by the same attempt of the same CI run goes on; any other is a stranger.
  const isOwn =
    row?.capability_id === actor.id ||
    (row && actor.ci && row.creator_run === actor.ci.runId && row.creator_attempt === actor.ci.attempt);
  if (!row || !isOwn || row.state === 'forgotten') throw notFound();
  return row;
}

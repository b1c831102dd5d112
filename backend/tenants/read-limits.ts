/** Reads the limits of uploads and runs. */
import type { Context } from '../context.ts';
import type { LimitRules, Limits } from '../contract/limits.ts';
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { PROJECT_LIMITS, TENANT_LIMITS } from './default-limits.ts';

/** Those of one project, and those of all together. */
export async function limitsOf(
  db: TenantDb | TenantTransaction,
  projectId: string,
): Promise<{ project: Limits; tenant: Limits }> {
  const rows = await db
    .selectFrom('limits')
    .selectAll()
    .where(({ eb, or }) => or([eb('project_id', '=', projectId), eb('project_id', 'is', null)]))
    .execute();
  return {
    project: { ...PROJECT_LIMITS, ...valuesOf(rows, projectId) },
    tenant: { ...TENANT_LIMITS, ...valuesOf(rows, null) },
  };
}

/** All limits, for an admin. */
export async function readLimits({ ctx }: { ctx: Context }): Promise<LimitRules> {
  requireOperation(ctx, 'admin');
  const rows = await ctx.db.selectFrom('limits').selectAll().execute();
  const projects = await ctx.db.selectFrom('projects').select('id').orderBy('created_at').execute();
  return {
    tenant: { ...TENANT_LIMITS, ...valuesOf(rows, null) },
    projects: Object.fromEntries(projects.map(({ id }) => [id, { ...PROJECT_LIMITS, ...valuesOf(rows, id) }])),
  };
}

type Row = { project_id: string | null; name: keyof Limits; value: number };

function valuesOf(rows: readonly Row[], projectId: string | null): Partial<Limits> {
  return Object.fromEntries(rows.filter((row) => row.project_id === projectId).map(({ name, value }) => [name, value]));
}

/** Reads what a credential was given for. */
import type { Context } from '../context.ts';

/** The same tenant, with no more leave than this capability gives. */
export async function actAs(ctx: Context, capabilityId: string): Promise<Context> {
  const row = await ctx.db
    .selectFrom('capabilities')
    .selectAll()
    .where('id', '=', capabilityId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  const ci =
    row.ci_run_id !== null && row.ci_attempt !== null ? { runId: row.ci_run_id, attempt: row.ci_attempt } : null;
  const { id, project_id: projectId, run_id: runId, operations } = row;
  return { ...ctx, actor: { kind: 'capability', id, projectId, runId, operations, ci } };
}

/** Of the CI job's identity token, as the exchange kept them. */
export type KeptClaims = { event: string; ref: string; workflow: string; sha: string };

/** null: it was given without an identity token, or is forgotten. */
export async function readClaims(ctx: Context, capabilityId: string): Promise<KeptClaims | null> {
  const row = await ctx.db
    .selectFrom('capabilities')
    .select(['project_id', 'sealed_claims'])
    .where('id', '=', capabilityId)
    .executeTakeFirst();
  if (!row?.sealed_claims) return null;
  const claims = await ctx.keys.open(row.project_id, `capabilities.sealed_claims|${capabilityId}`, row.sealed_claims);
  return JSON.parse(claims.toString('utf8')) as KeptClaims;
}

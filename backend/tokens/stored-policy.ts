/** A trust policy as its row keeps it: sealed with its project's key. */
import type { Selectable } from 'kysely';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import type { TrustPolicy, TrustPolicyView } from '../contract/trust-policies.ts';
import type { TenantTables } from '../db/tenant-tables.ts';
import { notFound } from '../errors.ts';
import { compilePolicy } from './trust-policy.ts';

export type PolicyRow = Selectable<TenantTables['trust_policies']>;
export type StoredPolicy = {
  id: string;
  policy: TrustPolicy;
  /** As it was read, so that who acts under it can see that it is still the same. */
  sealed: Buffer;
};

const place = (policyId: string): string => `trust_policies.sealed_policy|${policyId}`;

export function sealPolicy(ctx: Context, projectId: string, policyId: string, policy: TrustPolicy): Promise<Buffer> {
  return ctx.keys.seal(projectId, place(policyId), JSON.stringify(policy));
}

export async function openPolicy(
  ctx: Context,
  row: Pick<PolicyRow, 'id' | 'project_id' | 'sealed_policy'>,
): Promise<TrustPolicy> {
  const sealed = await ctx.keys.open(row.project_id, place(row.id), row.sealed_policy);
  return compilePolicy(JSON.parse(sealed.toString('utf8')));
}

/** The policies in force of a project, oldest first. */
export async function policiesOf(ctx: Context, projectId: string): Promise<StoredPolicy[]> {
  const rows = await ctx.db
    .selectFrom('trust_policies')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return Promise.all(
    rows.map(async (row) => ({ id: row.id, policy: await openPolicy(ctx, row), sealed: row.sealed_policy })),
  );
}

/** A policy in force. @throws DevicelaneError `not_found` */
export async function findPolicyRow(ctx: Context, policyId: string): Promise<PolicyRow> {
  if (routeOfId('trustPolicy', policyId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db
    .selectFrom('trust_policies')
    .selectAll()
    .where('id', '=', policyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

export async function policyView(ctx: Context, row: PolicyRow): Promise<TrustPolicyView> {
  return {
    trustPolicyId: row.id,
    projectId: row.project_id,
    policy: await openPolicy(ctx, row),
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

/** Lists the trust policies in force, of one project or of all. */
import type { Context } from '../context.ts';
import type { TrustPolicyView } from '../contract/trust-policies.ts';
import { requireOperation } from './permissions.ts';
import { policyView } from './stored-policy.ts';

export async function listTrustPolicies({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId?: string | undefined };
}): Promise<{ trustPolicies: TrustPolicyView[] }> {
  requireOperation(ctx, 'admin');
  let query = ctx.db.selectFrom('trust_policies').selectAll().where('revoked_at', 'is', null);
  if (input.projectId !== undefined) query = query.where('project_id', '=', input.projectId);
  const rows = await query.orderBy('created_at').orderBy('id').execute();
  return { trustPolicies: await Promise.all(rows.map((row) => policyView(ctx, row))) };
}

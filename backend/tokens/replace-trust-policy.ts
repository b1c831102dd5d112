/** Replaces a trust policy: what was made under the former one works no more, so that nobody keeps what it granted. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { TrustPolicyView } from '../contract/trust-policies.ts';
import { notFound } from '../errors.ts';
import { requireOperation } from './permissions.ts';
import { revokeUnder } from './revoke-under.ts';
import { findPolicyRow, policyView, sealPolicy } from './stored-policy.ts';
import { compilePolicy } from './trust-policy.ts';

/** @throws DevicelaneError `not_found`, `invalid_request` naming the key of the policy that is wrong */
export async function replaceTrustPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { trustPolicyId: string; policy: unknown };
}): Promise<TrustPolicyView> {
  requireOperation(ctx, 'admin');
  const row = await findPolicyRow(ctx, input.trustPolicyId);
  const policy = compilePolicy(input.policy);
  const sealed = await sealPolicy(ctx, row.project_id, row.id, policy);
  await ctx.write(async ({ tx }) => {
    const changed = await tx
      .updateTable('trust_policies')
      .set({ sealed_policy: sealed })
      .where('id', '=', row.id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!changed) throw notFound();
    const revoked = await revokeUnder(ctx, tx, row.id);
    await appendAudit(ctx, tx, { code: 'trust.replaced', object: row.id, detail: { mode: policy.mode, revoked } });
  });
  return policyView(ctx, { ...row, sealed_policy: sealed });
}

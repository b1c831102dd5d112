/** Reads trust policies, for an admin. */
import type { Context } from '../context.ts';
import type { TrustPolicyView } from '../contract/trust-policies.ts';
import { requireOperation } from './permissions.ts';
import { findPolicyRow, policyView } from './stored-policy.ts';

/** @throws DevicelaneError `not_found` */
export async function readTrustPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { trustPolicyId: string };
}): Promise<TrustPolicyView> {
  requireOperation(ctx, 'admin');
  return policyView(ctx, await findPolicyRow(ctx, input.trustPolicyId));
}

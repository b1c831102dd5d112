/** Adds a trust policy to a project: parsed strictly before it is kept. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from './permissions.ts';
import { TrustPolicy } from './trust-policy.ts';

/** @throws DevicelaneError `invalid_request` naming the key of the policy that is wrong */
export async function createTrustPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId: string; policy: unknown };
}): Promise<{ trustPolicyId: string }> {
  requireOperation(ctx, 'admin');
  const parsed = TrustPolicy.safeParse(input.policy);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DevicelaneError('invalid_request', `The trust policy is not valid: ${issue?.message}.`, {
      field: issue?.path.join('.') || 'policy',
    });
  }
  const trustPolicyId = newId('trustPolicy', ctx.tenant.route);
  const sealed = await ctx.keys.seal(
    input.projectId,
    `trust_policies.sealed_policy|${trustPolicyId}`,
    JSON.stringify(parsed.data),
  );
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('trust_policies')
      .values({ id: trustPolicyId, project_id: input.projectId, sealed_policy: sealed, revoked_at: null })
      .execute();
    await appendAudit(ctx, tx, { code: 'trust.added', object: trustPolicyId });
  });
  return { trustPolicyId };
}

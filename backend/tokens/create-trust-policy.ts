/** Adds a trust policy to a project: compiled before it is kept. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId, routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { requireOperation } from './permissions.ts';
import { sealPolicy } from './stored-policy.ts';
import { compilePolicy } from './trust-policy.ts';

/** @throws DevicelaneError `invalid_request` naming the key of the policy that is wrong, `not_found` for the project */
export async function createTrustPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId: string; policy: unknown };
}): Promise<{ trustPolicyId: string }> {
  requireOperation(ctx, 'admin');
  const policy = compilePolicy(input.policy);
  const { projectId } = input;
  if (routeOfId('project', projectId) !== ctx.tenant.route) throw notFound();
  const project = await ctx.db.selectFrom('projects').select('id').where('id', '=', projectId).executeTakeFirst();
  if (!project) throw notFound();
  const trustPolicyId = newId('trustPolicy', ctx.tenant.route);
  const sealed = await sealPolicy(ctx, projectId, trustPolicyId, policy);
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('trust_policies')
      .values({ id: trustPolicyId, project_id: projectId, sealed_policy: sealed, revoked_at: null })
      .execute();
    await appendAudit(ctx, tx, { code: 'trust.added', object: trustPolicyId, detail: { mode: policy.mode } });
  });
  return { trustPolicyId };
}

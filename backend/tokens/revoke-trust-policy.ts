/** Ends a trust policy, and what was made under it. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireOperation } from './permissions.ts';
import { revokeUnder } from './revoke-under.ts';
import { findPolicyRow } from './stored-policy.ts';

/** @throws DevicelaneError `not_found` */
export async function revokeTrustPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { trustPolicyId: string };
}): Promise<void> {
  requireOperation(ctx, 'admin');
  const { id } = await findPolicyRow(ctx, input.trustPolicyId);
  await ctx.write(async ({ tx }) => {
    const ended = await tx
      .updateTable('trust_policies')
      .set({ revoked_at: ctx.now() })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!ended) throw notFound();
    const revoked = await revokeUnder(ctx, tx, id);
    await appendAudit(ctx, tx, { code: 'trust.revoked', object: id, detail: { revoked } });
  });
}

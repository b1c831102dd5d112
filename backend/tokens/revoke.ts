/**
 * Revokes the token that is given (RFC 7009); an unknown one is answered alike. The handles that a capability made live on: a
 * step gives it back before its run is over. A cancel-only handle is given back by the post step, when the CI job is over:
 * the job's capability and all its handles end with it.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context, SystemContext } from '../context.ts';
import { parseToken } from '../contract/token-forms.ts';
import type { TenantTransaction } from '../db/port.ts';
import { hashToken } from './hash.ts';
import { revokeFamily } from './revoke-family.ts';

export async function revokeToken({
  system,
  input,
}: {
  system: SystemContext;
  input: { token: string };
}): Promise<void> {
  const form = parseToken(input.token);
  const ctx = form && (await system.openTenant({ route: form.route }, { kind: 'worker' }));
  if (!ctx) return;
  const known = await ctx.db
    .selectFrom('capabilities')
    .select(['id', 'kind', 'parent_id'])
    .where('token_hash', '=', hashToken(input.token))
    .executeTakeFirst();
  if (!known) return;
  await ctx.write(async ({ tx }) => {
    const head = headOf(known);
    const isChanged = head ? await revokeFamily(ctx, tx, head) : await revokeOne(ctx, tx, known.id);
    if (isChanged) await appendAudit(ctx, tx, { code: 'token.revoked', object: known.id });
  });
}

/** Of the family that ends with this token: an API token's own, or the one whose cancel-only handle it is. */
function headOf({
  id,
  kind,
  parent_id: parent,
}: {
  id: string;
  kind: string;
  parent_id: string | null;
}): string | null {
  if (kind === 'api') return id;
  return kind === 'cancel' ? parent : null;
}

/** False when it was revoked before. */
async function revokeOne(ctx: Context, tx: TenantTransaction, capabilityId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('capabilities')
    .set({ revoked_at: ctx.now() })
    .where('id', '=', capabilityId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

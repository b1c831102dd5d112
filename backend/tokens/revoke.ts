/**
 * Revokes the token that is given (RFC 7009); an unknown one is answered alike. The handles that it made live on: a step
 * gives its capability back as soon as its run has started.
 */
import { appendAudit } from '../audit/append.ts';
import type { SystemContext } from '../context.ts';
import { parseToken } from '../contract/token-forms.ts';
import { hashToken } from './hash.ts';

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
  await ctx.write(async ({ tx }) => {
    const revoked = await tx
      .updateTable('capabilities')
      .set({ revoked_at: ctx.now() })
      .where('token_hash', '=', hashToken(input.token))
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (revoked) await appendAudit(ctx, tx, { code: 'token.revoked', object: revoked.id });
  });
}

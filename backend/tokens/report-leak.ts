/**
 * Takes reports of tokens that were found in the open. Whoever shows a token has it, so nothing else is asked of them: it is
 * revoked with what it made, and nobody is told whether it was known.
 */
import { appendAudit } from '../audit/append.ts';
import { appendControlAudit } from '../audit/append-control.ts';
import type { SystemContext } from '../context.ts';
import { parseToken } from '../contract/token-forms.ts';
import { hashToken } from './hash.ts';
import { revokeFamily } from './revoke-family.ts';

export async function reportLeak({
  system,
  input,
}: {
  system: SystemContext;
  input: { tokens: readonly string[] };
}): Promise<void> {
  for (const token of new Set(input.tokens)) {
    const form = parseToken(token);
    if (form?.kind === 'adm') await revokeOperatorToken(system, token);
    else if (form) await revokeLeaked(system, form.route, token);
  }
}

async function revokeLeaked(system: SystemContext, route: string, token: string): Promise<void> {
  const ctx = await system.openTenant({ route }, { kind: 'worker' });
  await ctx?.write(async ({ tx }) => {
    const known = await tx
      .selectFrom('capabilities')
      .select(['id', 'kind'])
      .where('token_hash', '=', hashToken(token))
      .forUpdate()
      .executeTakeFirst();
    if (!known || !(await revokeFamily(ctx, tx, known.id))) return;
    await appendAudit(ctx, tx, { code: 'token.leaked', object: known.id, detail: { kind: known.kind } });
  });
}

async function revokeOperatorToken(system: SystemContext, token: string): Promise<void> {
  const { numUpdatedRows } = await system.control
    .updateTable('operator_tokens')
    .set({ revoked_at: system.now() })
    .where('token_hash', '=', hashToken(token))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await appendControlAudit(system, { code: 'token.leaked', detail: { kind: 'adm' } });
}

/** One-time links: how a person gets in until single sign-on is connected. */
import { createHash } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { randomBase62 } from '../contract/base62.ts';
import { requireOperation } from '../tokens/permissions.ts';

const LIFETIME_MS = 15 * 60_000;
/** Base 62 characters after the route: over 250 bits. */
const SECRET_LENGTH = 43;

export const hashCode = (code: string): Buffer => createHash('sha256').update(code).digest();

/** Makes a link that signs this person in, once and soon, and leads to a path of this server. */
export async function createSignInLink({
  ctx,
  input,
}: {
  ctx: Context;
  input: { personId: string; target: string };
}): Promise<{ url: string }> {
  requireOperation(ctx, 'admin');
  const code = ctx.tenant.route + randomBase62(SECRET_LENGTH);
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('sign_in_links')
      .values({
        code_hash: hashCode(code),
        person_id: input.personId,
        target: input.target,
        expires_at: new Date(ctx.now().getTime() + LIFETIME_MS),
        used_at: null,
      })
      .execute();
    await appendAudit(ctx, tx, { code: 'person.link_made', object: input.personId });
  });
  return { url: `${ctx.publicUrl}/sign-in/${code}` };
}

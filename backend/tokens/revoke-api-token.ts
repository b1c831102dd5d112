/** Revokes an API token, and the handles that it made. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { requirePerson } from './permissions.ts';
import { revokeFamily } from './revoke-family.ts';

/** @throws DevicelaneError `not_found` for one that is not there, is revoked, or is somebody else's to a member */
export async function revokeApiToken({ ctx, input }: { ctx: Context; input: { tokenId: string } }): Promise<void> {
  const person = requirePerson(ctx);
  if (routeOfId('capability', input.tokenId) !== ctx.tenant.route) throw notFound();
  await ctx.write(async ({ tx }) => {
    let query = tx
      .selectFrom('capabilities')
      .select('id')
      .where('id', '=', input.tokenId)
      .where('kind', '=', 'api')
      .where('revoked_at', 'is', null);
    if (person.role !== 'admin') query = query.where('created_by', '=', person.id);
    const token = await query.forUpdate().executeTakeFirst();
    if (!token) throw notFound();
    await revokeFamily(ctx, tx, token.id);
    await appendAudit(ctx, tx, { code: 'token.revoked', object: token.id });
  });
}

/** Lists API tokens that are not revoked: an admin sees all, others their own. */
import type { Context } from '../context.ts';
import type { ApiTokenView } from '../contract/api-tokens.ts';
import { apiTokenView } from './api-token.ts';
import { requirePerson } from './permissions.ts';

export async function listApiTokens({ ctx }: { ctx: Context }): Promise<{ tokens: ApiTokenView[] }> {
  const person = requirePerson(ctx);
  let query = ctx.db.selectFrom('capabilities').selectAll().where('kind', '=', 'api').where('revoked_at', 'is', null);
  if (person.role !== 'admin') query = query.where('created_by', '=', person.id);
  const rows = await query.orderBy('created_at', 'desc').orderBy('id').execute();
  return { tokens: await Promise.all(rows.map((row) => apiTokenView(ctx, row))) };
}

/** Forgets a secret of a project: its key is destroyed, so that no backup opens it. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { requireOperation, requireSight } from '../tokens/permissions.ts';
import { findSecret } from './secrets.ts';

/** @throws DevicelaneError `not_found` */
export async function removeSecret({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId: string; name: string };
}): Promise<void> {
  requireOperation(ctx, 'admin');
  const { projectId, name } = input;
  if (routeOfId('project', projectId) !== ctx.tenant.route) throw notFound();
  requireSight(ctx, { projectId });
  const secret = await findSecret(ctx, projectId, name);
  if (!secret) throw notFound();
  await ctx.write(async ({ tx }) => {
    await tx.deleteFrom('secrets').where('id', '=', secret.id).execute();
    await appendAudit(ctx, tx, { code: 'secret.removed', object: secret.id, detail: { projectId } });
  });
  await ctx.keys.destroyDataKey(secret.id);
}

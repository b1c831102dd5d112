/** Forgets a secret of a project: its key is destroyed, so that no backup opens it. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireProject } from './read.ts';
import { findSecret } from './secrets.ts';

/** @throws DevicelaneError `not_found` */
export async function removeSecret({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId: string; name: string };
}): Promise<void> {
  const { projectId, name } = input;
  requireProject(ctx, projectId);
  const secret = await findSecret(ctx, projectId, name);
  if (!secret) throw notFound();
  await ctx.write(async ({ tx }) => {
    await tx.deleteFrom('secrets').where('id', '=', secret.id).execute();
    await appendAudit(ctx, tx, { code: 'secret.removed', object: secret.id, detail: { projectId } });
  });
  await ctx.keys.destroyDataKey(secret.id);
}

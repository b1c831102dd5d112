/**
 * Disconnects a farm: no job begins there any more, what is at work is stopped, and the credential lives only until the farm
 * has forgotten what it has.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';

/** @throws DevicelaneError `not_found`, also for one that is disconnected already */
export async function disconnect({ ctx, input }: { ctx: Context; input: { connectionId: string } }): Promise<void> {
  requireOperation(ctx, 'admin');
  const { connectionId } = input;
  if (routeOfId('connection', connectionId) !== ctx.tenant.route) throw notFound();
  // Its name is free for another connection.
  const nobodys = await ctx.keys.digest('connection-name', `disconnected|${connectionId}`);
  await ctx.write(async ({ tx, enqueue }) => {
    const row = await tx
      .updateTable('connections')
      .set({ disconnected_at: ctx.now(), name_digest: nobodys })
      .where('id', '=', connectionId)
      .where('disconnected_at', 'is', null)
      .where('kind', '<>', 'github_app')
      .returning('id')
      .executeTakeFirst();
    if (!row) throw notFound();
    await enqueue('runs.leave-connection', { connectionId });
    await enqueue('integrations.destroy-credential', { connectionId });
    await appendAudit(ctx, tx, { code: 'connection.disconnected', object: connectionId });
  });
}

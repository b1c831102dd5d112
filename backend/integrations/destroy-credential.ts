/** Destroys the credential and key of a disconnected farm once nothing of ours is there any more. A task that comes again. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { countStillThere } from './forgetting.ts';

const LOOK_AGAIN_MS = 30_000;
/** Then it is destroyed though the farm has not forgotten: a disconnected account must not be used for longer. */
const AT_LAST_MS = 24 * 3_600_000;

export async function destroyCredential({
  ctx,
  input,
}: {
  ctx: Context;
  input: { connectionId: string };
}): Promise<void> {
  requireWorker(ctx);
  const { connectionId } = input;
  const row = await ctx.db
    .selectFrom('connections')
    .select(['disconnected_at', 'credential_destroyed_at'])
    .where('id', '=', connectionId)
    .executeTakeFirst();
  if (!row?.disconnected_at || row.credential_destroyed_at) return;
  const { all: stillThere } = await countStillThere(ctx, connectionId);
  const now = ctx.now();
  if (stillThere > 0 && now.getTime() - row.disconnected_at.getTime() < AT_LAST_MS) {
    const after = new Date(now.getTime() + LOOK_AGAIN_MS);
    await ctx.write(({ enqueue }) => enqueue('integrations.destroy-credential', { connectionId }, { after }));
    return;
  }
  await ctx.write(async ({ tx }) => {
    await tx
      .updateTable('connections')
      .set({ sealed_credential: null, credential_destroyed_at: now })
      .where('id', '=', connectionId)
      .execute();
    await appendAudit(ctx, tx, {
      code: 'connection.credential_destroyed',
      object: connectionId,
      detail: { stillThere },
    });
  });
  await ctx.keys.destroyDataKey(connectionId);
}

/**
 * Says whether checks carry the audit log's newest checkpoint, so that the code host keeps what the log once was. Nobody's
 * check does unless an admin has said so.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { openConnectionSettings, sealConnectionSettings } from './settings.ts';

/** @returns how many connections post checks */
export async function publishCheckpoints({
  ctx,
  input,
}: {
  ctx: Context;
  input: { enabled: boolean };
}): Promise<{ connections: number }> {
  requireOperation(ctx, 'admin');
  return ctx.write(async ({ tx }) => {
    const rows = await tx
      .selectFrom('connections')
      .select(['id', 'sealed_settings'])
      .where('kind', '=', 'github_app')
      .where('disconnected_at', 'is', null)
      .forUpdate()
      .execute();
    for (const { id, sealed_settings } of rows) {
      const { name, settings } = await openConnectionSettings(ctx, id, sealed_settings);
      const changed = { ...settings, publishCheckpoints: input.enabled };
      const sealed = await sealConnectionSettings(ctx, id, { name, settings: changed });
      await tx.updateTable('connections').set({ sealed_settings: sealed }).where('id', '=', id).execute();
      const detail = { publishCheckpoints: input.enabled };
      await appendAudit(ctx, tx, { code: 'connection.changed', object: id, detail });
    }
    return { connections: rows.length };
  });
}

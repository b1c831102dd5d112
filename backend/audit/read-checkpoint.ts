/** Reads the newest signed checkpoint, and the public key that whoever keeps checkpoints should keep too. */
import type { Context } from '../context.ts';
import type { AuditCheckpoint } from '../contract/audit.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { openLogKey } from './log-key.ts';
import { newestCheckpoint } from './log-state.ts';
import { formatLine } from './proof/checkpoint.ts';
import { formatKey } from './proof/note.ts';

export async function readAuditCheckpoint({ ctx }: { ctx: Context }): Promise<AuditCheckpoint> {
  requireOperation(ctx, 'admin');
  return openCheckpoint(ctx);
}

/** For rooms that hand it on, as an admin has said. */
export async function openCheckpoint(ctx: Context): Promise<AuditCheckpoint> {
  const newest = await newestCheckpoint(ctx.db);
  return {
    key: formatKey(await openLogKey(ctx)),
    checkpoint: newest?.note ?? null,
    size: newest?.size ?? 0,
    signedAt: newest?.signed_at.toISOString() ?? null,
  };
}

/** The newest checkpoint in one line, for a text that the customer's own systems keep; null before the first. */
export async function readCheckpointLine(ctx: Context): Promise<string | null> {
  const newest = await newestCheckpoint(ctx.db);
  return newest ? formatLine(newest.note) : null;
}

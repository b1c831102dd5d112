/** Looks whether a log still is what its last checkpoint says, for the operator: otherwise it is not signed any more. */
import type { Context } from '../context.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { openLogKey } from './log-key.ts';
import { logSize, newestCheckpoint } from './log-state.ts';
import { readTree } from './read-nodes.ts';
import { requireSigned } from './sign-checkpoint.ts';

/** @throws LogBroken */
export async function checkLog({ ctx }: { ctx: Context }): Promise<{ entries: number; signed: number }> {
  requireOperation(ctx, 'admin');
  const last = await newestCheckpoint(ctx.db);
  if (last) requireSigned(last, await readTree(ctx.db, last.size), await openLogKey(ctx));
  return { entries: await logSize(ctx.db), signed: last?.size ?? 0 };
}

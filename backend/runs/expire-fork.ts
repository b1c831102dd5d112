/** Ends a request that nobody decided in time. A task, due after its seven days. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { moveForkRequest, readForkRequest, wantForkCheck } from './read-fork-request.ts';

export async function expireFork({ ctx, input }: { ctx: Context; input: { requestId: string } }): Promise<void> {
  requireWorker(ctx);
  const request = await readForkRequest(ctx, input.requestId);
  if (request.state !== 'waiting') return;
  await ctx.write(async (write) => {
    if (!(await moveForkRequest(ctx, write, request, 'expired', { decided_at: ctx.now() }))) return;
    await wantForkCheck(write, request.id);
    await appendAudit(ctx, write.tx, { code: 'fork.expired', object: request.id });
  });
}

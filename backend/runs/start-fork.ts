/** Starts the run of a fork's files that were approved and fetched, within the policy for forks. A task; safe to repeat. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { actAs } from '../tokens/read.ts';
import { requireForkPolicy } from './fork-policy.ts';
import { type ForkRequest, moveForkRequest, readForkRequest, wantForkCheck } from './read-fork-request.ts';
import { startRun } from './start.ts';

export async function startFork({ ctx, input }: { ctx: Context; input: { requestId: string } }): Promise<void> {
  requireWorker(ctx);
  const request = await readForkRequest(ctx, input.requestId);
  if (request.state !== 'fetched') return;
  // One after the other in a project, or two could use the same last minutes.
  const isAlone = await ctx.alone(`forks ${request.project_id}`, () => start(ctx, request));
  if (!isAlone) throw new Error('another run of a fork is being started');
}

async function start(ctx: Context, request: ForkRequest): Promise<void> {
  const { words } = request;
  try {
    const minutes = await requireForkPolicy(ctx, request.project_id, words.manifest!.run);
    const fork = await actAs(ctx, request.capability_id!);
    const { runId } = await startRun({
      ctx: fork,
      idempotencyKey: null,
      input: {
        ...words.manifest!.run,
        // The check's name is the one that was approved, and the commit the code host's.
        name: words.name,
        wait: false,
        artifacts: words.artifacts!,
        commit: { sha: request.head_sha, ...(words.branch && { branch: words.branch }), title: words.title },
        changeRequest: { number: request.change_number, baseBranch: words.baseBranch },
      },
    });
    await ctx.write(async (write) => {
      const patch = { run_id: runId, minutes, started_at: ctx.now() };
      if (!(await moveForkRequest(ctx, write, request, 'started', patch))) return;
      await endCapability(ctx, write, request);
      const detail = { runId, minutes };
      await appendAudit(ctx, write.tx, { code: 'fork.started', object: request.id, detail });
    });
  } catch (error) {
    if (!(error instanceof DevicelaneError)) throw error;
    await ctx.write(async (write) => {
      if (!(await moveForkRequest(ctx, write, request, 'refused', { words: { reason: error.message } }))) return;
      await endCapability(ctx, write, request);
      await wantForkCheck(write, request.id);
      const detail = { reason: error.code };
      await appendAudit(ctx, write.tx, { code: 'fork.refused', outcome: 'denied', object: request.id, detail });
    });
  }
}

/** What it was given for is done; with it end the handles of the run, which nobody holds. */
async function endCapability(
  ctx: Context,
  { tx }: Parameters<typeof moveForkRequest>[1],
  request: ForkRequest,
): Promise<void> {
  await tx
    .updateTable('capabilities')
    .set({ revoked_at: ctx.now() })
    .where((eb) => eb.or([eb('id', '=', request.capability_id), eb('parent_id', '=', request.capability_id)]))
    .execute();
}

/** Takes a maintainer's decision on a fork's files: for this commit alone, once. A task; safe to repeat. */
import { appendAudit } from '../audit/append.ts';
import { CodeHostError } from '../codehosts/port.ts';
import type { Context } from '../context.ts';
import type { HookEvent } from '../integrations/github-events.ts';
import { dropHookEvent, readGithubInstallation, readHookEvent } from '../integrations/read.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { type ForkRequest, moveForkRequest, readForkRequest, wantForkCheck } from './read-fork-request.ts';

type Decision = Extract<HookEvent, { kind: 'fork_decided' }>;

/** @throws CodeHostError `broken`, for the queue to try again */
export async function decideFork({ ctx, input }: { ctx: Context; input: { eventId: string } }): Promise<void> {
  requireWorker(ctx);
  const found = await readHookEvent(ctx, input.eventId);
  if (found?.event.kind !== 'fork_decided') return;
  const { event, projectId } = found;
  const request = await findRequest(ctx, projectId, event);
  const may = request !== null && (await mayDecide(ctx, projectId, event));
  await ctx.write(async (write) => {
    if (request && may) await decide(ctx, write, request, event);
    else if (request) {
      const detail = { githubUserId: event.sender.id, decision: event.decision };
      await appendAudit(ctx, write.tx, { code: 'fork.decided', outcome: 'denied', object: request.id, detail });
    }
    await dropHookEvent(write, input.eventId);
  });
}

/** The request that the check showed when the button was pressed, if it waits still. */
async function findRequest(ctx: Context, projectId: string, event: Decision): Promise<ForkRequest | null> {
  const row = await ctx.db
    .selectFrom('checks')
    .innerJoin('fork_requests as request', 'request.id', 'checks.fork_request_id')
    .select('request.id')
    .where('checks.id', '=', event.checkId)
    .where('checks.project_id', '=', projectId)
    .where('request.head_sha', '=', event.headSha)
    .where('request.state', '=', 'waiting')
    .where('request.expires_at', '>', ctx.now())
    .executeTakeFirst();
  return row?.id.endsWith(event.request) ? readForkRequest(ctx, row.id) : null;
}

async function mayDecide(ctx: Context, projectId: string, { sender }: Decision): Promise<boolean> {
  const access = await readGithubInstallation(ctx, projectId);
  if (!access) return false;
  try {
    return await ctx.codeHosts.mayWrite(access, sender);
  } catch (error) {
    if (error instanceof CodeHostError && error.kind !== 'broken') return false;
    throw error;
  }
}

async function decide(
  ctx: Context,
  write: Parameters<typeof moveForkRequest>[1],
  request: ForkRequest,
  { decision, sender }: Decision,
): Promise<void> {
  const isMoved = await moveForkRequest(ctx, write, request, decision === 'approve' ? 'approved' : 'denied', {
    decided_by: sender.id,
    decided_at: ctx.now(),
    words: { decidedBy: sender.login },
  });
  // Somebody else was first.
  if (!isMoved) return;
  if (decision === 'approve') await write.enqueue('uploads.take-fork-files', { requestId: request.id });
  await wantForkCheck(write, request.id);
  const detail = { githubUserId: sender.id, decision };
  await appendAudit(ctx, write.tx, { code: 'fork.decided', object: request.id, detail });
}

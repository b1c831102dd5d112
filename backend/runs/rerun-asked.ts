/** Does runs again because somebody pressed "Re-run" at the code host. A task; safe to repeat. */
import { appendAudit } from '../audit/append.ts';
import { CodeHostError } from '../codehosts/port.ts';
import type { Context } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import type { HookEvent } from '../integrations/github-events.ts';
import { dropHookEvent, readGithubInstallation, readHookEvent } from '../integrations/read.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { type RunRow, wantCheck } from './change.ts';
import { repeatRun } from './repeat-run.ts';

type Asked = Extract<HookEvent, { kind: 'rerun_check' | 'rerun_commit' }>;

/** @throws CodeHostError `broken`, for the queue to try again */
export async function rerunAsked({ ctx, input }: { ctx: Context; input: { eventId: string } }): Promise<void> {
  requireWorker(ctx);
  const found = await readHookEvent(ctx, input.eventId);
  if (found?.event.kind !== 'rerun_check' && found?.event.kind !== 'rerun_commit') return;
  const { event, projectId } = found;
  const runs = await runsOf(ctx, projectId, event);
  const may = runs.length > 0 && (await mayAsk(ctx, projectId, event));
  for (const run of runs) {
    const refusal = may ? await tryAgain(ctx, run) : 'forbidden';
    await ctx.write(async (write) => {
      const detail = { githubUserId: event.sender.id, ...(refusal && { reason: refusal }) };
      const outcome = refusal ? 'denied' : 'allowed';
      await appendAudit(ctx, write.tx, { code: 'run.rerun_asked', outcome, object: run.id, detail });
      // GitHub shows the check as waiting now, and must be told again how it stands.
      if (refusal) await wantCheck(write, run.id);
    });
  }
  await ctx.write((write) => dropHookEvent(write, input.eventId));
}

/** What the checks show, if it is what they showed when the button was pressed. */
function runsOf(ctx: Context, projectId: string, event: Asked): Promise<RunRow[]> {
  const shown = ctx.db
    .selectFrom('checks')
    .innerJoin('runs', 'runs.id', 'checks.run_id')
    .selectAll('runs')
    .where('checks.project_id', '=', projectId)
    .where('runs.state', '=', 'finished');
  return event.kind === 'rerun_check'
    ? shown.where('checks.id', '=', event.checkId).where('runs.id', '=', event.runId).execute()
    : shown
        .where('checks.head_sha', '=', event.headSha)
        .where('runs.created_at', '<=', new Date(event.before))
        .execute();
}

async function mayAsk(ctx: Context, projectId: string, { sender }: Asked): Promise<boolean> {
  const access = await readGithubInstallation(ctx, projectId);
  if (!access) return false;
  try {
    return await ctx.codeHosts.mayWrite(access, sender);
  } catch (error) {
    if (error instanceof CodeHostError && error.kind !== 'broken') return false;
    throw error;
  }
}

/** @returns the code of a refusal; null when there is a run */
async function tryAgain(ctx: Context, run: RunRow): Promise<string | null> {
  try {
    await repeatRun(ctx, run, 'all');
    return null;
  } catch (error) {
    if (error instanceof DevicelaneError) return error.code;
    throw error;
  }
}

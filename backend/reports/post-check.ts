/** Posts a run's state as the check on its commit: `reports.post-check`. Safe to run again, and in many processes. */
import { readCheckpointLine } from '../audit/read-checkpoint.ts';
import { type CheckState, CodeHostError } from '../codehosts/port.ts';
import type { Context } from '../context.ts';
import type { TestResult } from '../contract/results.ts';
import { DevicelaneError } from '../errors.ts';
import { type GithubInstallation, readGithubInstallation } from '../integrations/read.ts';
import { readTestResults } from '../results/read.ts';
import { readRunView } from '../runs/read.ts';
import { readForkRequest } from '../runs/read-fork-request.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { readRunArtifacts } from '../uploads/read.ts';
import { composeCheck } from './compose-check.ts';
import { composeForkCheck } from './compose-fork-check.ts';
import { type CheckRow, keepPosted } from './one-writer.ts';

/** GitHub asks for at least a second between writes. */
const PACE_MS = 1_000;
/** A writer keeps a connection of the tenant's few for its lock, while it waits for GitHub. */
const WRITERS_PER_TENANT = 2;
const BUSY_RETRY_MS = 2_000;
const MAX_RETRY_MS = 3_600_000;

/** How many checks this process posts for each tenant now. */
const writers = new Map<string, number>();

/** @throws DevicelaneError `forbidden`; CodeHostError `broken`, for the queue to try again */
export async function postCheck({ ctx, input }: { ctx: Context; input: { checkId: string } }): Promise<void> {
  requireWorker(ctx);
  const { checkId } = input;
  const check = await ctx.db.selectFrom('checks').select('project_id').where('id', '=', checkId).executeTakeFirst();
  if (!check) return;
  // Without its GitHub App, or its leave, the step itself is the gate, and nothing is posted.
  const access = await readGithubInstallation(ctx, check.project_id);
  if (!access?.postsChecks) return;

  const busy = writers.get(ctx.tenant.id) ?? 0;
  if (busy >= WRITERS_PER_TENANT) return postLater(ctx, checkId, BUSY_RETRY_MS);
  writers.set(ctx.tenant.id, busy + 1);
  try {
    await keepPosted({
      ...ctx,
      checkId,
      paceMs: PACE_MS,
      post: (row) => post(ctx, access, checkId, row),
    });
  } catch (error) {
    if (!(error instanceof CodeHostError) || error.retryAfterMs === null) throw error;
    await postLater(ctx, checkId, error.retryAfterMs);
  } finally {
    const left = (writers.get(ctx.tenant.id) ?? 1) - 1;
    if (left === 0) writers.delete(ctx.tenant.id);
    else writers.set(ctx.tenant.id, left);
  }
}

async function post(ctx: Context, access: GithubInstallation, checkId: string, row: CheckRow): Promise<number | null> {
  const check =
    row.runId === null
      ? composeForkCheck({ checkId, request: await readForkRequest(ctx, row.forkRequestId!), publicUrl: ctx.publicUrl })
      : await composeOfRun(ctx, access, checkId, row.runId);
  try {
    if (row.externalId === null) return await ctx.codeHosts.createCheck(access, check);
    await ctx.codeHosts.updateCheck(access, row.externalId, check);
    return row.externalId;
  } catch (error) {
    if (!(error instanceof CodeHostError) || error.kind !== 'gone') throw error;
    // A commit or repository that is not there for us any more wants no further try.
    ctx.log.info({ checkId, runId: row.runId, reason: error.message }, 'a check cannot be posted any more');
    return row.externalId;
  }
}

async function composeOfRun(
  ctx: Context,
  access: GithubInstallation,
  checkId: string,
  runId: string,
): Promise<CheckState> {
  const run = await readRunView(ctx, runId);
  return composeCheck({
    checkId,
    run,
    failures: await readFailures(ctx, runId),
    artifacts: await readRunArtifacts(ctx, run),
    checkpoint: access.publishCheckpoints ? await readCheckpointLine(ctx) : null,
  });
}

async function readFailures(ctx: Context, runId: string): Promise<TestResult[]> {
  try {
    return await readTestResults(ctx, runId, { only: 'failed_or_flaky' });
  } catch (error) {
    // Retention may forget the results before the check's last change; its counts still stand in the run.
    if (error instanceof DevicelaneError && error.code === 'gone') return [];
    throw error;
  }
}

async function postLater(ctx: Context, checkId: string, afterMs: number): Promise<void> {
  const after = new Date(ctx.now().getTime() + Math.min(afterMs, MAX_RETRY_MS));
  await ctx.write(({ enqueue }) => enqueue('reports.post-check', { checkId }, { after }));
}

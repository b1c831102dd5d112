/** Writes a new run with its jobs and artifacts, and what has it begin and end in time: in the caller's transaction. */
import type { Context, Write } from '../context.ts';
import type { FailOn } from '../contract/terms.ts';
import { HANDLE_GRACE_MS } from '../tokens/end-handles.ts';
import { requireMinutes } from './budget.ts';
import { LOST_AFTER_MS } from './check-followed.ts';
import { insertJob } from './insert-job.ts';
import type { PlannedJob } from './plan.ts';
import { type Plan, sealPlan } from './sealed.ts';

const MINUTE_MS = 60_000;

/** Keyed. `key` makes a run one, `request` tells whether it is asked for in the same way again. */
export type RunDigests = {
  key: Buffer;
  request: Buffer;
  name: Buffer;
  branch: Buffer | null;
  baseBranch: Buffer | null;
};

export type NewRun = {
  runId: string;
  projectId: string;
  /** Whose capability stands behind it. */
  capabilityId: string;
  /** The run that it does again. */
  rerunOf: string | null;
  digests: RunDigests;
  headSha: string;
  changeNumber: number | null;
  failOn: FailOn;
  timeoutMs: number;
  queueTimeoutMs: number;
  /** Where the step that waits for it is gone. */
  cancelWhenLost: boolean;
  plan: Plan;
  artifacts: readonly { artifactId: string; role: 'app' | 'tests' }[];
  jobs: readonly PlannedJob[];
};

/** Milliseconds from now to the run's deadline. */
export const deadlineMs = (run: { timeoutMs: number; queueTimeoutMs: number }): number =>
  run.queueTimeoutMs + run.timeoutMs + HANDLE_GRACE_MS;

/** false: a run with this key exists. @throws DevicelaneError `quota_exceeded` */
export async function insertRun(ctx: Context, { tx }: Write, run: NewRun): Promise<boolean> {
  const { runId, digests } = run;
  const inserted = await tx
    .insertInto('runs')
    .values({
      id: runId,
      project_id: run.projectId,
      capability_id: run.capabilityId,
      key_digest: digests.key,
      request_digest: digests.request,
      name_digest: digests.name,
      branch_digest: digests.branch,
      base_branch_digest: digests.baseBranch,
      head_sha: run.headSha,
      change_number: run.changeNumber,
      fail_on: run.failOn,
      state: 'planned',
      verdict: null,
      exit_code: null,
      conclusion: null,
      counts: null,
      attention: null,
      sealed_plan: await sealPlan(ctx, runId, run.plan),
      timeout_ms: run.timeoutMs,
      queue_timeout_ms: run.queueTimeoutMs,
      base_run_id: null,
      rerun_of: run.rerunOf,
      cancel_when_lost: run.cancelWhenLost,
      cancel_requested_at: null,
      created_at: ctx.now(),
      started_at: null,
      finished_at: null,
    })
    .onConflict((conflict) => conflict.column('key_digest').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
  await tx
    .insertInto('run_artifacts')
    .values(run.artifacts.map(({ artifactId, role }) => ({ run_id: runId, role, artifact_id: artifactId })))
    .execute();
  for (const [position, job] of run.jobs.entries()) {
    const { connectionId, farm, device, label, shard, selection } = job;
    await insertJob(
      ctx,
      { tx },
      {
        run_id: runId,
        position,
        connection_id: connectionId,
        shard_index: shard.index,
        shard_count: shard.count,
        device: { farm, device, label },
        selection,
        repeat: null,
      },
    );
  }
  const minutes = Math.ceil(run.timeoutMs / MINUTE_MS) * run.jobs.length;
  await requireMinutes(ctx, tx, { runId, projectId: run.projectId, minutes });
  return true;
}

/** Has the run dispatched, and ended at its deadline whatever its farms say. */
export async function enqueueRun(ctx: Context, { tx, enqueue }: Write, runId: string): Promise<void> {
  const run = await tx
    .selectFrom('runs')
    .select(['timeout_ms as timeoutMs', 'queue_timeout_ms as queueTimeoutMs', 'cancel_when_lost'])
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  await enqueue('runs.dispatch', { runId });
  if (run.cancel_when_lost) {
    await enqueue('runs.check-followed', { runId }, { after: new Date(ctx.now().getTime() + LOST_AFTER_MS) });
  }
  await enqueue('runs.expire', { runId }, { after: new Date(ctx.now().getTime() + deadlineMs(run)) });
}

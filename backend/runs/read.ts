/** Reads runs as they are shown: to CI, to people, and to the poster of checks. */
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import type { JobView, RunView } from '../contract/runs.ts';
import { notFound } from '../errors.ts';
import { runTitle } from '../results/title.ts';
import { requireSight } from '../tokens/permissions.ts';
import type { JobRow, RunRow } from './change.ts';
import { consoleUrlOf } from './console-url.ts';
import { STUCK_AFTER } from './pacing.ts';
import { openDevice, openPlan, openReason } from './sealed.ts';

/** A run that the actor may see. @throws DevicelaneError `not_found` */
export async function findRun(ctx: Context, runId: string): Promise<RunRow> {
  if (routeOfId('run', runId) !== ctx.tenant.route) throw notFound();
  const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst();
  if (!run) throw notFound();
  requireSight(ctx, { projectId: run.project_id, runId: run.id });
  return run;
}

/** @throws DevicelaneError `not_found` */
export async function readRunView(ctx: Context, runId: string): Promise<RunView> {
  return viewRun(ctx, await findRun(ctx, runId));
}

export async function viewRun(ctx: Context, run: RunRow): Promise<RunView> {
  const plan = await openPlan(ctx, run.id, run.sealed_plan!);
  const rows = await ctx.db
    .selectFrom('jobs')
    .selectAll()
    .where('run_id', '=', run.id)
    .orderBy('position')
    .orderBy('repeat_number')
    .execute();
  const artifacts = await ctx.db
    .selectFrom('run_artifacts')
    .select(['artifact_id as artifactId', 'role'])
    .where('run_id', '=', run.id)
    .orderBy('role')
    .execute();
  const view: RunView = {
    runId: run.id,
    name: plan.name,
    state: run.state,
    verdict: run.verdict,
    exitCode: run.exit_code,
    title: '',
    attention: run.attention,
    failOn: run.fail_on,
    commit: { sha: run.head_sha, branch: plan.branch, title: plan.title },
    changeRequest: run.change_number === null ? null : { number: run.change_number, baseBranch: plan.baseBranch ?? '' },
    counts: run.counts,
    deviceMinutes: rows.reduce((sum, job) => sum + Math.ceil(job.device_ms / 60_000), 0),
    jobs: await Promise.all(
      rows
        .filter((job) => job.repeats === null)
        .map((first) =>
          viewJob(
            ctx,
            run.id,
            first,
            rows.filter((job) => job.repeats === first.id),
          ),
        ),
    ),
    artifacts,
    reportUrl: `${ctx.publicUrl}/runs/${run.id}`,
    createdAt: run.created_at.toISOString(),
    finishedAt: run.finished_at?.toISOString() ?? null,
  };
  return { ...view, title: runTitle({ ...view, hasBase: run.base_run_id !== null, baseBranch: plan.baseBranch }) };
}

function forgettingOf(jobs: readonly JobRow[]): NonNullable<JobView['farmForgot']> {
  const open = jobs.filter((job) => job.forgotten_at === null);
  if (open.length === 0) return 'done';
  return open.some((job) => job.forget_tries >= STUCK_AFTER) ? 'stuck' : 'not_yet';
}

/** A job with its later tries is one: it stands as the last of them does, and ends with what all come to. */
async function viewJob(ctx: Context, runId: string, first: JobRow, again: readonly JobRow[]): Promise<JobView> {
  const { farm, label } = await openDevice(ctx, runId, first.id, first.sealed_device);
  const last = again.at(-1) ?? first;
  return {
    jobId: first.id,
    farm,
    device: label,
    shard: { index: first.shard_index, count: first.shard_count },
    state: last.state,
    verdict: first.verdict,
    counts: first.counts,
    reason: last.sealed_reason ? await openReason(ctx, runId, last.id, last.sealed_reason) : null,
    tries: 1 + again.length,
    consoleUrl: await consoleUrlOf(ctx, last),
    farmForgot: forgettingOf([first, ...again]),
  };
}

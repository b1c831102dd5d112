/** Makes a new run of what an earlier one tested: same files, devices, options and commit. */
import canonicalize from 'canonicalize';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { RerunRun } from '../contract/runs.ts';
import { DevicelaneError } from '../errors.ts';
import { readGithubInstallation } from '../integrations/read.ts';
import { findArtifact, isForgotten } from '../uploads/read.ts';
import type { RunRow } from './change.ts';
import { enqueueRun, insertRun, type NewRun } from './insert-run.ts';
import type { PlannedJob } from './plan.ts';
import { openDevice, openPlan, openSelection } from './sealed.ts';
import { takeCheck } from './take-check.ts';

/**
 * Returns the new run's id. Its key is made of the earlier run alone, so whoever asks and however often, an event that is
 * delivered twice included, there is one.
 * @throws DevicelaneError `conflict`, `gone`, `unsupported`, `run_differs`
 */
export async function repeatRun(ctx: Context, earlier: RunRow, only: RerunRun['only']): Promise<string> {
  if (earlier.state !== 'finished') {
    throw new DevicelaneError('conflict', 'This run has not ended yet: wait for its end, or cancel it first.');
  }
  const digest = (purpose: string, value: unknown) => ctx.keys.digest(purpose, canonicalize(value) ?? '');
  const key = await digest('run-key', ['rerun', earlier.id]);
  const request = await digest('run-request', ['rerun', earlier.id, only]);
  const find = () =>
    ctx.db.selectFrom('runs').select(['id', 'request_digest']).where('key_digest', '=', key).executeTakeFirst();
  const existing = await find();
  if (existing) return requireSame(existing, request);

  const github = await readGithubInstallation(ctx, earlier.project_id);
  const runId = newId('run', ctx.tenant.route);
  const again: NewRun = {
    runId,
    projectId: earlier.project_id,
    capabilityId: earlier.capability_id,
    rerunOf: earlier.id,
    digests: {
      key,
      request,
      name: earlier.name_digest,
      branch: earlier.branch_digest,
      baseBranch: earlier.base_branch_digest,
    },
    headSha: earlier.head_sha,
    changeNumber: earlier.change_number,
    failOn: earlier.fail_on,
    timeoutMs: earlier.timeout_ms,
    queueTimeoutMs: earlier.queue_timeout_ms,
    // No step waits for it.
    cancelWhenLost: false,
    plan: await openPlan(ctx, earlier.id, earlier.sealed_plan!),
    artifacts: await artifactsOf(ctx, earlier.id),
    jobs: await jobsOf(ctx, earlier.id, only),
  };
  await ctx.keys.createDataKey(runId);
  const created = await ctx.write(async (write) => {
    if (!(await insertRun(ctx, write, again))) return false;
    if (github) await takeCheck(ctx, write, { runId });
    await enqueueRun(ctx, write, runId);
    const detail = { jobs: again.jobs.length, rerunOf: earlier.id };
    await appendAudit(ctx, write.tx, { code: 'run.started', object: runId, detail });
    return true;
  });
  if (created) return runId;
  // Another request for it was first.
  await ctx.keys.destroyDataKey(runId);
  const first = await find();
  if (!first) throw new DevicelaneError('conflict', 'The run could not be started; try again.');
  return requireSame(first, request);
}

function requireSame(existing: { id: string; request_digest: Buffer }, request: Buffer): string {
  if (existing.request_digest.equals(request)) return existing.id;
  throw new DevicelaneError(
    'run_differs',
    `This run was done again already, with other jobs: re-run ${existing.id} instead.`,
    { field: 'only' },
  );
}

async function artifactsOf(ctx: Context, runId: string): Promise<NewRun['artifacts']> {
  const rows = await ctx.db
    .selectFrom('run_artifacts')
    .select(['artifact_id as artifactId', 'role'])
    .where('run_id', '=', runId)
    .execute();
  for (const { artifactId } of rows) {
    if (isForgotten(ctx, await findArtifact(ctx, artifactId))) {
      throw new DevicelaneError('gone', 'The files of this run were forgotten: start a new run from CI.');
    }
  }
  return rows;
}

async function jobsOf(ctx: Context, runId: string, only: RerunRun['only']): Promise<PlannedJob[]> {
  const rows = await ctx.db
    .selectFrom('jobs')
    .innerJoin('connections', 'connections.id', 'jobs.connection_id')
    .selectAll('jobs')
    .select('connections.disconnected_at')
    .where('run_id', '=', runId)
    .where('repeats', 'is', null)
    .orderBy('position')
    .execute();
  const wanted = only === 'failed' ? rows.filter(({ verdict }) => verdict !== 'passed' && verdict !== 'flaky') : rows;
  if (wanted.length === 0) {
    throw new DevicelaneError('conflict', 'No job of this run failed: ask for all of them.', { field: 'only' });
  }
  return Promise.all(
    wanted.map(async (job) => {
      const { farm, device, label } = await openDevice(ctx, runId, job.id, job.sealed_device);
      if (job.disconnected_at) {
        throw new DevicelaneError('unsupported', `The farm connection "${farm}" was disconnected.`, { field: 'farm' });
      }
      const shard = { index: job.shard_index, count: job.shard_count };
      const selection = job.sealed_selection && (await openSelection(ctx, runId, job.id, job.sealed_selection));
      return { connectionId: job.connection_id, farm, device, label, shard, selection };
    }),
  );
}

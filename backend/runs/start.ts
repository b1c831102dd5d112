/** Starts a run: the same key with the same request gives the same run, whoever asks and however often. */
import canonicalize from 'canonicalize';
import { appendAudit } from '../audit/append.ts';
import type { Actor, Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { StartedRun, StartRun } from '../contract/runs.ts';
import { DevicelaneError } from '../errors.ts';
import { readGithubInstallation } from '../integrations/read.ts';
import { HANDLE_GRACE_MS } from '../tokens/end-handles.ts';
import { openGrant } from '../tokens/grant.ts';
import { issueRunHandles } from '../tokens/issue-handles.ts';
import { requireCapability } from '../tokens/permissions.ts';
import type { RunRow } from './change.ts';
import { plannedMinutes, requireGranted, requireRoom } from './check-grant.ts';
import { findRunArtifacts } from './find-artifacts.ts';
import { type PlannedRun, planRun } from './plan.ts';
import { sealDevice, sealPlan } from './sealed.ts';

const MINUTE_MS = 60_000;

/** @throws DevicelaneError `invalid_request`, `not_found`, `unsupported`, `run_differs`, `not_granted`, `quota_exceeded` */
export async function startRun({
  ctx,
  input,
  idempotencyKey,
}: {
  ctx: Context;
  input: StartRun;
  /** Of an API token, which knows no CI run. */
  idempotencyKey: string | null;
}): Promise<StartedRun> {
  const actor = requireCapability(ctx, 'run:create');
  const digests = await runDigests(ctx, actor, input, idempotencyKey);
  const existing = await findByKey(ctx, digests.key);
  if (existing) return answer(ctx, input, requireSame(existing, digests.request));

  const artifacts = await findRunArtifacts(ctx, actor, input.artifacts);
  const plan = await planRun(ctx, actor.projectId, input, artifacts.kinds);
  const grant = await openGrant(ctx, actor.id);
  if (grant) await requireGranted(ctx, grant, input, plan);
  const github = await readGithubInstallation(ctx, actor.projectId);
  if (!input.wait && !github) {
    throw new DevicelaneError(
      'unsupported',
      'No GitHub App is connected, so no check would tell how the run ends: leave wait at true, or connect the App.',
      { field: 'wait' },
    );
  }

  const runId = newId('run', ctx.tenant.route);
  await ctx.keys.createDataKey(runId);
  const start = async (write: Write): Promise<boolean> => {
    const inserted = await insertRun(ctx, write, { runId, actor, input, plan, digests });
    if (!inserted) return false;
    if (grant) await requireRoom(ctx, write.tx, grant, { runId, minutes: plannedMinutes(input, plan) });
    if (github)
      await takeCheck(ctx, write, {
        runId,
        projectId: actor.projectId,
        headSha: input.commit.sha,
        digest: digests.name,
      });
    await write.enqueue('runs.dispatch', { runId });
    await write.enqueue('runs.expire', { runId }, { after: new Date(ctx.now().getTime() + deadlineMs(input)) });
    await appendAudit(ctx, write.tx, { code: 'run.started', object: runId, detail: { jobs: plan.jobs.length } });
    return true;
  };
  const created = await ctx.write(start).catch(async (error) => {
    await ctx.keys.destroyDataKey(runId);
    throw error;
  });
  if (created) return answer(ctx, input, { id: runId, finished_at: null });
  // Another request with the same key was first.
  await ctx.keys.destroyDataKey(runId);
  const first = await findByKey(ctx, digests.key);
  if (!first) throw new DevicelaneError('conflict', 'The run could not be started; try again.');
  return answer(ctx, input, requireSame(first, digests.request));
}

type Digests = { key: Buffer; request: Buffer; name: Buffer; branch: Buffer | null; baseBranch: Buffer | null };

/**
 * The run's key is issuer, repository id, CI run id, CI attempt and check name; the project stands for the first two. An
 * API token proves no CI run: there the idempotency key stands for it, without which a lost answer would start a second run.
 */
function runKey(actor: Capability, input: StartRun, idempotencyKey: string | null): unknown[] {
  if (actor.ci) return [actor.projectId, actor.ci.runId, actor.ci.attempt, input.name];
  if (idempotencyKey !== null) return [actor.projectId, actor.id, idempotencyKey, input.name];
  throw new DevicelaneError(
    'invalid_request',
    'With an API token send an Idempotency-Key: the same again gives the same run, another one starts another.',
    { field: 'Idempotency-Key' },
  );
}

type Capability = Extract<Actor, { kind: 'capability' }>;

async function runDigests(
  ctx: Context,
  actor: Capability,
  input: StartRun,
  idempotencyKey: string | null,
): Promise<Digests> {
  const digest = (purpose: string, value: unknown): Promise<Buffer> =>
    ctx.keys.digest(purpose, canonicalize(value) ?? '');
  const branchDigest = (branch: string | undefined) =>
    branch === undefined ? null : digest('branch', [actor.projectId, branch]);
  return {
    key: await digest('run-key', runKey(actor, input, idempotencyKey)),
    request: await digest('run-request', input),
    name: await digest('check-name', [actor.projectId, input.name]),
    branch: await branchDigest(input.commit.branch),
    baseBranch: await branchDigest(input.changeRequest?.baseBranch),
  };
}

type Existing = Pick<RunRow, 'id' | 'request_digest' | 'finished_at'>;

function findByKey(ctx: Context, key: Buffer): Promise<Existing | undefined> {
  const columns = ['id', 'request_digest', 'finished_at'] as const;
  return ctx.db.selectFrom('runs').select(columns).where('key_digest', '=', key).executeTakeFirst();
}

function requireSame(existing: Existing, request: Buffer): Pick<RunRow, 'id' | 'finished_at'> {
  if (existing.request_digest.equals(request)) return existing;
  throw new DevicelaneError(
    'run_differs',
    'This CI run has a run under this check name already, with other files or options: give each suite a name of its own.',
    { field: 'name' },
  );
}

const deadlineMs = (input: StartRun): number => (input.queueTimeout + input.timeout) * MINUTE_MS + HANDLE_GRACE_MS;

async function answer(ctx: Context, input: StartRun, run: Pick<RunRow, 'id' | 'finished_at'>): Promise<StartedRun> {
  const { id: runId } = run;
  const expiresAt = new Date(ctx.now().getTime() + (run.finished_at ? HANDLE_GRACE_MS : deadlineMs(input)));
  const handles = await ctx.write(({ tx }) => issueRunHandles(ctx, tx, { runId, expiresAt }));
  return { runId, reportUrl: `${ctx.publicUrl}/runs/${runId}`, ...handles };
}

type NewRun = {
  runId: string;
  actor: Capability;
  input: StartRun;
  plan: PlannedRun;
  digests: Digests;
};

/** false: a run with this key exists. */
async function insertRun(
  ctx: Context,
  { tx }: Write,
  { runId, actor, input, plan, digests }: NewRun,
): Promise<boolean> {
  const now = ctx.now();
  const sealedPlan = await sealPlan(ctx, runId, {
    name: input.name,
    branch: input.commit.branch ?? null,
    title: input.commit.title ?? null,
    baseBranch: input.changeRequest?.baseBranch ?? null,
    framework: plan.framework,
    env: input.env,
  });
  const inserted = await tx
    .insertInto('runs')
    .values({
      id: runId,
      project_id: actor.projectId,
      capability_id: actor.id,
      key_digest: digests.key,
      request_digest: digests.request,
      name_digest: digests.name,
      branch_digest: digests.branch,
      base_branch_digest: digests.baseBranch,
      head_sha: input.commit.sha,
      change_number: input.changeRequest?.number ?? null,
      fail_on: input.failOn,
      state: 'planned',
      verdict: null,
      exit_code: null,
      conclusion: null,
      counts: null,
      attention: null,
      sealed_plan: sealedPlan,
      timeout_ms: input.timeout * MINUTE_MS,
      queue_timeout_ms: input.queueTimeout * MINUTE_MS,
      base_run_id: null,
      cancel_requested_at: null,
      created_at: now,
      started_at: null,
      finished_at: null,
    })
    .onConflict((conflict) => conflict.column('key_digest').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
  await tx
    .insertInto('run_artifacts')
    .values(input.artifacts.map(({ artifactId, role }) => ({ run_id: runId, role, artifact_id: artifactId })))
    .execute();
  for (const [position, job] of plan.jobs.entries()) {
    const jobId = newId('job', ctx.tenant.route);
    const { farm, device, label } = job;
    await tx
      .insertInto('jobs')
      .values({
        id: jobId,
        run_id: runId,
        position,
        connection_id: job.connectionId,
        shard_index: job.shard.index,
        shard_count: job.shard.count,
        state: 'planned',
        farm_key: jobId,
        external_id: null,
        outcome: null,
        verdict: null,
        counts: null,
        sealed_device: await sealDevice(ctx, runId, jobId, { farm, device, label }),
        sealed_reason: null,
        expected_tests: null,
        queued_at: null,
        started_at: null,
        last_seen_at: null,
        finished_at: null,
        forgotten_at: null,
      })
      .execute();
  }
  return true;
}

/** Makes the check of this name on this commit show the new run. */
async function takeCheck(
  ctx: Context,
  { tx, enqueue }: Write,
  check: { runId: string; projectId: string; headSha: string; digest: Buffer },
): Promise<void> {
  const { id } = await tx
    .insertInto('checks')
    .values({
      id: newId('check', ctx.tenant.route),
      project_id: check.projectId,
      head_sha: check.headSha,
      name_digest: check.digest,
      run_id: check.runId,
      external_id: null,
      wanted: 1,
      posted_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'head_sha', 'name_digest'])
        .doUpdateSet((eb) => ({ run_id: check.runId, wanted: eb('checks.wanted', '+', 1) })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await enqueue('reports.post-check', { checkId: id });
}

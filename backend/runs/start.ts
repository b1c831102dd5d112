/** Starts a run: the same key with the same request gives the same run, whoever asks and however often. */
import canonicalize from 'canonicalize';
import { appendAudit } from '../audit/append.ts';
import type { Actor, Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { StartedRun, StartRun } from '../contract/runs.ts';
import { DevicelaneError } from '../errors.ts';
import { readGithubInstallation } from '../integrations/read.ts';
import { openProjectSettings, type ProjectSettings } from '../tenants/read.ts';
import { HANDLE_GRACE_MS } from '../tokens/end-handles.ts';
import { openGrant } from '../tokens/grant.ts';
import { issueRunHandles } from '../tokens/issue-handles.ts';
import { requireCapability } from '../tokens/permissions.ts';
import type { RunRow } from './change.ts';
import { plannedMinutes, requireGranted, requireRoom } from './check-grant.ts';
import { findRunArtifacts } from './find-artifacts.ts';
import { deadlineMs, enqueueRun, insertRun, type NewRun, type RunDigests } from './insert-run.ts';
import { type PlannedRun, planRun } from './plan.ts';
import { refuseFork } from './refuse-fork.ts';
import { takeCheck } from './take-check.ts';

const MINUTE_MS = 60_000;

/**
 * @throws DevicelaneError `invalid_request`, `not_found`, `unsupported`, `run_differs`, `not_granted`, `quota_exceeded`,
 * `untrusted`, `unavailable`
 */
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
  const grant = await openGrant(ctx, actor.id);
  const mayName = (farm: string): boolean => !grant || grant.farms.length === 0 || grant.farms.includes(farm);
  const plan = await planRun(ctx, actor.projectId, input, artifacts, { nameDigest: digests.name, mayName });
  if (grant) await requireGranted(ctx, grant, input, plan);
  const github = await readGithubInstallation(ctx, actor.projectId);
  if (!input.wait && !github?.postsChecks) {
    throw new DevicelaneError(
      'unsupported',
      'No GitHub App posts checks here, so none would tell how the run ends: leave wait at true, or connect the App.',
      { field: 'wait' },
    );
  }

  await refuseFork(ctx, actor, github);
  const settings = await openProjectSettings(ctx, actor.projectId);
  const runId = newId('run', ctx.tenant.route);
  await ctx.keys.createDataKey(runId);
  const start = async (write: Write): Promise<boolean> => {
    const inserted = await insertRun(ctx, write, newRun(runId, actor, input, plan, digests, settings));
    if (!inserted) return false;
    if (grant) await requireRoom(ctx, write.tx, grant, { runId, minutes: plannedMinutes(input, plan) });
    if (github) await takeCheck(ctx, write, { runId });
    await enqueueRun(ctx, write, runId);
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
): Promise<RunDigests> {
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

async function answer(ctx: Context, input: StartRun, run: Pick<RunRow, 'id' | 'finished_at'>): Promise<StartedRun> {
  const { id: runId } = run;
  const bounds = { timeoutMs: input.timeout * MINUTE_MS, queueTimeoutMs: input.queueTimeout * MINUTE_MS };
  const expiresAt = new Date(ctx.now().getTime() + (run.finished_at ? HANDLE_GRACE_MS : deadlineMs(bounds)));
  const handles = await ctx.write(({ tx }) => issueRunHandles(ctx, tx, { runId, expiresAt }));
  return { runId, reportUrl: `${ctx.publicUrl}/runs/${runId}`, ...handles };
}

function newRun(
  runId: string,
  actor: Capability,
  input: StartRun,
  plan: PlannedRun,
  digests: RunDigests,
  options: Pick<ProjectSettings, 'onJobLost'>,
): NewRun {
  return {
    runId,
    projectId: actor.projectId,
    capabilityId: actor.id,
    rerunOf: null,
    digests,
    headSha: input.commit.sha,
    changeNumber: input.changeRequest?.number ?? null,
    failOn: input.failOn,
    timeoutMs: input.timeout * MINUTE_MS,
    queueTimeoutMs: input.queueTimeout * MINUTE_MS,
    cancelWhenLost: input.wait && options.onJobLost === 'cancel',
    plan: {
      name: input.name,
      branch: input.commit.branch ?? null,
      title: input.commit.title ?? null,
      baseBranch: input.changeRequest?.baseBranch ?? null,
      framework: plan.framework,
      env: input.env,
      retries: input.retries,
    },
    artifacts: input.artifacts,
    jobs: plan.jobs,
  };
}

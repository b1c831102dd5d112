/** Starts a run: the same key with the same request gives the same run, whoever asks and however often. */
import canonicalize from 'canonicalize';
import { appendAudit } from '../audit/append.ts';
import type { Actor, Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { StartedRun, StartRun } from '../contract/runs.ts';
import { DevicelaneError } from '../errors.ts';
import { readGithubInstallation } from '../integrations/read.ts';
import { issueRunHandles } from '../tokens/issue-handles.ts';
import { requireCapability } from '../tokens/permissions.ts';
import { findRunArtifacts } from './find-artifacts.ts';
import { deadlineMs, enqueueRun, insertRun, type NewRun, type RunDigests, takeCheck } from './insert-run.ts';
import { type PlannedRun, planRun } from './plan.ts';
import { refuseFork } from './refuse-fork.ts';

const MINUTE_MS = 60_000;

/** @throws DevicelaneError `invalid_request`, `not_found`, `unsupported`, `run_differs`, `untrusted`, `unavailable` */
export async function startRun({ ctx, input }: { ctx: Context; input: StartRun }): Promise<StartedRun> {
  const actor = requireCapability(ctx, 'run:create');
  const digests = await runDigests(ctx, actor, input);
  const existing = await findByKey(ctx, digests.key);
  if (existing) return answer(ctx, input, requireSame(existing, digests.request));

  const artifacts = await findRunArtifacts(ctx, actor, input.artifacts);
  const plan = await planRun(ctx, actor.projectId, input, artifacts.kinds);
  const github = await readGithubInstallation(ctx, actor.projectId);
  if (!input.wait && !github?.postsChecks) {
    throw new DevicelaneError(
      'unsupported',
      'No GitHub App posts checks here, so none would tell how the run ends: leave wait at true, or connect the App.',
      { field: 'wait' },
    );
  }

  await refuseFork(ctx, actor, github);
  const runId = newId('run', ctx.tenant.route);
  await ctx.keys.createDataKey(runId);
  const created = await ctx.write(async (write) => {
    const inserted = await insertRun(ctx, write, newRun(runId, actor, input, plan, digests));
    if (!inserted) return false;
    if (github) await takeCheck(ctx, write, runId);
    await enqueueRun(ctx, write, runId);
    await appendAudit(ctx, write.tx, { code: 'run.started', object: runId, detail: { jobs: plan.jobs.length } });
    return true;
  });
  if (created) return answer(ctx, input, runId);
  // Another request with the same key was first.
  await ctx.keys.destroyDataKey(runId);
  const first = await findByKey(ctx, digests.key);
  if (!first) throw new DevicelaneError('conflict', 'The run could not be started; try again.');
  return answer(ctx, input, requireSame(first, digests.request));
}

/** The run's key is issuer, repository id, CI run id, CI attempt and check name; the project stands for the first two. */
async function runDigests(
  ctx: Context,
  actor: Extract<Actor, { kind: 'capability' }>,
  input: StartRun,
): Promise<RunDigests> {
  const digest = (purpose: string, value: unknown): Promise<Buffer> =>
    ctx.keys.digest(purpose, canonicalize(value) ?? '');
  const branchDigest = (branch: string | undefined) =>
    branch === undefined ? null : digest('branch', [actor.projectId, branch]);
  return {
    key: await digest('run-key', [actor.projectId, actor.ci?.runId ?? actor.id, actor.ci?.attempt ?? 1, input.name]),
    request: await digest('run-request', input),
    name: await digest('check-name', [actor.projectId, input.name]),
    branch: await branchDigest(input.commit.branch),
    baseBranch: await branchDigest(input.changeRequest?.baseBranch),
  };
}

function findByKey(ctx: Context, key: Buffer): Promise<{ id: string; request_digest: Buffer } | undefined> {
  return ctx.db.selectFrom('runs').select(['id', 'request_digest']).where('key_digest', '=', key).executeTakeFirst();
}

function requireSame(existing: { id: string; request_digest: Buffer }, request: Buffer): string {
  if (existing.request_digest.equals(request)) return existing.id;
  throw new DevicelaneError(
    'run_differs',
    'This CI run has a run under this check name already, with other files or options: give each suite a name of its own.',
    { field: 'name' },
  );
}

async function answer(ctx: Context, input: StartRun, runId: string): Promise<StartedRun> {
  const bounds = { timeoutMs: input.timeout * MINUTE_MS, queueTimeoutMs: input.queueTimeout * MINUTE_MS };
  const expiresAt = new Date(ctx.now().getTime() + deadlineMs(bounds));
  const handles = await ctx.write(({ tx }) => issueRunHandles(ctx, tx, { runId, expiresAt }));
  return { runId, reportUrl: `${ctx.publicUrl}/runs/${runId}`, ...handles };
}

function newRun(
  runId: string,
  actor: Extract<Actor, { kind: 'capability' }>,
  input: StartRun,
  plan: PlannedRun,
  digests: RunDigests,
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
    plan: {
      name: input.name,
      branch: input.commit.branch ?? null,
      title: input.commit.title ?? null,
      baseBranch: input.changeRequest?.baseBranch ?? null,
      framework: plan.framework,
      env: input.env,
    },
    artifacts: input.artifacts,
    jobs: plan.jobs,
  };
}

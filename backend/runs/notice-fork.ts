/**
 * Shows, on a fork's commit, that its files wait for a maintainer's leave. A task; safe to repeat. All facts are the code
 * host's: nothing of the files is fetched before the leave.
 */

import canonicalize from 'canonicalize';
import { appendAudit } from '../audit/append.ts';
import { CodeHostError, type ForkSubmission } from '../codehosts/port.ts';
import type { Context, Write } from '../context.ts';
import { checkNameOf } from '../contract/fork-manifest.ts';
import { newId } from '../contract/ids.ts';
import { dropHookEvent, type GithubInstallation, readGithubInstallation, readHookEvent } from '../integrations/read.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { sealForkWords } from './read-fork-request.ts';
import { takeCheck } from './take-check.ts';

/** Checks that one workflow run of a fork may ask for, and requests of a project that may wait at once. */
const MAX_CHECKS = 5;
const MAX_WAITING = 100;
const EXPIRES_MS = 7 * 86_400_000;

/** @throws CodeHostError `broken`, for the queue to try again */
export async function noticeFork({ ctx, input }: { ctx: Context; input: { eventId: string } }): Promise<void> {
  requireWorker(ctx);
  const found = await readHookEvent(ctx, input.eventId);
  if (found?.event.kind !== 'workflow_completed') return;
  const { event, projectId } = found;
  const access = await readGithubInstallation(ctx, projectId);
  // Without a check there is no button, and nobody could approve.
  const left = access?.postsChecks ? await readLeft(ctx, access, event.ciRunId) : null;
  const asked = (left?.artifacts ?? []).flatMap((artifact) => {
    const name = checkNameOf(artifact.name);
    return name === null || artifact.sha256 === null ? [] : [{ ...artifact, name, sha256: artifact.sha256 }];
  });
  for (const artifact of asked.slice(0, MAX_CHECKS)) {
    await ask(ctx, { projectId, ciRunId: String(event.ciRunId), left: left!, artifact });
  }
  await ctx.write((write) => dropHookEvent(write, input.eventId));
}

async function readLeft(ctx: Context, access: GithubInstallation, ciRunId: number): Promise<ForkSubmission | null> {
  try {
    return await ctx.codeHosts.readForkSubmission(access, ciRunId);
  } catch (error) {
    if (error instanceof CodeHostError && error.kind !== 'broken') {
      // Most likely the App may not read workflow runs or pull requests.
      ctx.log.warn({ ciRunId, reason: error.message }, 'what a fork left cannot be read');
      return null;
    }
    throw error;
  }
}

type Asked = {
  projectId: string;
  ciRunId: string;
  left: ForkSubmission;
  artifact: { id: number; name: string; size: number; sha256: string };
};

async function ask(ctx: Context, { projectId, ciRunId, left, artifact }: Asked): Promise<void> {
  const requestId = newId('forkRequest', ctx.tenant.route);
  const digest = await ctx.keys.digest('check-name', canonicalize([projectId, artifact.name]) ?? '');
  const { number, ...change } = left.change;
  const words = {
    name: artifact.name,
    title: change.title.slice(0, 500),
    branch: change.branch.slice(0, 255),
    baseBranch: change.baseBranch.slice(0, 255),
  };
  await ctx.keys.createDataKey(requestId);
  const sealed = await sealForkWords(ctx, requestId, words);
  const isNew = await ctx.write(async (write) => {
    const { tx, enqueue } = write;
    if (await isShown(write, projectId, left.headSha, digest)) return false;
    if ((await countWaiting(write, projectId)) >= MAX_WAITING) {
      ctx.log.warn({ projectId }, 'too many requests of forks wait: another is not shown');
      return false;
    }
    const expiresAt = new Date(ctx.now().getTime() + EXPIRES_MS);
    const made = await tx
      .insertInto('fork_requests')
      .values({
        id: requestId,
        project_id: projectId,
        ci_run_id: ciRunId,
        ci_attempt: left.attempt,
        head_sha: left.headSha,
        change_number: number,
        name_digest: digest,
        host_artifact_id: artifact.id,
        host_artifact_size: artifact.size,
        host_artifact_sha256: Buffer.from(artifact.sha256, 'hex'),
        state: 'waiting',
        sealed_request: sealed,
        decided_by: null,
        capability_id: null,
        run_id: null,
        created_at: ctx.now(),
        decided_at: null,
        started_at: null,
        expires_at: expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows !== 1n) return false;
    await takeCheck(ctx, write, { forkRequestId: requestId });
    await enqueue('runs.expire-fork', { requestId }, { after: expiresAt });
    const detail = { ciRunId, change: number };
    await appendAudit(ctx, tx, { code: 'fork.waits', object: requestId, detail });
    return true;
  });
  if (!isNew) await ctx.keys.destroyDataKey(requestId);
}

/** Whether the check shows a run already that was no fork's: it stays what it is. */
async function isShown({ tx }: Write, projectId: string, headSha: string, digest: Buffer): Promise<boolean> {
  const check = await tx
    .selectFrom('checks')
    .select((eb) => [
      'run_id',
      eb
        .exists(
          eb
            .selectFrom('fork_requests')
            .select('id')
            .where('project_id', '=', projectId)
            .where('head_sha', '=', headSha)
            .where('name_digest', '=', digest)
            .where('state', '=', 'started'),
        )
        .as('is_fork'),
    ])
    .where('project_id', '=', projectId)
    .where('head_sha', '=', headSha)
    .where('name_digest', '=', digest)
    .executeTakeFirst();
  return check !== undefined && check.run_id !== null && !check.is_fork;
}

async function countWaiting({ tx }: Write, projectId: string): Promise<number> {
  const { waiting } = await tx
    .selectFrom('fork_requests')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('project_id', '=', projectId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(waiting);
}

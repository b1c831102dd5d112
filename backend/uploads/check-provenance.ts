/**
 * Asks the code host how an artifact was built, and compares the answer with the upload. A task, beside the upload: whatever
 * comes of it, the artifact and its runs go on. Safe to repeat.
 */
import { setImmediate } from 'node:timers/promises';
import type { Examined } from '../attestations/port.ts';
import { appendAudit } from '../audit/append.ts';
import { CodeHostError, type RepositoryAccess } from '../codehosts/port.ts';
import type { Context } from '../context.ts';
import type { Provenance, Reason } from '../contract/provenance.ts';
import { readGithubInstallation } from '../integrations/read.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { readClaims } from '../tokens/read.ts';
import type { ArtifactRow } from './find-upload.ts';
import { judgeAttestations, NONE, type Pinned } from './judge-attestations.ts';
import { sealProvenance } from './provenance.ts';

/**
 * When it is asked again after an answer that proves nothing: a workflow may attest its build after it was uploaded, or
 * while the run goes on. In milliseconds.
 */
const AGAIN_AFTER_MS = [5 * 60_000, 60 * 60_000];

type Answer = Omit<Provenance, 'askedAt'>;

/** @throws CodeHostError `broken`, for the queue to try again */
export async function checkProvenance({ ctx, input }: { ctx: Context; input: { artifactId: string } }): Promise<void> {
  requireWorker(ctx);
  const row = await ctx.db
    .selectFrom('artifacts')
    .selectAll()
    .where('id', '=', input.artifactId)
    .where('state', '=', 'complete')
    .executeTakeFirst();
  if (!row || row.provenance_asks > AGAIN_AFTER_MS.length) return;
  const access = await readGithubInstallation(ctx, row.project_id);
  if (!access) return;
  try {
    await record(ctx, row, await ask(ctx, access, row));
  } catch (error) {
    if (!(error instanceof CodeHostError) || error.retryAfterMs === null) throw error;
    await record(ctx, row, null, error.retryAfterMs);
  }
}

async function ask(ctx: Context, access: RepositoryAccess, row: ArtifactRow): Promise<Answer> {
  const sha256 = row.sha256.toString('hex');
  try {
    const bundles = await ctx.codeHosts.listAttestations(access, sha256);
    const answer = judgeAttestations(await examineAll(ctx, bundles), await readPinned(ctx, row, sha256));
    return answer.state === 'none' && bundles.includes(null) ? unverified('not_inline') : answer;
  } catch (error) {
    if (!(error instanceof CodeHostError) || error.kind === 'broken') throw error;
    return error.kind === 'gone' ? { ...NONE, reason: 'no_access' } : unverified('unusable');
  }
}

/** Each takes a core some milliseconds, so others get their turn in between. */
async function examineAll(ctx: Context, bundles: readonly unknown[]): Promise<Examined[]> {
  const examined: Examined[] = [];
  for (const bundle of bundles) {
    if (bundle === null) continue;
    examined.push(ctx.attestations.examine(bundle));
    await setImmediate();
  }
  return examined;
}

const unverified = (reason: Reason): Answer => ({ ...NONE, state: 'unverified', reason });

async function readPinned(ctx: Context, row: ArtifactRow, sha256: string): Promise<Pinned> {
  const project = await ctx.db
    .selectFrom('projects')
    .select(['issuer', 'owner_id', 'repository_id'])
    .where('id', '=', row.project_id)
    .executeTakeFirstOrThrow();
  const claims = await readClaims(ctx, row.capability_id);
  const { issuer, owner_id: ownerId, repository_id: repositoryId } = project;
  return { sha256, issuer, ownerId, repositoryId, commit: claims?.sha ?? null };
}

/** Counts the ask, keeps an answer, and asks again later unless this one settles it. Two at once record one. */
async function record(ctx: Context, row: ArtifactRow, answer: Answer | null, atLeastMs = 0): Promise<void> {
  const isSettled = answer?.state === 'verified' || answer?.reason === 'no_access';
  const asks = isSettled ? AGAIN_AFTER_MS.length + 1 : row.provenance_asks + 1;
  const again = AGAIN_AFTER_MS[asks - 1];
  const sealed = answer && (await sealProvenance(ctx, row.id, { ...answer, askedAt: ctx.now().toISOString() }));
  await ctx.write(async ({ tx, enqueue }) => {
    const changed = await tx
      .updateTable('artifacts')
      .set({ provenance_asks: asks, ...(sealed && { sealed_provenance: sealed }) })
      .where('id', '=', row.id)
      .where('state', '=', 'complete')
      .where('provenance_asks', '=', row.provenance_asks)
      .executeTakeFirst();
    if (changed.numUpdatedRows !== 1n) return;
    if (again !== undefined) {
      const after = new Date(ctx.now().getTime() + Math.max(again, atLeastMs));
      await enqueue('uploads.check-provenance', { artifactId: row.id }, { after });
    }
    if (!answer || answer.state === 'none') return;
    await enqueue('reports.refresh-checks', { artifactId: row.id });
    const detail = { state: answer.state, reason: answer.reason, differs: answer.differs.join(' ') };
    await appendAudit(ctx, tx, { code: 'artifact.provenance', object: row.id, detail });
  });
}

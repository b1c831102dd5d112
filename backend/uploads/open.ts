/** Opens an upload: its row stands before its first byte is stored. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { MAX_PART_SIZE, type OpenedUpload, type OpenUpload } from '../contract/artifacts.ts';
import { newId } from '../contract/ids.ts';
import { DAY_MS } from '../retention/categories.ts';
import { retentionDays } from '../retention/read.ts';
import { requireCapability } from '../tokens/permissions.ts';
import { sealDescription } from './description.ts';
import { findPrior } from './find-prior.ts';
import { nameDigest } from './name-digest.ts';
import { spendBudget } from './spend-budget.ts';

/** @throws DevicelaneError `quota_exceeded` when the capability's bytes or artifacts are used up */
export async function openUpload({ ctx, input }: { ctx: Context; input: OpenUpload }): Promise<OpenedUpload> {
  const actor = requireCapability(ctx, 'artifact:create');
  const artifactId = newId('artifact', ctx.tenant.route);
  const now = ctx.now();
  const days = await retentionDays(ctx.db, 'artifacts');
  const name = await nameDigest(ctx, actor.projectId, input.name);
  const branches = await ctx.db
    .selectFrom('capabilities')
    .select(['branch_digest', 'base_branch_digest'])
    .where('id', '=', actor.id)
    .executeTakeFirstOrThrow();
  const prior = input.can.includes('delta')
    ? await findPrior(ctx, {
        projectId: actor.projectId,
        kind: input.kind ?? null,
        size: input.size,
        nameDigest: name,
        branchDigest: branches.branch_digest,
        baseBranchDigest: branches.base_branch_digest,
      })
    : null;
  await ctx.keys.createDataKey(artifactId);
  try {
    const description = await sealDescription(ctx, artifactId, { name: input.name, metadata: null });
    await ctx.write(async ({ tx }) => {
      await spendBudget(ctx, tx, actor, input.size);
      await tx
        .insertInto('artifacts')
        .values({
          id: artifactId,
          project_id: actor.projectId,
          capability_id: actor.id,
          state: 'uploading',
          kind: input.kind ?? null,
          size: input.size,
          sha256: Buffer.from(input.sha256, 'hex'),
          sealed_description: description,
          blob_name: null,
          name_digest: name,
          branch_digest: branches.branch_digest,
          prior_id: prior?.id ?? null,
          signatures_blob: null,
          created_at: now,
          completed_at: null,
          expires_at: new Date(now.getTime() + days * DAY_MS),
        })
        .execute();
      await appendAudit(ctx, tx, { code: 'artifact.opened', object: artifactId, detail: { size: input.size } });
    });
  } catch (error) {
    await ctx.keys.destroyDataKey(artifactId);
    throw error;
  }
  return {
    artifactId,
    state: 'uploading',
    partSize: MAX_PART_SIZE,
    ...(prior && { prior: { size: prior.size, signatures: prior.signatures.size } }),
  };
}

/** Opens an upload: its row stands before its first byte is stored. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { MAX_PART_SIZE, type OpenedUpload, type OpenUpload } from '../contract/artifacts.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { retentionDays } from '../retention/read.ts';
import { requireCapability } from '../tokens/permissions.ts';
import { sealDescription } from './description.ts';

/** @throws DevicelaneError `quota_exceeded` when the capability's bytes or artifacts are used up */
export async function openUpload({ ctx, input }: { ctx: Context; input: OpenUpload }): Promise<OpenedUpload> {
  const actor = requireCapability(ctx, 'artifact:create');
  const artifactId = newId('artifact', ctx.tenant.route);
  const now = ctx.now();
  const days = await retentionDays(ctx.db, 'artifacts');
  await ctx.keys.createDataKey(artifactId);
  try {
    const description = await sealDescription(ctx, artifactId, { name: input.name, metadata: null });
    await ctx.write(async ({ tx }) => {
      const budget = await tx
        .updateTable('capabilities')
        .set((eb) => ({ bytes_used: eb('bytes_used', '+', input.size), artifacts_used: eb('artifacts_used', '+', 1) }))
        .where('id', '=', actor.id)
        .where((eb) => eb(eb('bytes_used', '+', input.size), '<=', eb.ref('max_bytes')))
        .whereRef('artifacts_used', '<', 'max_artifacts')
        .executeTakeFirst();
      if (budget.numUpdatedRows === 0n) {
        throw new DevicelaneError(
          'quota_exceeded',
          'This CI job has used up the bytes or files that its policy allows.',
          {
            field: 'size',
          },
        );
      }
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
          created_at: now,
          completed_at: null,
          expires_at: new Date(now.getTime() + days * 86_400_000),
        })
        .execute();
      await appendAudit(ctx, tx, { code: 'artifact.opened', object: artifactId, detail: { size: input.size } });
    });
  } catch (error) {
    await ctx.keys.destroyDataKey(artifactId);
    throw error;
  }
  return { artifactId, state: 'uploading', partSize: MAX_PART_SIZE };
}

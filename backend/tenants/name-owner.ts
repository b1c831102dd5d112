/**
 * A repository that was transferred: an admin names its new owner, by number. That alone trusts nobody: the new owner may be
 * a stranger, so access is proven again, or the operator approves.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireProject } from './read.ts';

/** Safe to repeat. @throws DevicelaneError `not_found` */
export async function nameOwner({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId: string; ownerId: string };
}): Promise<void> {
  const { projectId, ownerId } = input;
  requireProject(ctx, projectId);
  await ctx.write(async ({ tx }) => {
    const project = await tx
      .updateTable('projects')
      .set({ owner_id: ownerId })
      .where('id', '=', projectId)
      .returning('id')
      .executeTakeFirst();
    if (!project) throw notFound();
    await appendAudit(ctx, tx, { code: 'project.owner_named', object: projectId, detail: { ownerId } });
  });
}

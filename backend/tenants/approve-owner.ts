/** A repository that was transferred is trusted again once an admin approves its new owner, by number. */
import { appendAudit } from '../audit/append.ts';
import type { Context, SystemContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireProject } from './read.ts';

/** Safe to repeat: the binding, which decides, is changed after the log tells of it. @throws DevicelaneError `not_found` */
export async function approveOwner({
  ctx,
  system,
  input,
}: {
  ctx: Context;
  system: SystemContext;
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
    await appendAudit(ctx, tx, { code: 'project.owner_approved', object: projectId, detail: { ownerId } });
  });
  await system.control
    .updateTable('repository_bindings')
    .set({ owner_id: ownerId })
    .where('project_id', '=', projectId)
    .where('tenant_id', '=', ctx.tenant.id)
    .execute();
}

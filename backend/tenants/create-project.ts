/** Makes a project in a tenant and binds it to a repository by the code host's numbers. */
import { appendAudit } from '../audit/append.ts';
import type { Context, SystemContext } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { PROJECT_SETTINGS, type ProjectSettings } from './read.ts';

type Input = ProjectSettings & { issuer: string; ownerId: string; repositoryId: string };

/** @throws DevicelaneError `conflict` when the repository is bound already, here or elsewhere */
export async function createProject({
  ctx,
  system,
  input,
}: {
  ctx: Context;
  system: SystemContext;
  input: Input;
}): Promise<{ projectId: string }> {
  requireOperation(ctx, 'admin');
  const projectId = newId('project', ctx.tenant.route);
  const { name, repository, defaultFarm } = input;
  await ctx.keys.createDataKey(projectId);
  const sealed = await ctx.keys.seal(projectId, PROJECT_SETTINGS, JSON.stringify({ name, repository, defaultFarm }));
  const bound = await system.control
    .insertInto('repository_bindings')
    .values({
      issuer: input.issuer,
      repository_id: input.repositoryId,
      owner_id: input.ownerId,
      tenant_id: ctx.tenant.id,
      project_id: projectId,
    })
    .onConflict((conflict) => conflict.columns(['issuer', 'repository_id']).doNothing())
    .executeTakeFirst();
  if (bound.numInsertedOrUpdatedRows !== 1n) {
    throw new DevicelaneError('conflict', 'This repository is bound to a project already.', { field: 'repositoryId' });
  }
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('projects')
      .values({
        id: projectId,
        issuer: input.issuer,
        owner_id: input.ownerId,
        repository_id: input.repositoryId,
        sealed_settings: sealed,
      })
      .execute();
    await appendAudit(ctx, tx, {
      code: 'project.made',
      object: projectId,
      detail: { repositoryId: input.repositoryId },
    });
  });
  return { projectId };
}

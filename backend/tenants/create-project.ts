/** Makes a project in a tenant and binds it to a repository by the code host's numbers. */
import { appendAudit } from '../audit/append.ts';
import type { Context, SystemContext } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { PROJECT_SETTINGS, type ProjectSettings } from './read.ts';

type Repository = { issuer: string; ownerId: string; repositoryId: string };
type Input = ProjectSettings & Repository;

const bound = (): DevicelaneError =>
  new DevicelaneError('conflict', 'This repository is bound to a project already.', { field: 'repositoryId' });

/**
 * Asked before anything is made for the repository.
 * @throws DevicelaneError `invalid_request`; `conflict` when it is bound already, here or elsewhere
 */
export async function requireBindable(system: SystemContext, repository: Repository): Promise<void> {
  for (const field of ['ownerId', 'repositoryId'] as const) {
    if (!/^\d{1,20}$/.test(repository[field])) {
      throw new DevicelaneError('invalid_request', `${field} is the number that the code host knows it by.`, { field });
    }
  }
  const binding = await system.control
    .selectFrom('repository_bindings')
    .select('project_id')
    .where('issuer', '=', repository.issuer)
    .where('repository_id', '=', repository.repositoryId)
    .executeTakeFirst();
  if (binding) throw bound();
}

/** @throws DevicelaneError `invalid_request`; `conflict` when the repository is bound already, here or elsewhere */
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
  await requireBindable(system, input);
  const projectId = newId('project', ctx.tenant.route);
  const { name, repository, defaultFarm } = input;
  await ctx.keys.createDataKey(projectId);
  const sealed = await ctx.keys.seal(projectId, PROJECT_SETTINGS, JSON.stringify({ name, repository, defaultFarm }));
  const binding = await system.control
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
  if (binding.numInsertedOrUpdatedRows !== 1n) {
    await ctx.keys.destroyDataKey(projectId);
    throw bound();
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

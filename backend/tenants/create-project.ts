/** Makes a project for a repository, by the code host's numbers. It is bound to it later: see `integrations/bind-project.ts`. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { NewProject } from '../contract/projects.ts';
import { DevicelaneError } from '../errors.ts';
import { isFarm } from '../integrations/read.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { PROJECT_SETTINGS } from './read.ts';

/**
 * Says nothing of other tenants: whether another has the repository is told to who proves access to it.
 * @throws DevicelaneError `invalid_request`; `unsupported` naming `issuer` or `defaultFarm`; `conflict` when the tenant has a project for
 * the repository
 */
export async function createProject({
  ctx,
  issuers,
  input,
}: {
  ctx: Context;
  /** Those that this server knows; without them the operator answers for it. */
  issuers?: Pick<ReadonlyMap<string, unknown>, 'has'>;
  input: NewProject;
}): Promise<{ projectId: string }> {
  requireOperation(ctx, 'admin');
  requireNumbers(input);
  if (issuers && !issuers.has(input.issuer)) {
    throw new DevicelaneError('unsupported', 'This server trusts no such issuer of CI identities.', {
      field: 'issuer',
    });
  }
  await requireFarm(ctx, input.defaultFarm);
  const projectId = newId('project', ctx.tenant.route);
  const { name, repository, defaultFarm } = input;
  await ctx.keys.createDataKey(projectId);
  try {
    const sealed = await ctx.keys.seal(projectId, PROJECT_SETTINGS, JSON.stringify({ name, repository, defaultFarm }));
    await insertProject(ctx, projectId, input, sealed);
  } catch (error) {
    await ctx.keys.destroyDataKey(projectId);
    throw error;
  }
  return { projectId };
}

/** @throws DevicelaneError `invalid_request` */
export function requireNumbers(input: Pick<NewProject, 'ownerId' | 'repositoryId'>): void {
  for (const field of ['ownerId', 'repositoryId'] as const) {
    if (!/^\d{1,20}$/.test(input[field])) {
      throw new DevicelaneError('invalid_request', `${field} is the number that the code host knows it by.`, { field });
    }
  }
}

async function requireFarm(ctx: Context, name: string): Promise<void> {
  const farm = await ctx.db
    .selectFrom('connections')
    .select('kind')
    .where('name_digest', '=', await ctx.keys.digest('connection-name', name))
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (!farm || !isFarm(farm.kind)) {
    throw new DevicelaneError('unsupported', `There is no farm connection "${name}".`, { field: 'defaultFarm' });
  }
}

async function insertProject(ctx: Context, projectId: string, input: NewProject, sealed: Buffer): Promise<void> {
  const { issuer, ownerId, repositoryId } = input;
  await ctx.write(async ({ tx }) => {
    const made = await tx
      .insertInto('projects')
      .values({
        id: projectId,
        issuer,
        owner_id: ownerId,
        repository_id: repositoryId,
        sealed_settings: sealed,
        bound_owner_id: null,
        installation_id: null,
      })
      .onConflict((conflict) => conflict.columns(['issuer', 'repository_id']).doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows !== 1n) {
      throw new DevicelaneError('conflict', 'There is a project for this repository already.', {
        field: 'repositoryId',
      });
    }
    await appendAudit(ctx, tx, { code: 'project.made', object: projectId, detail: { repositoryId } });
  });
}

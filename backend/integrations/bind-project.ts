/**
 * Binds a project to its repository: from then on the repository's CI is the project's, for this server as a whole. It takes
 * a proof of access, or the operator's word: a name or a number alone would let anybody take another's repository.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context, SystemContext } from '../context.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { requireOperator } from '../tokens/permissions.ts';
import { revokeProject } from '../tokens/revoke-project.ts';

/** On whose word, and for which owner it was given. */
export type Evidence =
  | { by: 'operator'; ownerId: string }
  | { by: 'account'; ownerId: string; accountId: string; installationId: string };

type Bindable = { id: string; issuer: string; repository_id: string };

/** A binding of no owner: it keeps the place, and trusts nobody. */
const RESERVED = '';

/**
 * The operator knows whose repository it is.
 * @throws DevicelaneError `forbidden`, `not_found`, `conflict` when another project has it
 */
export async function approveBinding({
  ctx,
  system,
  input,
}: {
  ctx: Context;
  system: SystemContext;
  input: { projectId: string };
}): Promise<void> {
  requireOperator(ctx);
  const project = await ctx.db
    .selectFrom('projects')
    .select(['id', 'issuer', 'owner_id', 'repository_id'])
    .where('id', '=', input.projectId)
    .executeTakeFirst();
  if (!project) throw notFound();
  await bindProject(ctx, system, project, { by: 'operator', ownerId: project.owner_id });
}

/** Asked before anything is made for a repository that the operator approves. @throws DevicelaneError `conflict` */
export async function requireUnbound(
  system: SystemContext,
  repository: { issuer: string; repositoryId: string },
): Promise<void> {
  if (await findHolder(system, repository.issuer, repository.repositoryId)) throw isBound();
}

/** Safe to repeat: until its end nobody is trusted who was not before. @throws DevicelaneError `conflict` */
export async function bindProject(
  ctx: Context,
  system: SystemContext,
  project: Bindable,
  evidence: Evidence,
): Promise<void> {
  await reserve(ctx, system, project, evidence);
  const { ownerId } = evidence;
  const proven = evidence.by === 'account' ? evidence.installationId : null;
  await ctx.write(async ({ tx }) => {
    const before = await tx
      .selectFrom('projects')
      .select(['bound_owner_id', 'installation_id'])
      .where('id', '=', project.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const isSameOwner = before.bound_owner_id === ownerId;
    // Another owner has another installation, and what CI got of the former one ends.
    const installation = proven ?? (isSameOwner ? before.installation_id : null);
    await tx
      .updateTable('projects')
      .set({ owner_id: ownerId, bound_owner_id: ownerId, installation_id: installation })
      .where('id', '=', project.id)
      .execute();
    const revoked = isSameOwner || before.bound_owner_id === null ? 0 : await revokeProject(ctx, tx, project.id);
    await appendAudit(ctx, tx, { code: 'project.bound', object: project.id, detail: { ...evidence, revoked } });
  });
  // It decides, so it is last: the log tells of it by now.
  await system.control
    .updateTable('repository_bindings')
    .set({ owner_id: ownerId })
    .where('project_id', '=', project.id)
    .where('tenant_id', '=', ctx.tenant.id)
    .execute();
}

async function reserve(ctx: Context, system: SystemContext, project: Bindable, evidence: Evidence): Promise<void> {
  const { issuer, repository_id: repositoryId, id } = project;
  const reserving = {
    issuer,
    repository_id: repositoryId,
    owner_id: RESERVED,
    tenant_id: ctx.tenant.id,
    project_id: id,
  };
  const insert = () =>
    system.control
      .insertInto('repository_bindings')
      .values(reserving)
      .onConflict((conflict) => conflict.columns(['issuer', 'repository_id']).doNothing())
      .execute();
  await insert();
  const held = await findHolder(system, issuer, repositoryId);
  if (held?.project_id === id) return;
  // The host itself says that the repository is another owner's now: who had it before has lost it.
  if (evidence.by === 'account' && held && held.owner_id !== evidence.ownerId) {
    await unbind(system, held);
    await insert();
    if ((await findHolder(system, issuer, repositoryId))?.project_id === id) return;
  }
  throw isBound();
}

const isBound = (): DevicelaneError =>
  new DevicelaneError('conflict', 'This repository is bound to a project already.', {
    field: 'repositoryId',
  });

function findHolder(system: SystemContext, issuer: string, repositoryId: string): Promise<Held | undefined> {
  return system.control
    .selectFrom('repository_bindings')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst();
}

type Held = { issuer: string; repository_id: string; owner_id: string; tenant_id: string; project_id: string };

async function unbind(system: SystemContext, held: Held): Promise<void> {
  const former = await system.openTenant({ id: held.tenant_id }, { kind: 'worker' });
  await former?.write(async ({ tx }) => {
    await tx
      .updateTable('projects')
      .set({ bound_owner_id: null, installation_id: null })
      .where('id', '=', held.project_id)
      .execute();
    const revoked = await revokeProject(former, tx, held.project_id);
    await appendAudit(former, tx, { code: 'project.unbound', object: held.project_id, detail: { revoked } });
  });
  await system.control
    .deleteFrom('repository_bindings')
    .where('project_id', '=', held.project_id)
    .where('owner_id', '=', held.owner_id)
    .execute();
}

/** Projects, for an admin: what each is for, and whether it is bound to its repository. */
import type { Context } from '../context.ts';
import type { ProjectList, ProjectView } from '../contract/projects.ts';
import { notFound } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { openProjectSettings, requireProject } from './read.ts';

/** `provable`: the issuer whose repositories can be proven here; null: only the operator approves. */
type Verb = { ctx: Context; provable: string | null };

export async function listProjects({ ctx, provable }: Verb): Promise<ProjectList> {
  requireOperation(ctx, 'admin');
  const rows = await ctx.db.selectFrom('projects').selectAll().orderBy('created_at').orderBy('id').execute();
  return { projects: await Promise.all(rows.map((row) => view(ctx, row, provable))) };
}

/** @throws DevicelaneError `not_found` */
export async function readProject({
  ctx,
  provable,
  input,
}: Verb & { input: { projectId: string } }): Promise<ProjectView> {
  requireProject(ctx, input.projectId);
  const row = await ctx.db.selectFrom('projects').selectAll().where('id', '=', input.projectId).executeTakeFirst();
  if (!row) throw notFound();
  return view(ctx, row, provable);
}

type Row = {
  id: string;
  issuer: string;
  owner_id: string;
  repository_id: string;
  bound_owner_id: string | null;
  created_at: Date;
};

async function view(ctx: Context, row: Row, provable: string | null): Promise<ProjectView> {
  const { name, repository, defaultFarm } = await openProjectSettings(ctx, row.id);
  const isBound = row.bound_owner_id === row.owner_id;
  return {
    projectId: row.id,
    name,
    issuer: row.issuer,
    ownerId: row.owner_id,
    repositoryId: row.repository_id,
    repository,
    defaultFarm,
    binding: isBound ? 'bound' : row.bound_owner_id === null ? 'pending' : 'owner_changed',
    proveUrl: !isBound && provable === row.issuer ? `${ctx.publicUrl}/projects/${row.id}/prove` : null,
    createdAt: row.created_at.toISOString(),
  };
}

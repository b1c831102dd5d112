/** Lists a project's secrets by name: their values are never read back. */
import type { Context } from '../context.ts';
import type { SecretList } from '../contract/secrets.ts';
import { notFound } from '../errors.ts';
import { requireProject } from './read.ts';
import { openSecret } from './secrets.ts';

/** @throws DevicelaneError `not_found` */
export async function listSecrets({ ctx, input }: { ctx: Context; input: { projectId: string } }): Promise<SecretList> {
  const { projectId } = input;
  requireProject(ctx, projectId);
  const project = await ctx.db.selectFrom('projects').select('id').where('id', '=', projectId).executeTakeFirst();
  if (!project) throw notFound();
  const rows = await ctx.db.selectFrom('secrets').selectAll().where('project_id', '=', projectId).execute();
  const secrets = await Promise.all(
    rows.map(async (row) => {
      const secret = await openSecret(ctx, row.id, row.sealed_secret);
      const from = 'value' in secret ? ('value' as const) : ('key_vault' as const);
      return { name: secret.name, from, changedAt: row.changed_at.toISOString() };
    }),
  );
  return { secrets: secrets.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Reads projects. */
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { requireOperation, requireSight } from '../tokens/permissions.ts';

export type ProjectSettings = {
  name: string;
  /** `owner/name` as last seen; for paths and people, never for trust. */
  repository: string;
  /** Name of a farm connection. */
  defaultFarm: string;
  /** A push to a change request cancels the runs of its earlier commits. */
  cancelSuperseded?: boolean;
  /** Whether a run goes on when the step that waits for it is lost. */
  onJobLost?: 'continue' | 'cancel';
};

/** What an admin decides of a project is for who may see it. @throws DevicelaneError `forbidden`, `not_found` */
export function requireProject(ctx: Context, projectId: string): void {
  requireOperation(ctx, 'admin');
  if (routeOfId('project', projectId) !== ctx.tenant.route) throw notFound();
  requireSight(ctx, { projectId });
}

export const PROJECT_SETTINGS = 'projects.sealed_settings';

/** @throws DevicelaneError `not_found` */
export async function openProjectSettings(
  ctx: Pick<Context, 'keys'> & { db: Pick<Context['db'], 'selectFrom'> },
  projectId: string,
): Promise<ProjectSettings> {
  const row = await ctx.db
    .selectFrom('projects')
    .select('sealed_settings')
    .where('id', '=', projectId)
    .executeTakeFirst();
  if (!row) throw notFound();
  const opened = await ctx.keys.open(projectId, PROJECT_SETTINGS, row.sealed_settings);
  return JSON.parse(opened.toString('utf8')) as ProjectSettings;
}

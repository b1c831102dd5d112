/** Sets what a project does by itself. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { ProjectOptions } from '../contract/project-routes.ts';
import { notFound } from '../errors.ts';
import { openProjectSettings, PROJECT_SETTINGS, requireProject } from './read.ts';

type Input = ProjectOptions & { projectId: string };

/** @throws DevicelaneError `not_found` */
export async function setProjectOptions({ ctx, input }: { ctx: Context; input: Input }): Promise<ProjectOptions> {
  const { projectId, ...options } = input;
  requireProject(ctx, projectId);
  await ctx.write(async ({ tx }) => {
    // Two at once are done one after the other: neither takes back what the other set.
    const row = await tx.selectFrom('projects').select('id').where('id', '=', projectId).forUpdate().executeTakeFirst();
    if (!row) throw notFound();
    const settings = { ...(await openProjectSettings({ ...ctx, db: tx }, projectId)), ...options };
    const sealed = await ctx.keys.seal(projectId, PROJECT_SETTINGS, JSON.stringify(settings));
    await tx.updateTable('projects').set({ sealed_settings: sealed }).where('id', '=', projectId).execute();
    await appendAudit(ctx, tx, { code: 'project.options_set', object: projectId, detail: options });
  });
  return options;
}

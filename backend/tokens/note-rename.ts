/** A repository that was renamed keeps its numbers, and so its trust: its new name is taken over, and the log tells. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { openProjectSettings, PROJECT_SETTINGS } from '../tenants/read.ts';

/** @param repository `owner/name`, as a token that is trusted says */
export async function noteRename(ctx: Context, projectId: string, repository: string): Promise<void> {
  const known = await openProjectSettings(ctx, projectId);
  if (known.repository === repository) return;
  const sealed = await ctx.keys.seal(projectId, PROJECT_SETTINGS, JSON.stringify({ ...known, repository }));
  await ctx.write(async ({ tx }) => {
    const row = await tx
      .selectFrom('projects')
      .select('sealed_settings')
      .where('id', '=', projectId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const now = await ctx.keys.open(projectId, PROJECT_SETTINGS, row.sealed_settings);
    // Another job of the same repository was first.
    if ((JSON.parse(now.toString('utf8')) as { repository: string }).repository === repository) return;
    await tx.updateTable('projects').set({ sealed_settings: sealed }).where('id', '=', projectId).execute();
    await appendAudit(ctx, tx, { code: 'project.renamed', object: projectId });
  });
}

/** Sets limits. They hold for what begins from now on: an upload or a run that was let in goes on to its end. */
import { appendAudit } from '../audit/append.ts';
import type { Context, Write } from '../context.ts';
import { LIMIT_NAMES, type LimitRules, type Limits, type LimitsChange } from '../contract/limits.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { readLimits } from './read-limits.ts';

/** @returns all limits, as they are now. @throws DevicelaneError `invalid_request` for a project that is not there */
export async function setLimits({ ctx, input }: { ctx: Context; input: LimitsChange }): Promise<LimitRules> {
  requireOperation(ctx, 'admin');
  await ctx.write(async (write) => {
    await setOf(ctx, write, null, input.tenant ?? {});
    for (const [projectId, change] of Object.entries(input.projects ?? {})) {
      const project = await write.tx
        .selectFrom('projects')
        .select('id')
        .where('id', '=', projectId)
        .forKeyShare()
        .executeTakeFirst();
      if (!project) {
        throw new DevicelaneError('invalid_request', `${projectId} is no project of this tenant.`, {
          field: 'projects',
        });
      }
      await setOf(ctx, write, projectId, change);
    }
  });
  return readLimits({ ctx });
}

async function setOf(ctx: Context, { tx }: Write, projectId: string | null, change: Partial<Limits>): Promise<void> {
  for (const name of LIMIT_NAMES) {
    const value = change[name];
    if (value === undefined) continue;
    await tx
      .deleteFrom('limits')
      .where('project_id', 'is not distinct from', projectId)
      .where('name', '=', name)
      .execute();
    await tx.insertInto('limits').values({ project_id: projectId, name, value }).execute();
    await appendAudit(ctx, tx, { code: 'limits.changed', object: projectId, detail: { limit: name, value } });
  }
}

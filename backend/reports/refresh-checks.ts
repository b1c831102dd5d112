/** Asks for the checks of all runs of an artifact to be posted again, since more is known of it. A task; safe to repeat. */
import type { Context } from '../context.ts';
import { wantCheck } from '../runs/change.ts';
import { requireWorker } from '../tokens/permissions.ts';

export async function refreshChecks({ ctx, input }: { ctx: Context; input: { artifactId: string } }): Promise<void> {
  requireWorker(ctx);
  const runs = await ctx.db
    .selectFrom('run_artifacts')
    .select('run_id')
    .distinct()
    .where('artifact_id', '=', input.artifactId)
    .execute();
  for (const { run_id: runId } of runs) await ctx.write((write) => wantCheck(write, runId));
}

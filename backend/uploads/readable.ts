/** The complete artifacts whose bytes an upload may build on, though it never gets to see them: those of its own project. */
import type { Context } from '../context.ts';
import { mayDo } from '../tokens/permissions.ts';

/** Whether this CI job may make use of earlier artifacts at all. */
export function mayReadEarlier(ctx: Context): boolean {
  return ctx.actor.kind === 'capability' && mayDo(ctx.actor, 'artifact:read');
}

/** With their contents; none that came from a fork. */
export function selectReadable(ctx: Context, projectId: string) {
  return ctx.db
    .selectFrom('artifacts')
    .innerJoin('contents', 'contents.id', 'artifacts.content_id')
    .where('artifacts.project_id', '=', projectId)
    .where('artifacts.state', '=', 'complete')
    .where('artifacts.from_fork', '=', false)
    .where('artifacts.expires_at', '>', ctx.now());
}

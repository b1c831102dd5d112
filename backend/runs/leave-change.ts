/**
 * Cancels runs that nobody waits for any more: of a change request that was closed and, where the project says so, of its
 * earlier commits. A task; safe to repeat.
 */
import type { Context } from '../context.ts';
import { dropHookEvent, readHookEvent } from '../integrations/read.ts';
import { openProjectSettings } from '../tenants/read.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { cancelInTransaction } from './cancel.ts';

export async function leaveChange({ ctx, input }: { ctx: Context; input: { eventId: string } }): Promise<void> {
  requireWorker(ctx);
  const found = await readHookEvent(ctx, input.eventId);
  if (found?.event.kind !== 'change_closed' && found?.event.kind !== 'change_pushed') return;
  const { event, projectId } = found;
  const isWanted =
    event.kind === 'change_closed' || (await openProjectSettings(ctx, projectId)).cancelSuperseded === true;
  await ctx.write(async (write) => {
    const runs = write.tx
      .selectFrom('runs')
      .select('id')
      .where('project_id', '=', projectId)
      .where('change_number', '=', event.number)
      .where('state', 'not in', ['finished', 'cancelling'])
      // An event that comes late says nothing of what was started since.
      .where('created_at', '<=', new Date(event.before))
      .$if(event.kind === 'change_pushed', (query) =>
        query.where('head_sha', '<>', event.kind === 'change_pushed' ? event.headSha : ''),
      )
      .orderBy('id');
    if (isWanted) for (const { id } of await runs.execute()) await cancelInTransaction(ctx, write, id);
    await dropHookEvent(write, input.eventId);
  });
}

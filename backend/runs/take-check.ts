/** Makes the check of a name on a commit show something else than before: a new run, or a fork's request for one. */
import type { Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';

type Shown = { runId: string } | { forkRequestId: string };

/** In the transaction that makes what is shown. */
export async function takeCheck(ctx: Context, { tx, enqueue }: Write, shown: Shown): Promise<void> {
  const place = ['project_id', 'head_sha', 'name_digest'] as const;
  const on = await ('runId' in shown
    ? tx.selectFrom('runs').select(place).where('id', '=', shown.runId).executeTakeFirstOrThrow()
    : tx.selectFrom('fork_requests').select(place).where('id', '=', shown.forkRequestId).executeTakeFirstOrThrow());
  // A run that came of a request leaves the check known to it.
  const now = 'runId' in shown ? { run_id: shown.runId } : { run_id: null, fork_request_id: shown.forkRequestId };
  const { id } = await tx
    .insertInto('checks')
    .values({ id: newId('check', ctx.tenant.route), ...on, ...now, external_id: null, wanted: 1, posted_at: null })
    .onConflict((conflict) =>
      conflict.columns(place).doUpdateSet((eb) => ({ ...now, wanted: eb('checks.wanted', '+', 1) })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await enqueue('reports.post-check', { checkId: id });
}

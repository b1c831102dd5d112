/** Lists runs, newest first, a page at a time. */
import type { Context } from '../context.ts';
import type { RunView } from '../contract/runs.ts';
import type { RunState } from '../contract/terms.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { viewRun } from './read.ts';

const PAGE = 25;

/** @throws DevicelaneError `invalid_request` for a cursor that is not ours */
export async function listRuns({
  ctx,
  input,
}: {
  ctx: Context;
  input: { cursor?: string | undefined; state?: RunState | undefined };
}): Promise<{ runs: RunView[]; cursor: string | null }> {
  requireOperation(ctx, 'run:read');
  let query = ctx.db
    .selectFrom('runs')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(PAGE + 1);
  if (ctx.actor.kind === 'capability') {
    query = query.where('project_id', '=', ctx.actor.projectId);
    if (ctx.actor.runId) query = query.where('id', '=', ctx.actor.runId);
  }
  if (input.state) query = query.where('state', '=', input.state);
  if (input.cursor) {
    const { at, id } = parseCursor(input.cursor);
    query = query.where((eb) =>
      eb.or([eb('created_at', '<', at), eb.and([eb('created_at', '=', at), eb('id', '>', id)])]),
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  return {
    runs: await Promise.all(page.map((row) => viewRun(ctx, row))),
    cursor: rows.length > PAGE && last ? `${last.created_at.getTime()}.${last.id}` : null,
  };
}

function parseCursor(cursor: string): { at: Date; id: string } {
  const match = /^(\d{1,15})\.(run_[0-9A-Za-z]{32})$/.exec(cursor);
  if (!match?.[1] || !match[2]) {
    throw new DevicelaneError('invalid_request', 'The cursor is not one that a page gave; start without one.', {
      field: 'cursor',
    });
  }
  return { at: new Date(Number(match[1])), id: match[2] };
}

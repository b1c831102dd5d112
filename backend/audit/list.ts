/** Lists the audit log, newest first, a page at a time. What was just written is numbered, and so listed, in a second. */
import type { Context } from '../context.ts';
import type { AuditFilters, AuditPage } from '../contract/audit.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { appendOnce } from './append-once.ts';
import { entryOf, selectEntries } from './entry.ts';

const PAGE = 100;

/** @throws DevicelaneError `invalid_request` for a cursor that is not ours */
export async function listAudit({
  ctx,
  input,
}: {
  ctx: Context;
  input: AuditFilters & { cursor?: string | undefined };
}): Promise<AuditPage> {
  requireOperation(ctx, 'admin');
  let query = selectEntries(ctx.db)
    .innerJoin('audit_leaves', 'audit_leaves.entry_id', 'audit_entries.id')
    .select(['seq', 'is_foreign'])
    .orderBy('seq', 'desc')
    .limit(PAGE + 1);
  for (const name of ['code', 'outcome', 'actor', 'object'] as const) {
    const wanted = input[name];
    if (wanted !== undefined) query = query.where(name, '=', wanted);
  }
  if (input.since) query = query.where('audit_entries.at', '>=', new Date(input.since));
  if (input.until) query = query.where('audit_entries.at', '<', new Date(input.until));
  if (input.cursor !== undefined) query = query.where('seq', '<', parseCursor(input.cursor));
  await appendOnce(ctx, { code: 'audit.viewed', object: null });
  const rows = await query.execute();
  const page = rows.slice(0, PAGE).map((row) => entryOf(row));
  const last = page.at(-1);
  return { entries: page, cursor: rows.length > PAGE && last ? String(last.seq) : null };
}

function parseCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new DevicelaneError('invalid_request', 'The cursor is not one that a page gave; start without one.', {
      field: 'cursor',
    });
  }
  return Number(cursor);
}

/**
 * Adds to the log above all tenants: what happened before a tenant was known. Who asks is not known either, so the same
 * refusal makes one entry in ten minutes: the log cannot be filled from outside.
 */
import { sql } from 'kysely';
import type { SystemContext } from '../context.ts';
import type { ControlDb } from '../db/port.ts';
import type { AuditEntry } from './append.ts';

const WINDOW_MS = 10 * 60_000;

export async function appendControlAudit(system: SystemContext, entry: Omit<AuditEntry, 'object'>): Promise<void> {
  const { code, outcome = 'allowed' } = entry;
  const detail = JSON.stringify(entry.detail ?? {});
  const since = new Date(system.now().getTime() - WINDOW_MS);
  const seen = await system.control
    .selectFrom('audit_entries')
    .select('id')
    .where('code', '=', code)
    .where('outcome', '=', outcome)
    .where('detail', '=', sql<Record<string, string>>`${detail}::jsonb`)
    .where('at', '>', since)
    .limit(1)
    .executeTakeFirst();
  if (!seen) await appendControlAction(system.control, system, entry);
}

/** What was done above the tenants: each time an entry, in the action's own transaction. */
export async function appendControlAction(
  control: Pick<ControlDb, 'insertInto'>,
  { now, requestId }: Pick<SystemContext, 'now' | 'requestId'>,
  { code, outcome = 'allowed', detail = {} }: Omit<AuditEntry, 'object'>,
): Promise<void> {
  await control
    .insertInto('audit_entries')
    .values({ at: now(), code, outcome, request_id: requestId, detail: JSON.stringify(detail) })
    .execute();
}

/** Adds to the log above all tenants: what happened before a tenant was known. */
import type { SystemContext } from '../context.ts';
import type { AuditEntry } from './append.ts';

export async function appendControlAudit(system: SystemContext, entry: Omit<AuditEntry, 'object'>): Promise<void> {
  await system.control
    .insertInto('audit_entries')
    .values({
      at: system.now(),
      code: entry.code,
      outcome: entry.outcome ?? 'allowed',
      request_id: system.requestId,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}

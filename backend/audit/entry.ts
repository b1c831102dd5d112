/** An entry as it is hashed: the row that the action wrote, and the place that the sequencer gave it. */
import canonicalize from 'canonicalize';
import { sql } from 'kysely';
import type { AuditEntry } from '../contract/audit.ts';
import type { TenantDb, TenantTransaction } from '../db/port.ts';

/** Rows with everything that is hashed, times and details as Postgres writes them, so that no change to them gets lost. */
export function selectEntries(db: TenantDb | TenantTransaction) {
  return db
    .selectFrom('audit_entries')
    .select(['audit_entries.id', 'code', 'outcome', 'actor', 'object', 'request_id'])
    .select([
      sql<string>`to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at'),
      sql<string>`detail::text`.as('detail'),
    ]);
}

type EntryRow = Awaited<ReturnType<ReturnType<typeof selectEntries>['execute']>>[number];

export function entryOf(seq: number, row: Omit<EntryRow, 'id'>): AuditEntry {
  const { at, code, outcome, actor, object, request_id: requestId, detail } = row;
  return { seq, at, code, outcome, actor, object, requestId, detail: JSON.parse(detail, finite) };
}

/** No entry is written with a number beyond a double's; one that was put in must not keep the others from being read. */
const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

export function textOf(entry: AuditEntry): string {
  return canonicalize(entry)!;
}

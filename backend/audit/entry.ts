/** An entry as it is hashed: the row that the action wrote, and the place that the sequencer gave it. */
import canonicalize from 'canonicalize';
import { sql } from 'kysely';
import type { AuditEntry } from '../contract/audit.ts';
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import type { TenantKeys } from '../keys/port.ts';

/** Rows with everything that is hashed, times and details as Postgres writes them, so that no change to them gets lost. */
export function selectEntries(db: TenantDb | TenantTransaction) {
  return db
    .selectFrom('audit_entries')
    .select(['audit_entries.id', 'code', 'outcome', 'actor', 'object', 'request_id', 'mac'])
    .select([
      sql<string>`to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at'),
      sql<string>`detail::text`.as('detail'),
    ]);
}

type EntryRow = Awaited<ReturnType<ReturnType<typeof selectEntries>['execute']>>[number];
/** What an action writes of itself. */
export type Written = Omit<AuditEntry, 'seq' | 'foreign'>;

export function writtenOf(row: Omit<EntryRow, 'id' | 'mac'>): Written {
  const { at, code, outcome, actor, object, request_id: requestId, detail } = row;
  return { at, code, outcome, actor, object, requestId, detail: JSON.parse(detail, finite) };
}

export function entryOf(row: Omit<EntryRow, 'id' | 'mac'> & { seq: number; is_foreign: boolean }): AuditEntry {
  return { seq: row.seq, ...writtenOf(row), ...(row.is_foreign ? { foreign: true } : {}) };
}

/** By which the sequencer knows that the program wrote it. */
export function macOf(keys: TenantKeys, written: Written): Promise<Buffer> {
  return keys.digest('audit-entry', canonicalize(written)!);
}

/** No entry is written with a number beyond a double's; one that was put in must not keep the others from being read. */
const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

export function textOf(entry: AuditEntry): string {
  return canonicalize(entry)!;
}

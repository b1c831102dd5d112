/** A tenant's audit log and the Merkle tree over it. */
import type { Generated, JSONColumnType } from 'kysely';
import type { Defaulted } from './tenant-tables.ts';

export interface AuditTables {
  audit_entries: {
    id: Generated<number>;
    at: Date;
    code: string;
    outcome: 'allowed' | 'denied';
    actor: string;
    object: string | null;
    request_id: string;
    detail: JSONColumnType<Record<string, string | number | boolean | null>>;
    mac: Defaulted<Buffer | null>;
  };
  audit_leaves: { seq: number; entry_id: number; seal: Buffer; is_foreign: boolean; numbered_at: Generated<Date> };
  audit_nodes: { level: number; index: number; hash: Buffer };
  audit_checkpoints: { size: number; note: string; signed_at: Date };
  audit_forwards: { sink: string; size: number };
}

/** The control database's tables, as `migrations/control` makes them. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

type CreatedAt = ColumnType<Date, Date | undefined, never>;

export interface ControlTables {
  tenants: {
    id: string;
    route: string;
    region: string;
    database_name: string;
    database_url: string | null;
    login_role: string;
    container: string;
    state: 'creating' | 'active' | 'suspended';
    created_at: CreatedAt;
  };
  repository_bindings: {
    issuer: string;
    repository_id: string;
    owner_id: string;
    tenant_id: string;
    project_id: string;
  };
  used_tokens: { issuer: string; jti_hash: Buffer; expires_at: Date; retry_hash: Buffer | null };
  used_proofs: { proof_hash: Buffer; expires_at: Date };
  operator_tokens: { token_hash: Buffer; created_at: Generated<Date>; expires_at: Date; revoked_at: Date | null };
  audit_entries: {
    id: Generated<number>;
    at: Date;
    code: string;
    outcome: 'allowed' | 'denied';
    request_id: string;
    detail: JSONColumnType<Record<string, string | number | boolean | null>>;
  };
  deliveries: {
    delivery_hash: Buffer;
    claimed_at: Date;
    is_done: ColumnType<boolean, boolean | undefined, boolean>;
    expires_at: Date;
  };
  pending_marks: { tenant_id: string; marked_at: Date };
}

/** A tenant's tables, as `migrations/tenant` makes them. `bigint` columns arrive as numbers: see `pool.ts`. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { LimitName } from '../contract/limits.ts';
import type { Operation } from '../contract/oauth.ts';
import type { Counts } from '../contract/runs.ts';
import type { ArtifactKind, EvidenceKind, FailOn, JobState, RunState, TestOutcome } from '../contract/terms.ts';
import type { Conclusion, Verdict } from '../contract/verdicts.ts';

type Sealed = Buffer;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export interface TenantTables {
  projects: {
    id: string;
    issuer: string;
    owner_id: string;
    repository_id: string;
    sealed_settings: Sealed;
    created_at: Generated<Date>;
  };
  trust_policies: {
    id: string;
    project_id: string;
    sealed_policy: Sealed;
    created_at: Generated<Date>;
    revoked_at: Date | null;
  };
  connections: {
    id: string;
    kind: string;
    name_digest: Buffer;
    sealed_settings: Sealed;
    sealed_credential: Sealed | null;
    created_at: Generated<Date>;
    disconnected_at: Date | null;
  };
  people: {
    id: string;
    email_digest: Buffer;
    sealed_email: Sealed;
    role: 'admin' | 'member';
    created_at: Generated<Date>;
    disabled_at: Date | null;
  };
  sign_in_links: { code_hash: Buffer; person_id: string; target: string; expires_at: Date; used_at: Date | null };
  sessions: {
    secret_hash: Buffer;
    person_id: string;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
    ended_at: Date | null;
  };
  capabilities: {
    id: string;
    token_hash: Buffer;
    kind: 'ci' | 'run' | 'cancel' | 'api';
    project_id: string;
    parent_id: string | null;
    run_id: string | null;
    operations: Operation[];
    key_thumbprint: string | null;
    ci_run_id: string | null;
    ci_attempt: number | null;
    sealed_claims: Sealed | null;
    branch_digest: Defaulted<Buffer | null>;
    base_branch_digest: Defaulted<Buffer | null>;
    max_bytes: number;
    max_artifacts: number;
    bytes_used: Defaulted<number>;
    artifacts_used: Defaulted<number>;
    created_at: Date;
    expires_at: Date;
    revoked_at: Date | null;
  };
  artifacts: {
    id: string;
    project_id: string;
    capability_id: string;
    state: 'uploading' | 'complete' | 'forgotten';
    kind: ArtifactKind | null;
    size: number;
    sha256: Buffer;
    sealed_description: Sealed | null;
    content_id: string | null;
    name_digest: Buffer | null;
    branch_digest: Buffer | null;
    prior_id: string | null;
    created_at: Date;
    opened_at: Date;
    completed_at: Date | null;
    expires_at: Date;
  };
  contents: {
    id: string;
    project_id: string;
    sha256: Buffer | null;
    size: number;
    blob_name: string;
    signatures_blob: Defaulted<string | null>;
    signatures_size: Defaulted<number | null>;
    created_at: Date;
  };
  upload_parts: {
    artifact_id: string;
    number: number;
    size: number;
    sha256: Buffer;
    blob_name: string;
    of_difference: boolean;
    received_at: Date;
  };
  upload_limits: { project_id: string | null; name: LimitName; value: number };
  received_bytes: { project_id: string; day: number; bytes: number };
  runs: {
    id: string;
    project_id: string;
    capability_id: string;
    key_digest: Buffer;
    request_digest: Buffer;
    name_digest: Buffer;
    branch_digest: Buffer | null;
    base_branch_digest: Buffer | null;
    head_sha: string;
    change_number: number | null;
    fail_on: FailOn;
    state: RunState;
    verdict: Verdict | null;
    exit_code: number | null;
    conclusion: Conclusion | null;
    counts: JSONColumnType<Counts> | null;
    attention: 'stale' | 'needs_attention' | null;
    sealed_plan: Sealed | null;
    timeout_ms: number;
    queue_timeout_ms: number;
    base_run_id: string | null;
    last_event: Defaulted<number>;
    cancel_requested_at: Date | null;
    created_at: Date;
    started_at: Date | null;
    finished_at: Date | null;
  };
  run_artifacts: { run_id: string; role: 'app' | 'tests'; artifact_id: string };
  jobs: {
    id: string;
    run_id: string;
    position: number;
    connection_id: string;
    shard_index: number;
    shard_count: number;
    state: JobState;
    farm_key: string;
    external_id: string | null;
    outcome: 'completed' | 'errored' | 'timed_out' | 'cancelled' | 'invalid' | null;
    verdict: Verdict | null;
    counts: JSONColumnType<Counts> | null;
    sealed_device: Sealed;
    sealed_reason: Sealed | null;
    expected_tests: number | null;
    device_ms: Defaulted<number>;
    failed_calls: Defaulted<number>;
    queued_at: Date | null;
    started_at: Date | null;
    last_seen_at: Date | null;
    finished_at: Date | null;
    forgotten_at: Date | null;
  };
  intents: {
    job_id: string;
    kind: 'start' | 'stop' | 'forget';
    state: 'written' | 'sent' | 'done' | 'refused' | 'unknown';
    created_at: Date;
    resolved_at: Date | null;
  };
  run_events: {
    run_id: string;
    number: number;
    state: RunState;
    verdict: Verdict | null;
    job_id: string | null;
    job_state: JobState | null;
    job_verdict: Verdict | null;
    at: Date;
  };
  tests: { project_id: string; test_key: Buffer; sealed_name: Sealed };
  test_results: { job_id: string; test_key: Buffer; attempt: number; outcome: TestOutcome; duration_ms: number };
  job_documents: { job_id: string; blob_name: string; size: number; expires_at: Date };
  evidence: {
    id: string;
    job_id: string;
    kind: EvidenceKind;
    category: 'logs' | 'media' | 'reports';
    content_type: string;
    sealed_name: Sealed;
    blob_name: string;
    size: number;
    expires_at: Date;
  };
  checks: {
    id: string;
    project_id: string;
    head_sha: string;
    name_digest: Buffer;
    run_id: string;
    external_id: number | null;
    wanted: number;
    posted: Defaulted<number>;
    posted_at: Date | null;
  };
  retention_rules: { category: string; days: number };
  blob_deletions: { blob_name: string; key_id: string | null; requested_at: Date; tries: Defaulted<number> };
  audit_entries: {
    id: Generated<number>;
    at: Date;
    code: string;
    outcome: 'allowed' | 'denied';
    actor: string;
    object: string | null;
    request_id: string;
    detail: JSONColumnType<Record<string, string | number | boolean | null>>;
  };
  outbox: {
    id: string;
    task: string;
    payload: JSONColumnType<Record<string, string>>;
    start_after: Date;
    created_at: Generated<Date>;
  };
}

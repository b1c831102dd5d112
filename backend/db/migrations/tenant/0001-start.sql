-- A tenant's database. What a customer wrote stands only in columns named sealed_…: ciphertext under keys kept elsewhere.

create table projects (
  id text primary key,
  issuer text not null,
  owner_id text not null,
  repository_id text not null,
  -- { name, repository, defaultBranch, defaultFarm, defaultDevices }
  sealed_settings bytea not null,
  created_at timestamptz not null default now(),
  unique (issuer, repository_id)
);

create table trust_policies (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  sealed_policy bytea not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index trust_policies_project on trust_policies (project_id);

create table connections (
  id text primary key,
  -- `github_app`, or a kind of farm that the server has.
  kind text not null,
  -- Keyed digest of the name, for equality search.
  name_digest bytea not null unique,
  -- { name, settings }
  sealed_settings bytea not null,
  sealed_credential bytea,
  created_at timestamptz not null default now(),
  disconnected_at timestamptz
);

create table people (
  id text primary key,
  email_digest bytea not null unique,
  sealed_email bytea not null,
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);

create table sign_in_links (
  code_hash bytea primary key,
  person_id text not null references people (id) on delete cascade,
  -- A path on this server.
  target text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table sessions (
  secret_hash bytea primary key,
  person_id text not null references people (id) on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

create table capabilities (
  id text primary key,
  token_hash bytea not null unique,
  kind text not null check (kind in ('ci', 'run', 'cancel', 'api')),
  project_id text not null references projects (id) on delete cascade,
  parent_id text references capabilities (id) on delete cascade,
  -- A run handle's run.
  run_id text,
  operations text[] not null,
  -- RFC 7638 thumbprint of the key that must prove possession; null for a bearer token.
  key_thumbprint text,
  -- Who was trusted, by numbers.
  ci_run_id text,
  ci_attempt integer,
  -- { event, ref, workflow, sha }
  sealed_claims bytea,
  max_bytes bigint not null,
  max_artifacts integer not null,
  bytes_used bigint not null default 0,
  artifacts_used integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index capabilities_expiry on capabilities (expires_at);

create table artifacts (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  capability_id text not null,
  state text not null check (state in ('uploading', 'complete', 'forgotten')),
  kind text,
  size bigint not null,
  sha256 bytea not null,
  -- { name, metadata }
  sealed_description bytea,
  blob_name text,
  created_at timestamptz not null,
  completed_at timestamptz,
  expires_at timestamptz not null
);
create index artifacts_expiry on artifacts (expires_at) where state <> 'forgotten';

create table upload_parts (
  artifact_id text not null references artifacts (id) on delete cascade,
  number integer not null,
  size integer not null,
  sha256 bytea not null,
  blob_name text not null,
  received_at timestamptz not null,
  primary key (artifact_id, number)
);

create table runs (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  capability_id text not null,
  -- The run's key: issuer, repository id, CI run id, CI attempt, check name.
  key_digest bytea not null unique,
  -- What was asked, so that the same key with another request is refused.
  request_digest bytea not null,
  name_digest bytea not null,
  branch_digest bytea,
  base_branch_digest bytea,
  head_sha text not null,
  change_number integer,
  fail_on text not null check (fail_on in ('new', 'any', 'never')),
  state text not null check (state in ('planned', 'queued', 'running', 'cancelling', 'finished')),
  verdict text,
  exit_code integer,
  -- Of the check on the code host.
  conclusion text check (conclusion in ('success', 'failure', 'neutral', 'timed_out', 'cancelled')),
  counts jsonb,
  attention text check (attention in ('stale', 'needs_attention')),
  -- { name, branch, title, baseBranch, framework, env, retries }
  sealed_plan bytea,
  timeout_ms integer not null,
  queue_timeout_ms integer not null,
  -- The base run that decided what is new.
  base_run_id text,
  last_event integer not null default 0,
  cancel_requested_at timestamptz,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index runs_listing on runs (project_id, created_at desc, id);
create index runs_by_branch on runs (project_id, branch_digest, name_digest, finished_at desc);

create table run_artifacts (
  run_id text not null references runs (id) on delete cascade,
  role text not null check (role in ('app', 'tests')),
  artifact_id text not null references artifacts (id),
  primary key (run_id, role)
);
create index run_artifacts_artifact on run_artifacts (artifact_id);

create table jobs (
  id text primary key,
  run_id text not null references runs (id) on delete cascade,
  position integer not null,
  connection_id text not null references connections (id),
  shard_index integer not null,
  shard_count integer not null,
  state text not null
    check (state in ('planned', 'starting', 'queued', 'running', 'cancelling', 'collecting', 'finished')),
  -- Sent to the farm as its idempotency key, or as the name to look up.
  farm_key text not null unique,
  external_id text,
  -- How the farm says that it ended.
  outcome text check (outcome in ('completed', 'errored', 'timed_out', 'cancelled', 'invalid')),
  verdict text,
  counts jsonb,
  -- { farm, device, label } and, later, { reason }
  sealed_device bytea not null,
  sealed_reason bytea,
  expected_tests integer,
  device_ms bigint not null default 0,
  failed_calls integer not null default 0,
  queued_at timestamptz,
  started_at timestamptz,
  last_seen_at timestamptz,
  finished_at timestamptz,
  forgotten_at timestamptz,
  unique (run_id, position)
);

-- Written before each call that starts, stops or deletes something outside.
create table intents (
  job_id text not null references jobs (id) on delete cascade,
  kind text not null check (kind in ('start', 'stop', 'forget')),
  state text not null check (state in ('written', 'sent', 'done', 'refused', 'unknown')),
  created_at timestamptz not null,
  resolved_at timestamptz,
  primary key (job_id, kind)
);

create table run_events (
  run_id text not null references runs (id) on delete cascade,
  number integer not null,
  state text not null,
  verdict text,
  job_id text,
  job_state text,
  job_verdict text,
  at timestamptz not null,
  primary key (run_id, number)
);

-- A test's name once, beside the keyed id by which results know it.
create table tests (
  project_id text not null references projects (id) on delete cascade,
  test_key bytea not null,
  sealed_name bytea not null,
  primary key (project_id, test_key)
);

create table test_results (
  job_id text not null references jobs (id) on delete cascade,
  test_key bytea not null,
  attempt integer not null,
  outcome text not null check (outcome in ('passed', 'failed', 'errored', 'skipped')),
  duration_ms integer not null,
  primary key (job_id, test_key, attempt)
);

-- Messages and stack traces of a job: a compressed, sealed document in the blob store.
create table job_documents (
  job_id text primary key references jobs (id) on delete cascade,
  blob_name text not null,
  size bigint not null,
  expires_at timestamptz not null
);

create table evidence (
  id text primary key,
  job_id text not null references jobs (id) on delete cascade,
  kind text not null,
  category text not null check (category in ('logs', 'media', 'reports')),
  content_type text not null,
  sealed_name bytea not null,
  blob_name text not null,
  size bigint not null,
  expires_at timestamptz not null
);
create index evidence_job on evidence (job_id);
create index evidence_expiry on evidence (expires_at);

-- One row for each check on a code host: the one writer's memory of what it posted.
create table checks (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  head_sha text not null,
  name_digest bytea not null,
  -- The newest run that this check shows.
  run_id text not null references runs (id) on delete cascade,
  external_id bigint,
  wanted integer not null,
  posted integer not null default 0,
  posted_at timestamptz,
  unique (project_id, head_sha, name_digest)
);

create table retention_rules (
  category text primary key,
  days integer not null check (days >= 1)
);

-- Blobs to delete, written with the change that makes them unwanted; gone from here once gone from the store.
create table blob_deletions (
  blob_name text primary key,
  -- Also destroyed, when nothing else is sealed with it.
  key_id text,
  requested_at timestamptz not null,
  tries integer not null default 0
);

create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  code text not null,
  outcome text not null check (outcome in ('allowed', 'denied')),
  actor text not null,
  object text,
  request_id text not null,
  -- Numbers and ids only.
  detail jsonb not null
);
create index audit_entries_view on audit_entries (actor, object, code, at);

-- Tasks for the queue, written in the transaction of the change that wants them.
create table outbox (
  id uuid primary key,
  task text not null,
  payload jsonb not null,
  start_after timestamptz not null,
  created_at timestamptz not null default now()
);

-- What a fork's workflow left for testing, by a maintainer's leave only.
create table fork_requests (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  -- As the code host states them, never as the files do.
  ci_run_id text not null,
  ci_attempt integer not null,
  head_sha text not null,
  change_number integer not null,
  -- Keyed digest of the check's name.
  name_digest bytea not null,
  -- The workflow artifact as it was when the leave was asked for.
  host_artifact_id bigint not null,
  host_artifact_size bigint not null,
  host_artifact_sha256 bytea not null,
  state text not null check (state in ('waiting', 'approved', 'fetched', 'started', 'denied', 'expired', 'refused')),
  -- { name, title, branch, baseBranch, and later decidedBy, manifest, files, reason }
  sealed_request bytea not null,
  -- The code host's id of who decided.
  decided_by bigint,
  capability_id text,
  run_id text,
  -- Minutes of devices that its run may take.
  minutes integer not null default 0,
  created_at timestamptz not null,
  decided_at timestamptz,
  started_at timestamptz,
  expires_at timestamptz not null,
  unique (project_id, ci_run_id, ci_attempt, name_digest)
);
create index fork_requests_spent on fork_requests (project_id, started_at);

-- A check that waits for the leave shows no run yet.
alter table checks alter column run_id drop not null;
alter table checks add column fork_request_id text references fork_requests (id) on delete cascade;
alter table checks add constraint checks_show_something check (run_id is not null or fork_request_id is not null);

-- Never what another upload is the difference to.
alter table artifacts add column from_fork boolean not null default false;

-- A job that tries another again: the failed tests of it, or all of it where the farm broke.
alter table jobs add column repeats text references jobs (id) on delete cascade;
alter table jobs add column repeat_number integer not null default 0;
alter table jobs add column repeat_reason text check (repeat_reason in ('failed_tests', 'infrastructure'));
alter table jobs add constraint jobs_repeats_tell_why check ((repeats is null) = (repeat_reason is null));
-- A repeat stands once, whoever decides it and however often.
create unique index jobs_repeat on jobs (repeats, repeat_number) where repeats is not null;
-- { only, except }: names of tests, under the run's key.
alter table jobs add column sealed_selection bytea;
-- A repeat has its first job's position.
alter table jobs drop constraint jobs_run_id_position_key;
create unique index jobs_position on jobs (run_id, position) where repeats is null;

-- Values for tests that CI never sees.
create table secrets (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  -- Keyed digest of the name.
  name_digest bytea not null,
  -- { name, value } or { name, keyVaultUrl }, under a key of the secret's own.
  sealed_secret bytea not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (project_id, name_digest)
);

-- What a run's tests were given: kept until the last of its logs is stored, so that the values can be taken out of them.
create table run_secrets (
  run_id text primary key references runs (id) on delete cascade,
  sealed_values bytea not null
);

-- How long a project's tests take: a mean over all of their history that weighs each new time by a fifth.
create table test_timings (
  project_id text not null references projects (id) on delete cascade,
  -- Of the check's name: suites are timed apart.
  name_digest bytea not null,
  test_key bytea not null,
  -- Null until it has passed once.
  mean_ms double precision,
  seen_at timestamptz not null,
  primary key (project_id, name_digest, test_key)
);

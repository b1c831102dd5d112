-- One row for each farm account (= connection): how fast it may be called, and when its jobs are looked at next.
create table farm_accounts (
  connection_id text primary key references connections (id) on delete cascade,
  -- Of the generic cell rate algorithm: the time at which the bucket would be full again.
  full_at timestamptz not null,
  -- The farm asked for patience until then.
  paused_until timestamptz,
  -- When the tasks that look at its jobs and that admit new ones are due; null: none is on its way.
  poll_at timestamptz,
  admit_at timestamptz
);

alter table jobs add column next_poll_at timestamptz;
create index jobs_due on jobs (connection_id, next_poll_at) where state in ('queued', 'running', 'cancelling');
create index jobs_waiting on jobs (connection_id) where state = 'planned';
-- Where a person sees the job at the farm.
alter table jobs add column sealed_console_url bytea;

-- The run is cancelled when nobody has followed it for a while: its project wants it so.
alter table runs add column cancel_when_lost boolean not null default false;
alter table runs add column followed_at timestamptz;

-- What the tenant accepts that forgetting means at this farm: { uploads, results }.
alter table connections add column accepts_forgetting jsonb;

-- How far each webhook that is told of checkpoints has come.
create table checkpoint_webhooks (
  connection_id text primary key references connections (id) on delete cascade,
  -- Of the last checkpoint that it took.
  size bigint not null default 0,
  -- In a row.
  failures integer not null default 0,
  next_try_at timestamptz not null default now()
);

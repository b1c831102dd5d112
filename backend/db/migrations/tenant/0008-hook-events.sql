-- An event of the code host that waits for its task. Gone once handled.
create table hook_events (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  -- Who did what at the code host, sealed with the project's key.
  sealed_event bytea not null,
  received_at timestamptz not null
);
create index hook_events_age on hook_events (received_at);

-- The run that this one does again. Its key is made of that run, so that the same wish starts nothing twice.
alter table runs add column rerun_of text;

-- A project is bound to its repository once access to it is proven, or the operator approves: for this owner.
alter table projects add column bound_owner_id text;
-- The App's installation that showed the repository when access was proven; null where the operator approved.
alter table projects add column installation_id text;
update projects set bound_owner_id = owner_id;

-- A person on the way to the code host and back: one for each person and project, the newest.
create table access_proofs (
  state_hash bytea primary key,
  project_id text not null references projects (id) on delete cascade,
  person_id text not null references people (id) on delete cascade,
  expires_at timestamptz not null,
  -- What the host said, for the person to confirm: numbers only.
  account_id text,
  owner_id text,
  installation_id text,
  unique (person_id, project_id)
);

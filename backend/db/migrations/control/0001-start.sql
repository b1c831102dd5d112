-- The control database: routing, and nothing that a customer wrote.

create table tenants (
  id uuid primary key,
  -- Opaque; carried by the tenant's ids and tokens.
  route text not null unique,
  region text not null,
  database_name text not null unique,
  -- Null: beside the control database.
  database_url text,
  login_role text not null unique,
  container text not null unique,
  state text not null check (state in ('creating', 'active', 'suspended')),
  created_at timestamptz not null default now()
);

-- Which repository belongs to which tenant and project, by the code host's numeric ids.
create table repository_bindings (
  issuer text not null,
  repository_id text not null,
  owner_id text not null,
  tenant_id uuid not null references tenants (id) on delete cascade,
  project_id text not null unique,
  primary key (issuer, repository_id)
);

-- CI identity tokens that were exchanged; each once.
create table used_tokens (
  issuer text not null,
  jti_hash bytea not null,
  expires_at timestamptz not null,
  primary key (issuer, jti_hash)
);
create index used_tokens_expiry on used_tokens (expires_at);

-- Proofs of possession seen at the exchange, for as long as they would be accepted.
create table used_proofs (
  proof_hash bytea primary key,
  expires_at timestamptz not null
);
create index used_proofs_expiry on used_proofs (expires_at);

create table operator_tokens (
  token_hash bytea primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

-- What was done or refused above all tenants, or before a tenant was known. Numbers and ids only.
create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  code text not null,
  outcome text not null check (outcome in ('allowed', 'denied')),
  request_id text not null,
  detail jsonb not null
);
create index audit_entries_recent on audit_entries (code, at);

-- A tenant whose outbox may hold something. Set before a transaction, cleared when the outbox is empty and the mark old.
create table pending_marks (
  tenant_id uuid primary key references tenants (id) on delete cascade,
  marked_at timestamptz not null
);

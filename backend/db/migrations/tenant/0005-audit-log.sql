-- The audit log's order, and its tree (RFC 6962). Like the entries, these rows are only ever added.

-- HMAC over the other columns but the id, under a key kept elsewhere: who has the database alone cannot write an entry. Null
-- for what was written before this.
alter table audit_entries add column mac bytea;

-- The place of each entry, without a gap: given by one sequencer, not by the transaction that wrote the entry.
create table audit_leaves (
  seq bigint primary key check (seq >= 0),
  entry_id bigint not null unique,
  -- Ed25519 over the place and the entry's hash: which entry was changed can be told, not only that one was.
  seal bytea not null,
  -- Not written by the program, or changed before it was numbered: that is a part of what is hashed.
  is_foreign boolean not null,
  numbered_at timestamptz not null default now()
);

-- Hashes of complete subtrees; level 0 are the entries' own. None changes once it is there.
create table audit_nodes (
  level smallint not null,
  index bigint not null,
  hash bytea not null,
  primary key (level, index)
);

create table audit_checkpoints (
  size bigint primary key check (size > 0),
  -- A signed note.
  note text not null,
  signed_at timestamptz not null
);

-- How many entries were forwarded, by where to.
create table audit_forwards (
  sink text primary key,
  size bigint not null
);

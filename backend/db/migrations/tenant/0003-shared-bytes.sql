-- Equal bytes are stored once in a project, whichever artifacts they are; and limits on what uploads may bring.

create table contents (
  -- Names the data key that seals the bytes and their signatures.
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  -- Null: from before bytes were shared. The key is that of the one artifact, so that no other may come to share them.
  sha256 bytea,
  size bigint not null,
  blob_name text not null unique,
  -- Block signatures, by which a later upload is compared.
  signatures_blob text unique,
  signatures_size bigint,
  created_at timestamptz not null,
  unique (project_id, sha256)
);

insert into contents (id, project_id, size, blob_name, signatures_blob, signatures_size, created_at)
  select id, project_id, size, blob_name, signatures_blob, signatures_size, coalesce(completed_at, created_at)
  from artifacts
  where state = 'complete' and blob_name is not null;

alter table artifacts add column content_id text references contents (id);
update artifacts set content_id = id where id in (select id from contents);
create index artifacts_content on artifacts (content_id) where content_id is not null;

drop index artifacts_prior;
alter table artifacts drop column blob_name, drop column signatures_blob, drop column signatures_size;
create index artifacts_prior on artifacts (project_id, name_digest, completed_at desc) where state = 'complete';
-- When its capability opened it: an upload that was broken off goes on with another.
alter table artifacts add column opened_at timestamptz;
update artifacts set opened_at = created_at;
alter table artifacts alter column opened_at set not null;
create index artifacts_unfinished on artifacts (project_id, sha256) where state = 'uploading';

create table upload_limits (
  -- Null: of the whole tenant.
  project_id text references projects (id) on delete cascade,
  name text not null check (name in ('artifactSize', 'openUploads', 'bytesPerDay')),
  value bigint not null check (value >= 1)
);
create unique index upload_limits_once on upload_limits (coalesce(project_id, ''), name);

create table received_bytes (
  project_id text not null references projects (id) on delete cascade,
  -- Days of UTC since 1970-01-01.
  day integer not null,
  bytes bigint not null,
  primary key (project_id, day)
);

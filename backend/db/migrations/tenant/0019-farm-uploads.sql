-- Files that a farm has of ours: given once for all jobs that use them at a time, forgotten with the last of these.
create table farm_uploads (
  -- Also the key by which the farm knows it.
  id text primary key,
  connection_id text not null references connections (id) on delete cascade,
  role text not null,
  framework text not null,
  kind text not null,
  sha256 bytea not null,
  -- No job may take it any more.
  is_leaving boolean not null,
  -- The farm's own id; null while nothing or a part of it is there.
  external_id text,
  -- When the farm deletes it by itself.
  expires_at timestamptz,
  created_at timestamptz not null
);
create unique index farm_uploads_taken on farm_uploads (connection_id, role, framework, kind, sha256)
where not is_leaving;

create table job_uploads (
  job_id text not null references jobs (id) on delete cascade,
  upload_id text not null references farm_uploads (id) on delete cascade,
  primary key (job_id, upload_id)
);
create index job_uploads_of_upload on job_uploads (upload_id);

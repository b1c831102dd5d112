-- API tokens are capabilities that a person makes for a script, or for a CI without identity tokens.
alter table capabilities add column sealed_name bytea;
-- Prefix and last four characters, by which a person knows it again.
alter table capabilities add column hint text;
-- It never does more than this person may.
alter table capabilities add column created_by text references people (id) on delete cascade;
-- To the hour.
alter table capabilities add column last_used_at timestamptz;
create index capabilities_children on capabilities (parent_id);

-- An upload may be the difference to an earlier artifact: what finds that one, and what it is compared by.

-- Keyed digests of the branch that the CI job builds, and of the one that it is to be merged into.
alter table capabilities add column branch_digest bytea;
alter table capabilities add column base_branch_digest bytea;

-- Keyed digest of the file's name, its numbers left out.
alter table artifacts add column name_digest bytea;
alter table artifacts add column branch_digest bytea;
-- The earlier artifact that this upload was offered.
alter table artifacts add column prior_id text;
-- Its block signatures, sealed with the artifact's own key.
alter table artifacts add column signatures_blob text;
alter table artifacts add column signatures_size bigint;
create index artifacts_prior on artifacts (project_id, name_digest, completed_at desc)
  where state = 'complete' and signatures_blob is not null;

-- A part of the difference instead of one of the file.
alter table upload_parts add column of_difference boolean not null default false;

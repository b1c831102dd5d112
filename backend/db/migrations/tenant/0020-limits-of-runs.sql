-- Limits are of runs too.
alter table upload_limits rename to limits;
alter index upload_limits_once rename to limits_once;
alter table limits drop constraint upload_limits_name_check;
alter table limits add constraint limits_name_check
  check (name in ('artifactSize', 'openUploads', 'bytesPerDay', 'jobsAtOnce', 'minutesPerDay'));

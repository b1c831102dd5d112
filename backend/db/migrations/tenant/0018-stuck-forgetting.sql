-- How often the farm would not forget what a job left there, and when it is asked again.
alter table jobs add column forget_tries integer not null default 0;
alter table jobs add column forget_at timestamptz;
-- Jobs that were never given to a farm have nothing to be forgotten there.
update jobs set forgotten_at = finished_at
where state = 'finished' and forgotten_at is null
  and not exists (select 1 from intents where intents.job_id = jobs.id and intents.kind = 'start');
create index jobs_unforgotten on jobs (finished_at) where state = 'finished' and forgotten_at is null;

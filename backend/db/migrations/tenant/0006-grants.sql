-- A capability knows the trust policy that it was made under, so that a change of it revokes at once, and what it grants.
alter table capabilities add column trust_policy_id text references trust_policies (id) on delete cascade;
create index capabilities_policy on capabilities (trust_policy_id);
alter table capabilities add column max_bytes_per_day bigint;
-- { mode, farms, devices, maxMinutes, maxMinutesPerDay, maxConcurrentRuns }
alter table capabilities add column sealed_grant bytea;

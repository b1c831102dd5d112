-- Events that code hosts delivered, by a digest of the delivery's id: each is handled once.
create table deliveries (
  delivery_hash bytea primary key,
  -- A claim that was never done is free again after a minute: who made it was killed.
  claimed_at timestamptz not null,
  is_done boolean not null default false,
  expires_at timestamptz not null
);
create index deliveries_expiry on deliveries (expires_at);

-- Its credential and key are gone: nothing can be read of it any more.
alter table connections add column credential_destroyed_at timestamptz;

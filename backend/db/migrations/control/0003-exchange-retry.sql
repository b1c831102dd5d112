-- A lost answer to an exchange may be asked for again with the same key: SHA-256 of the DPoP key's thumbprint and the
-- idempotency key that the identity token was exchanged with.
alter table used_tokens add column retry_hash bytea;

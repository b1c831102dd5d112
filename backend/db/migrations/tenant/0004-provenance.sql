-- An artifact is shown with what its build's attestation proves.

-- Sealed with the artifact's own key; null until the code host has answered.
alter table artifacts add column sealed_provenance bytea;
-- How often the code host was asked.
alter table artifacts add column provenance_asks integer not null default 0;

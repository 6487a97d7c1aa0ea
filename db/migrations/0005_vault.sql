-- Secrets are sealed under a data key, data keys under the master key, which is in neither the database nor a backup.
CREATE TABLE vault_keys (
    id TEXT PRIMARY KEY,
    master TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE secrets (
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    key_id TEXT NOT NULL REFERENCES vault_keys (id),
    sealed TEXT NOT NULL,
    quarantined TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, name)
);
CREATE INDEX secrets_by_key ON secrets (key_id);

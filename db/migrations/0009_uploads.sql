-- Files on their way in (tus): the bytes lie in the data folder until all of them are there, then in the blob store.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    length BIGINT NOT NULL,
    received BIGINT NOT NULL,
    metadata TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'stored', 'done', 'failed')),
    reason TEXT NOT NULL,
    blob TEXT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX uploads_by_owner ON uploads (owner_id, id);
CREATE INDEX uploads_open ON uploads (expires_at) WHERE state IN ('receiving', 'stored');

-- Work on several machines, and work by the calendar.

-- Who works on the queue, and since when nothing was heard of it.
CREATE TABLE workers (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    version TEXT NOT NULL,
    network_threads BIGINT NOT NULL,
    compute_threads BIGINT NOT NULL,
    trouble TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL
);
CREATE INDEX workers_by_beat ON workers (beat_at);

-- What holds for a kind of job over all workers together. `used` counts the starts of the period that began at
-- `period_at`.
CREATE TABLE job_limits (
    kind TEXT PRIMARY KEY,
    at_once_max BIGINT,
    starts_max BIGINT,
    period_ms BIGINT NOT NULL,
    period_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX jobs_running_by_kind ON jobs (kind) WHERE state = 'running';
-- Failed jobs, newest first, for whoever looks after them.
CREATE INDEX jobs_failed ON jobs (owner_id, id) WHERE state = 'failed';

CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    missed TEXT NOT NULL CHECK (missed IN ('skip', 'once', 'all')),
    missed_max BIGINT NOT NULL,
    exclusive BIGINT NOT NULL CHECK (exclusive IN (0, 1)),
    priority BIGINT NOT NULL,
    paused BIGINT NOT NULL CHECK (paused IN (0, 1)),
    next_at BIGINT,
    last_slot BIGINT,
    last_job_id TEXT,
    trouble TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (owner_id, name)
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE paused = 0;

-- Addresses that are told when a job ended. Their secrets lie in the vault.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    url TEXT NOT NULL,
    on_done BIGINT NOT NULL CHECK (on_done IN (0, 1)),
    on_failed BIGINT NOT NULL CHECK (on_failed IN (0, 1)),
    on_cancelled BIGINT NOT NULL CHECK (on_cancelled IN (0, 1)),
    paused BIGINT NOT NULL CHECK (paused IN (0, 1)),
    trouble TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhooks_by_owner ON webhooks (owner_id, id);

-- One row for each end of a job and each address, written in the transaction that ends the job.
CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    job_id TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'queued', 'delivered', 'failed')),
    delivery_job_id TEXT,
    status BIGINT,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_new ON webhook_deliveries (id) WHERE state = 'new';
CREATE INDEX webhook_deliveries_by_hook ON webhook_deliveries (webhook_id, created_at);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- A clip's files in the blob store, for machines that don't share a disk.
ALTER TABLE clips ADD COLUMN blob TEXT;
ALTER TABLE clips ADD COLUMN thumbnail_blob TEXT;
ALTER TABLE clips ADD COLUMN record_blob TEXT;

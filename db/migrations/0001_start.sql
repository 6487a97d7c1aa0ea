-- Times are epoch milliseconds, ids are text, JSON is text, flags are 0 or 1: the same on SQLite and PostgreSQL.

CREATE TABLE candidates (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    niche TEXT NOT NULL,
    platform TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    score DOUBLE PRECISION,
    data TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, niche, id)
);
CREATE INDEX candidates_by_score ON candidates (owner_id, niche, score DESC, id);

CREATE TABLE assets (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    candidate_id TEXT,
    source_url TEXT NOT NULL,
    path TEXT NOT NULL,
    blob TEXT,
    sha256 TEXT NOT NULL,
    license TEXT NOT NULL,
    license_url TEXT NOT NULL,
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    rights_status TEXT NOT NULL CHECK (rights_status IN ('cleared', 'unknown', 'refused')),
    rights_note TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX assets_by_hash ON assets (owner_id, sha256);
CREATE INDEX assets_by_candidate ON assets (owner_id, candidate_id);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    pool TEXT NOT NULL CHECK (pool IN ('network', 'compute')),
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled')),
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    next_action TEXT NOT NULL,
    priority BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    attempts_max BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    deadline_at BIGINT,
    lease_until BIGINT,
    token BIGINT NOT NULL,
    worker TEXT NOT NULL,
    progress DOUBLE PRECISION NOT NULL,
    stage TEXT NOT NULL,
    eta_seconds BIGINT,
    parent_id TEXT REFERENCES jobs (id) ON DELETE CASCADE,
    idempotency_key TEXT,
    cancel_requested BIGINT NOT NULL CHECK (cancel_requested IN (0, 1)),
    result TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    UNIQUE (owner_id, idempotency_key)
);
-- Partial: what has ended, and that is nearly all of the table after a while, is in none of the queue's indexes.
CREATE INDEX jobs_due ON jobs (pool, priority DESC, run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_deadlines ON jobs (deadline_at) WHERE state IN ('queued', 'waiting');
CREATE INDEX jobs_waiting ON jobs (id) WHERE state = 'waiting';
CREATE INDEX jobs_by_parent ON jobs (parent_id, id) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_by_owner ON jobs (owner_id, id);
CREATE INDEX jobs_ended ON jobs (finished_at) WHERE finished_at IS NOT NULL AND parent_id IS NULL;

CREATE TABLE job_events (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    owner_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    next_action TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    token BIGINT NOT NULL,
    worker TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (job_id, sequence)
);

CREATE TABLE clips (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    asset_id TEXT REFERENCES assets (id) ON DELETE SET NULL,
    job_id TEXT REFERENCES jobs (id) ON DELETE SET NULL,
    output_path TEXT NOT NULL,
    thumbnail_path TEXT NOT NULL,
    plan TEXT NOT NULL,
    result TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'rendered', 'failed', 'removed')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX clips_by_owner ON clips (owner_id, id);
CREATE INDEX clips_by_job ON clips (job_id);
CREATE INDEX clips_by_asset ON clips (asset_id);

-- The publishing ledger: the intent stands here before anything is done outside.
CREATE TABLE posts (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    clip_id TEXT NOT NULL REFERENCES clips (id),
    destination TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intent', 'sent', 'done', 'failed', 'cancelled')),
    remote_handle TEXT,
    target TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    next_action TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (owner_id, clip_id, destination)
);
CREATE INDEX posts_by_state ON posts (owner_id, state, id);
CREATE INDEX posts_by_clip ON posts (clip_id);

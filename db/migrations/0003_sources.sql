-- What is remembered of the places that discovery asks. It is the machine's, no user's.

-- Units of a platform's budget that were used in one of its periods (a day, a month).
CREATE TABLE source_quota (
    source TEXT NOT NULL,
    quota TEXT NOT NULL,
    period BIGINT NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (source, quota, period)
);

-- How a source is doing, and what keeps it from being asked.
CREATE TABLE source_health (
    source TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    failures BIGINT NOT NULL,
    open_until BIGINT,
    paused_until BIGINT,
    code TEXT,
    reason TEXT NOT NULL,
    last_ok BIGINT,
    updated_at BIGINT NOT NULL
);

-- One row for each question; the newest of each source are kept.
CREATE TABLE source_history (
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    took_ms BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (source, at)
);

-- Answers that may still be good, by the hash of the question.
CREATE TABLE source_cache (
    key TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    kept_at BIGINT NOT NULL
);
CREATE INDEX source_cache_by_age ON source_cache (kept_at);

-- What people look for. A watched niche is scanned again at slots of its own: `every_ms`, moved by a hash of its id.
CREATE TABLE niches (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    watched BIGINT NOT NULL CHECK (watched IN (0, 1)),
    every_ms BIGINT NOT NULL,
    horizon_ms BIGINT NOT NULL,
    next_scan_at BIGINT,
    scan_job_id TEXT,
    scans BIGINT NOT NULL,
    scanned_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (owner_id, words)
);
CREATE INDEX niches_due ON niches (next_scan_at) WHERE watched = 1;

-- What was learned from the finds of a niche; `count` is the number of different items that a term stood in.
CREATE TABLE niche_terms (
    owner_id TEXT NOT NULL,
    niche_id TEXT NOT NULL REFERENCES niches (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('keyword', 'hashtag', 'topic')),
    term TEXT NOT NULL,
    count BIGINT NOT NULL,
    score_sum DOUBLE PRECISION NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (niche_id, kind, term)
);

-- Numbers of an item as a platform gave them at a moment; null where it did not.
CREATE TABLE readings (
    owner_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    views BIGINT,
    likes BIGINT,
    comments BIGINT,
    shares BIGINT,
    PRIMARY KEY (owner_id, item_id, read_at)
);
CREATE INDEX readings_by_age ON readings (read_at);

-- What is usual: quantiles of a measure on a platform, in a niche ('' = in all).
CREATE TABLE baselines (
    owner_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    niche TEXT NOT NULL,
    measure TEXT NOT NULL,
    low DOUBLE PRECISION NOT NULL,
    middle DOUBLE PRECISION NOT NULL,
    high DOUBLE PRECISION NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, platform, niche, measure)
);
CREATE INDEX baselines_by_age ON baselines (updated_at);
CREATE INDEX candidates_by_update ON candidates (updated_at);

-- Tokens and money that models cost, a day and provider each. Reserved before a call, settled after it.
CREATE TABLE model_usage (
    day TEXT NOT NULL,
    provider TEXT NOT NULL,
    calls BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (day, provider)
);

-- Answers of models, by a hash of all that they were asked.
CREATE TABLE model_answers (
    hash TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    answer TEXT NOT NULL,
    tokens BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX model_answers_by_age ON model_answers (created_at);

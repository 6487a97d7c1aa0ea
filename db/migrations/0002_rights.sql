-- The rights ledger. Rows are only ever added: what was known, on what evidence, and who decided, as it was then. The
-- newest row of an asset is what holds.
CREATE TABLE rights (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    asset_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    policy TEXT NOT NULL CHECK (policy IN ('own', 'licensed', 'creative_commons', 'public_domain', 'permission', 'unknown')),
    status TEXT NOT NULL CHECK (status IN ('cleared', 'unknown', 'refused')),
    license TEXT NOT NULL,
    license_url TEXT NOT NULL,
    holder TEXT NOT NULL,
    terms TEXT NOT NULL,
    evidence TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX rights_by_asset ON rights (asset_id, id);
CREATE INDEX rights_by_owner ON rights (owner_id, id);

-- What a clip contains: its picture, its music, its narration.
CREATE TABLE clip_contents (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    clip_id TEXT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    asset_id TEXT NOT NULL REFERENCES assets (id),
    role TEXT NOT NULL CHECK (role IN ('picture', 'music', 'voice')),
    attribution TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (clip_id, asset_id, role)
);
CREATE INDEX clip_contents_by_asset ON clip_contents (asset_id);

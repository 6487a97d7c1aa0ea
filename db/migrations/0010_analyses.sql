-- What a look into a file found, by the file's content: shared by all who have the same file.
CREATE TABLE analyses (
    sha256 TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX analyses_by_age ON analyses (created_at);

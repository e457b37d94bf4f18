-- What each tier looked like, one row per tier and collection; partial collections say so in their rows.
CREATE TABLE snapshots (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    tier TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX snapshots_by_time ON snapshots (project, tier, taken_at);

-- The keepers that run, or ran: one row per process.
CREATE TABLE keepers (
    node TEXT PRIMARY KEY,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    stopped_at BIGINT,
    urls TEXT NOT NULL,
    version TEXT NOT NULL
);
-- Runs that have not ended: looked at every second.
CREATE INDEX runs_unfinished ON runs (project) WHERE ended_at IS NULL;

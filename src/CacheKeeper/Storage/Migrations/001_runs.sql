-- One row per run of a job: written when it starts, completed when it ends.
CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    project TEXT NOT NULL,
    scheduled_at BIGINT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    node TEXT NOT NULL,
    trigger_kind TEXT NOT NULL,
    token BIGINT NOT NULL,
    outcome TEXT,
    reason TEXT NOT NULL,
    inputs TEXT,
    plan TEXT,
    counts TEXT,
    expected TEXT,
    actual TEXT,
    undo_until BIGINT,
    undoes TEXT
);
-- Exactly one record per job, project and scheduled time, whoever fires it.
CREATE UNIQUE INDEX runs_once ON runs (job, project, scheduled_at) WHERE scheduled_at IS NOT NULL;
CREATE INDEX runs_by_time ON runs (project, started_at);
CREATE INDEX runs_by_job ON runs (job, project, started_at);

-- The right to run alone. Compared with the database's clock; the token only grows.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    token BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Small named documents: last seen state, cursors, switches (freeze), learned parameters.
CREATE TABLE notes (
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project, name)
);

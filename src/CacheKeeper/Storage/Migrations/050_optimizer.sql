-- What the optimizer changed: each with its promise, and later with what came of it.
CREATE TABLE optimizer_changes (
    change TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    run TEXT NOT NULL,
    applied_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX optimizer_changes_by_time ON optimizer_changes (project, applied_at);

-- Plans made and not yet applied (their selections stand in files beside), and where each run's receipt is.
CREATE TABLE plans (
    plan TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    applied_by TEXT,
    document TEXT NOT NULL
);
CREATE TABLE receipts (
    run TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    undo_until BIGINT NOT NULL,
    file TEXT NOT NULL,
    frames BIGINT NOT NULL,
    head TEXT NOT NULL,
    undone_by TEXT
);

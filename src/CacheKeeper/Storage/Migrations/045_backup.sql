-- Restore points as they were written: what the location must hold, and which of them were verified and proven. The manifest's digest anchors it:
-- an older manifest put back, or the newest one taken away, is noticed.
CREATE TABLE restore_points (
    point TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    complete BIGINT NOT NULL,
    manifest_digest TEXT NOT NULL,
    entries BIGINT NOT NULL,
    plain_bytes BIGINT NOT NULL,
    stored_bytes BIGINT NOT NULL,
    run TEXT NOT NULL,
    verified_at BIGINT,
    proven_at BIGINT,
    removed_at BIGINT
);
CREATE UNIQUE INDEX restore_points_number ON restore_points (project, number);
-- Mem0 gives restored memories new ids: which old one each stands for.
CREATE TABLE restored_memories (
    project TEXT NOT NULL,
    old_id TEXT NOT NULL,
    new_id TEXT NOT NULL,
    point TEXT NOT NULL,
    restored_at BIGINT NOT NULL,
    PRIMARY KEY (project, old_id, point)
);

-- What was removed, remembered for a while: a hash, why, when, how many it stands for, and when it came back.
CREATE TABLE ghosts (
    project TEXT NOT NULL,
    run TEXT NOT NULL,
    hash TEXT NOT NULL,
    category TEXT NOT NULL,
    reason TEXT NOT NULL,
    removed_at BIGINT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    returned_at BIGINT,
    PRIMARY KEY (project, run, hash)
);
CREATE INDEX ghosts_by_time ON ghosts (project, removed_at);

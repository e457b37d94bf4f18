-- What the rules saw at each look, for back-tests; no document means: the same as at the look before.
CREATE TABLE alert_looks (
    project TEXT NOT NULL,
    at BIGINT NOT NULL,
    document TEXT,
    PRIMARY KEY (project, at)
);

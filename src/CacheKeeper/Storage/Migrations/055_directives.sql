-- What the readers of each project's cache are told. "missing": places (tiers' words) that do not have this version yet.
CREATE TABLE directives (
    project TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    missing TEXT NOT NULL,
    written_at BIGINT NOT NULL
);

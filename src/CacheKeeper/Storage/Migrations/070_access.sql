-- Tokens for people and programs. Only the SHA-256 of a token is kept; roles and projects bound what it opens (no projects: all).
CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    projects TEXT,
    setup BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    revoked_at BIGINT
);

-- Sessions of the page; the cookie holds what this table knows only by its SHA-256.
CREATE TABLE access_sessions (
    hash TEXT PRIMARY KEY,
    token_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    projects TEXT,
    signed_in_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX access_sessions_by_token ON access_sessions (token_id);

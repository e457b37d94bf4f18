-- Who did what: append-only. Each line holds the hash of the line before it, and its own; the head says where the chain ends and begins.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    origin TEXT NOT NULL,
    project TEXT,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before_count BIGINT,
    after_count BIGINT,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);

CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    first_previous TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash, first_seq, first_previous) VALUES (1, 0, '', 1, '');

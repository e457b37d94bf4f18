-- Changes that came with an Idempotency-Key: what each was, and what was answered. Kept for a day.
CREATE TABLE idempotency (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    at BIGINT NOT NULL,
    status BIGINT,
    type TEXT,
    body TEXT
);
CREATE INDEX idempotency_by_time ON idempotency (at);

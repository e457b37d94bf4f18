-- A series is a metric of a project, whole or of one category (name or name:category).
CREATE TABLE series (
    id BIGINT PRIMARY KEY,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (project, name)
);
-- One row per measured value; an unknown value has no row. Stored in the order in which it is read: one series, then time.
CREATE TABLE samples (
    series BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    value {double} NOT NULL,
    PRIMARY KEY (series, ts)
) {without_rowid};
-- Samples folded into buckets of level milliseconds that begin at ts.
CREATE TABLE rollups (
    series BIGINT NOT NULL,
    level BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    samples BIGINT NOT NULL,
    total {double} NOT NULL,
    least {double} NOT NULL,
    most {double} NOT NULL,
    PRIMARY KEY (series, level, ts)
) {without_rowid};

-- What each series' detector has learned, when it had seen the series until then.
CREATE TABLE detectors (
    project TEXT NOT NULL,
    series TEXT NOT NULL,
    seen_until BIGINT NOT NULL,
    state {blob} NOT NULL,
    PRIMARY KEY (project, series)
);
-- One row per alarm of a detector; what belongs together is grouped when it is read.
CREATE TABLE anomalies (
    project TEXT NOT NULL,
    at BIGINT NOT NULL,
    series TEXT NOT NULL,
    value {double} NOT NULL,
    score {double} NOT NULL,
    signal TEXT NOT NULL,
    once_per_ms {double},
    PRIMARY KEY (project, at, series)
);
-- One row per insight and time it opened; closed_at is null while it is open.
CREATE TABLE insights (
    project TEXT NOT NULL,
    id TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    closed_at BIGINT,
    document TEXT NOT NULL,
    PRIMARY KEY (project, id, opened_at)
);
-- Forecasts by the hour as they were made, to be compared with what came.
CREATE TABLE forecasts (
    project TEXT NOT NULL,
    series TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (project, series, made_at)
);

-- What each check of each tier found; a state changes only after several checks agree.
CREATE TABLE health_checks (
    project TEXT NOT NULL,
    tier TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    health TEXT NOT NULL,
    reason TEXT NOT NULL,
    latency_ms {double},
    PRIMARY KEY (project, tier, checked_at)
);

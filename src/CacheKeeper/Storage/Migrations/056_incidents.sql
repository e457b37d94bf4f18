-- Troubles that the keeper repairs, with all that was seen and tried. One open incident an issue, whichever keeper opens it.
CREATE TABLE incidents (
    project TEXT NOT NULL,
    id TEXT NOT NULL,
    issue TEXT NOT NULL,
    phase TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX incidents_open ON incidents (project, issue) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_time ON incidents (project, opened_at);
CREATE TABLE incident_events (
    project TEXT NOT NULL,
    incident TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (project, incident, number)
);

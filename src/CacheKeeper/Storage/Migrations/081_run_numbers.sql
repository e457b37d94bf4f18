-- The last number given to a run of a day, so that naming a run does not read the day's rows.
CREATE TABLE run_numbers (
    day TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
-- Runs of one job that have not ended.
DROP INDEX runs_unfinished;
CREATE INDEX runs_unfinished ON runs (project, job) WHERE ended_at IS NULL;

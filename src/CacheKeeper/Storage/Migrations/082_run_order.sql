-- The project stands first: the latest time of each job, and the newest run of each, are read off an index in its order.
DROP INDEX runs_once;
DROP INDEX runs_by_job;
-- Exactly one record per job, project and scheduled time, whoever fires it.
CREATE UNIQUE INDEX runs_once ON runs (project, job, scheduled_at) WHERE scheduled_at IS NOT NULL;
CREATE INDEX runs_by_job ON runs (project, job, started_at);
-- What removals are regretted is asked at each collection; most ghosts are of entries that had expired, which nobody can regret.
CREATE INDEX ghosts_by_reason ON ghosts (project, reason);

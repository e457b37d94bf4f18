-- A session that can be told from others: its own id, when it began, from where, and with what. Grants: a line for each role, with its projects ('*': all).
-- Sessions from before are ended: they last half a day at most, and none of this is known of them.
DELETE FROM access_sessions;
ALTER TABLE access_sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE access_sessions ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE access_sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE access_sessions ADD COLUMN grants TEXT NOT NULL DEFAULT '';

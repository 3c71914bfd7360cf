-- 2026-11-24-map-marked: since when a version of a map is intended, or how it is now.
--
-- The day from which what came of it is counted. 0: not known, as of versions that were marked
-- before this was kept, and of drafts.

ALTER TABLE map_version ADD COLUMN marked_ms BIGINT NOT NULL DEFAULT 0;

-- 2026-11-26-find-gravest: the gravest causes of a sort are read off an index.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- In the order in which they are listed, with all that counts over all causes need.
DROP INDEX find_cause_by_sort;
CREATE INDEX find_cause_by_sort ON find_cause
    (sort, judged, severity DESC, customers DESC, cause, hits);

-- 2026-11-24-find-days: a cause's counts of a day are written when they changed.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- A row holds until the next one of its cause; hits 0: there are none any more. Until now there
-- was a row a day, and none on days without hits: these get one that says so ...
INSERT INTO find_cause_day (cause, day, hits, customers)
    SELECT cause, next_day, 0, 0 FROM (
        SELECT d.cause AS cause, (SELECT MIN(h.day) FROM find_history h WHERE h.day > d.day)
            AS next_day
        FROM find_cause_day d) AS ended
    WHERE next_day IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM find_cause_day t WHERE t.cause = ended.cause AND t.day = next_day);
-- ... and what says the same as the row before it goes.
DELETE FROM find_cause_day WHERE EXISTS (
    SELECT 1 FROM find_cause_day p
    WHERE p.cause = find_cause_day.cause AND p.hits = find_cause_day.hits
        AND p.customers = find_cause_day.customers
        AND p.day = (SELECT MAX(q.day) FROM find_cause_day q
                     WHERE q.cause = find_cause_day.cause AND q.day < find_cause_day.day));

-- All that the counts of a day over all causes need.
DROP INDEX find_cause_by_sort;
CREATE INDEX find_cause_by_sort ON find_cause (sort, judged, hits, customers);

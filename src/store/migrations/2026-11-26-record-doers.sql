-- 2026-11-26-record-doers: who did something about which record, and when, read off an index.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.
--
-- Figures of who takes part read every entry of a year and a half: of 1,000,000 entries that took
-- 18 s, sorted and each record looked up.

CREATE INDEX record_entry_by_doer ON record_entry (record, person, at_ms DESC);

-- And what somebody owns, made or is asked for is counted and put in any order off one index each:
-- of somebody with a tenth of 100,000 records My part took 1.2 s.
DROP INDEX record_by_owner;
DROP INDEX record_by_author;
DROP INDEX record_by_asked;
CREATE INDEX record_by_owner ON record (owner, closed, merged_into, kind, state, record, department,
    author, asked, go_between, ownerless_ms, made_ms, changed_ms, first_ms, deadline_ms, bounces);
CREATE INDEX record_by_author ON record (author, closed, merged_into, kind, state, record,
    department, owner, asked, go_between, ownerless_ms, made_ms, changed_ms, first_ms, deadline_ms,
    bounces);
CREATE INDEX record_by_asked ON record (asked, closed, merged_into, kind, state, record, department,
    owner, author, go_between, ownerless_ms, made_ms, changed_ms, first_ms, deadline_ms, bounces);

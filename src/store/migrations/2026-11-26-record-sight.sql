-- 2026-11-26-record-sight: records that are looked up, or come last, are filtered off an index.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.
--
-- Lists by words, by followers and by what they are about look records up by their number; most
-- others begin with what changed last. What filters, sight and orders look at stands in these
-- indexes, so that rows that are passed over need not be read.

CREATE INDEX record_by_record ON record (record, merged_into, kind, state, closed, owner,
    department, author, asked, go_between, changed_ms, first_ms, bounces, deadline_ms, ownerless_ms,
    made_ms, state_ms);
DROP INDEX record_by_changed;
CREATE INDEX record_by_changed ON record (changed_ms, record, merged_into, kind, closed, state, owner,
    department, author, asked, go_between, ownerless_ms, made_ms);
DROP INDEX record_by_kind_changed;
CREATE INDEX record_by_kind_changed ON record (kind, merged_into, changed_ms, record, closed, state,
    owner, department, author, asked, go_between, ownerless_ms, made_ms);

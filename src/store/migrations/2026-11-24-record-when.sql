-- 2026-11-24-record-when: who did something about which record, by when.
--
-- Who takes part is asked of a time, of all records together.

CREATE INDEX record_entry_when ON record_entry (at_ms, record, person);

-- 2026-11-22-record-due: what is due next is read off an index, page by page.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

DROP INDEX record_by_due;
CREATE INDEX record_by_due ON record (due_ms, record);

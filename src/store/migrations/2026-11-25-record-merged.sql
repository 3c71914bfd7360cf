-- 2026-11-25-record-merged: which records were merged into one.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

CREATE INDEX record_by_merged ON record (merged_into) WHERE merged_into > 0;

-- 2026-11-25-record-deadline: what is due when, beside when its clock acts next.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.
--
-- due_ms says when the next clock acts: also to remind, and never again when all have acted.
-- deadline_ms says when what is due next is due, whether that has passed or not. The day of what
-- there is follows from its kind, which only the program knows: its clocks look at it once.

ALTER TABLE record ADD COLUMN deadline_ms BIGINT NOT NULL DEFAULT 0;
UPDATE record SET deadline_ms = due_ms;
UPDATE record SET due_ms = 1 WHERE merged_into = 0 AND (due_ms > 0 OR acted_ms > 0);

CREATE INDEX record_by_deadline ON record (deadline_ms, record);

-- 2026-11-24-saved-roles: a shared view can stand on the first page of whoever has a role.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

ALTER TABLE saved_view ADD COLUMN roles BIGINT NOT NULL DEFAULT 0; -- bit n: role n

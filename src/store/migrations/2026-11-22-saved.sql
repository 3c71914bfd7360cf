-- 2026-11-22-saved: views that people keep: a page with its filters, under a name.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

CREATE TABLE saved_view (
    saved_view  BIGINT NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    page        TEXT   NOT NULL,  -- one word: actual
    query       TEXT   NOT NULL,  -- what stands behind the '?' of its URL
    person      BIGINT NOT NULL,  -- whose it is; 0: of somebody who was forgotten
    shared      BIGINT NOT NULL,  -- 1: colleagues see it too
    changed_ms  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);

CREATE INDEX saved_view_by_person ON saved_view (person);

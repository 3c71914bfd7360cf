-- 2026-11-22-recipes: how files of a source were read the last time somebody said to
-- remember it.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

CREATE TABLE source_recipe (
    source    TEXT   NOT NULL PRIMARY KEY,
    params    TEXT   NOT NULL,  -- a JSON object: map, zone, delimiter ...
    saved_ms  BIGINT NOT NULL,
    person    BIGINT NOT NULL   -- who said so; 0: nobody
);

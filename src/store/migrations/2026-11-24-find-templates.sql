-- 2026-11-24-find-templates: templates of messages are kept in pieces, written when they grow.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- What these bytes are: src/text/templates_kept.c. Bands stand first: all are read by each look,
-- shingles of few. Files of before have all of it in find_state, 'templates'; the next look
-- takes them from there.
CREATE TABLE find_template (
    piece     BIGINT NOT NULL PRIMARY KEY, -- 0, 1, ...
    bands     BYTEA  NOT NULL,
    shingles  BYTEA  NOT NULL
);

-- 2026-11-22-keeping: how long what is kept.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

CREATE TABLE keep_rule (
    rule          BIGINT NOT NULL PRIMARY KEY,
    source        TEXT   NOT NULL,  -- empty: all that have no rule of their own
    kind          BIGINT NOT NULL,  -- 0 interactions, 1 their texts, 2 files
    keep          BIGINT NOT NULL,  -- months; of files days
    active        BIGINT NOT NULL,
    previewed_ms  BIGINT NOT NULL,  -- when its dry run was seen, as it is now; 0: not yet
    removed       BIGINT NOT NULL,  -- in all, by this rule
    untold        BIGINT NOT NULL,  -- of these not yet in the audit log
    last_ms       BIGINT NOT NULL,  -- when it last removed something; 0: never
    changed_ms    BIGINT NOT NULL,
    person        BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    UNIQUE (source, kind)
);

-- 2026-11-22-record-ways: ways by which records come in from outside.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- By what an imported row is known again. Only a hash of it: what another program calls a
-- row may be somebody's name.
CREATE TABLE record_key (
    kind      TEXT   NOT NULL,
    key_hash  TEXT   NOT NULL,
    record    BIGINT NOT NULL,
    PRIMARY KEY (kind, key_hash)
);

CREATE INDEX record_key_record ON record_key (record);

-- Codes that hang at touchpoints: whoever reads one tells what is broken there.
CREATE TABLE tell_code (
    code        TEXT   NOT NULL PRIMARY KEY,
    touchpoint  BIGINT NOT NULL,
    person      BIGINT NOT NULL,  -- who made it
    made_ms     BIGINT NOT NULL,
    until_ms    BIGINT NOT NULL   -- 0: it holds
);

CREATE INDEX tell_code_touchpoint ON tell_code (touchpoint);

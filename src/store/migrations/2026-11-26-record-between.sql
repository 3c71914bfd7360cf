-- 2026-11-26-record-between: what somebody without a name told the colleague who passes it on.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- For that colleague alone, and sealed (app/signin/sealed.h): a copy of the file tells nobody.
CREATE TABLE record_between (
    record  BIGINT NOT NULL PRIMARY KEY,
    person  BIGINT NOT NULL,  -- the go-between
    sealed  TEXT   NOT NULL
);

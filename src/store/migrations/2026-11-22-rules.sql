-- 2026-11-22-rules: which touchpoint an event of a source stands for.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

CREATE TABLE mapping_rule (
    rule           BIGINT NOT NULL PRIMARY KEY,
    source         TEXT   NOT NULL,  -- empty: any
    name           TEXT   NOT NULL,  -- as the source tells it
    is_prefix      BIGINT NOT NULL,  -- 1: names that begin so
    channel        TEXT   NOT NULL,  -- as the source tells it; empty: any
    to_touchpoint  TEXT   NOT NULL,
    to_channel     TEXT   NOT NULL,  -- empty: as told
    to_department  TEXT   NOT NULL,  -- empty: as told
    to_direction   BIGINT NOT NULL,  -- 0: as told
    active         BIGINT NOT NULL,
    applied        BIGINT NOT NULL,  -- interactions that came and were named so
    applied_ms     BIGINT NOT NULL,  -- 0: never
    changed_ms     BIGINT NOT NULL,
    person         BIGINT NOT NULL,  -- who changed it; 0: nobody
    version        BIGINT NOT NULL,
    UNIQUE (source, name, is_prefix, channel)
);

-- 2026-11-22-consent: what data of people is used for, who said yes or no to it, and what
-- people asked for about their data.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

CREATE TABLE purpose (
    purpose     BIGINT NOT NULL PRIMARY KEY,
    word        TEXT   NOT NULL,  -- "newsletter": in files and programs
    name        TEXT   NOT NULL,
    shown       TEXT   NOT NULL,  -- the words people agree to
    basis       TEXT   NOT NULL,  -- legal basis
    holds       BIGINT NOT NULL,  -- 1: given as long as somebody says nothing
    active      BIGINT NOT NULL,
    changed_ms  BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    UNIQUE (word)
);

-- What somebody said. Rows are added, never changed; erasing a customer takes them out.
-- `member`: the customer's number when it was said, so that it goes along with merges.
CREATE TABLE consent_entry (
    entry        BIGINT NOT NULL PRIMARY KEY,
    member       BIGINT NOT NULL,
    purpose      BIGINT NOT NULL,
    given        BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    how          TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    person       BIGINT NOT NULL,  -- who recorded it; 0: a program or nobody
    recorded_ms  BIGINT NOT NULL
);

CREATE INDEX consent_by_member ON consent_entry (member);

-- `member` 0: the customer was erased; then words and answer are empty as well.
CREATE TABLE subject_request (
    request      BIGINT NOT NULL PRIMARY KEY,
    member       BIGINT NOT NULL,
    reference    TEXT   NOT NULL,  -- keyed hash of the identifier that was named
    kind         TEXT   NOT NULL,  -- access, correction, erasure, objection
    state        TEXT   NOT NULL,  -- open, done, refused
    words        TEXT   NOT NULL,
    answer       TEXT   NOT NULL,
    person       BIGINT NOT NULL,  -- who handles it; 0: nobody
    job          BIGINT NOT NULL,  -- the export that answers it; 0: none
    proof        TEXT   NOT NULL,  -- of an erasure: a JSON object
    received_ms  BIGINT NOT NULL,
    due_ms       BIGINT NOT NULL,
    done_ms      BIGINT NOT NULL,  -- 0: not done
    version      BIGINT NOT NULL
);

CREATE INDEX subject_request_by_member ON subject_request (member);

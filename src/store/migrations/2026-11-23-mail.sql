-- 2026-11-23-mail: who wants a digest by e-mail, and what became of each mail.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- Who has no row wants none.
CREATE TABLE digest (
    person    BIGINT NOT NULL PRIMARY KEY,
    how       TEXT   NOT NULL,  -- daily, weekly
    until_ms  BIGINT NOT NULL,  -- the last one was due then
    entry     BIGINT NOT NULL   -- and told of histories up to this entry
);

CREATE INDEX digest_by_until ON digest (how, until_ms);

-- The log. What a mail says is nowhere: it is written when it is sent, from what its reader
-- may see then. `sending` is written before, the outcome after: a mail that was being sent
-- when the machine died is `unsure`, and never sent again by itself.
CREATE TABLE mail (
    mail         BIGINT NOT NULL PRIMARY KEY,
    person       BIGINT NOT NULL,
    what         TEXT   NOT NULL,  -- digest, sample
    since_ms     BIGINT NOT NULL,
    since_entry  BIGINT NOT NULL,  -- tells of entries above this one
    until_entry  BIGINT NOT NULL,  -- up to this one
    made_ms      BIGINT NOT NULL,
    state        TEXT   NOT NULL,  -- waiting, sending, sent, refused, unsure, dropped
    attempts     BIGINT NOT NULL,
    next_ms      BIGINT NOT NULL,  -- waiting: tried again then
    last_ms      BIGINT NOT NULL,  -- 0: never tried
    code         BIGINT NOT NULL,  -- of the mail server's last reply; 0: none
    reply        TEXT   NOT NULL,
    used_ms      BIGINT NOT NULL   -- its link to unsubscribe was used; 0: not
);

CREATE INDEX mail_by_state ON mail (state, next_ms, mail);
CREATE INDEX mail_by_person ON mail (person, mail);

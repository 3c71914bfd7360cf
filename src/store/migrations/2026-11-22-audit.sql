-- 2026-11-22-audit: who did what, each entry chained to the one before
-- (src/store/audit.h). Hashes and salts are hexadecimal digits.

CREATE TABLE audit_entry (
    number        BIGINT NOT NULL PRIMARY KEY,  -- 1, 2, 3 ... without gaps
    at_ms         BIGINT NOT NULL,
    actor         BIGINT NOT NULL,              -- fh_actor_kind
    person        BIGINT NOT NULL,
    session       BIGINT NOT NULL,
    token         TEXT   NOT NULL,
    ip            TEXT   NOT NULL,
    action        TEXT   NOT NULL,
    object_kind   TEXT   NOT NULL,
    object        BIGINT NOT NULL,
    object_key    TEXT   NOT NULL,
    details       TEXT   NOT NULL,              -- JSON; goes with the salt when withheld
    salt          TEXT   NOT NULL,
    details_hash  TEXT   NOT NULL,              -- of salt and details
    withheld_by   BIGINT NOT NULL,              -- the entry that says so; 0: not withheld
    hash          TEXT   NOT NULL
);

CREATE INDEX audit_entry_by_person ON audit_entry (person, number);
CREATE INDEX audit_entry_by_action ON audit_entry (action, number);
CREATE INDEX audit_entry_by_object ON audit_entry (object_kind, object, number);

-- One row: how many entries there are, and the last one's hash.
CREATE TABLE audit_head (
    head     BIGINT NOT NULL PRIMARY KEY,
    entries  BIGINT NOT NULL,
    hash     TEXT   NOT NULL
);

INSERT INTO audit_head (head, entries, hash) VALUES (1, 0, '');

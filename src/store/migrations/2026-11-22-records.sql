-- 2026-11-22-records: what people do about what customers live through.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- Kinds that the organisation declared or changed; those that come with Firsthand are in
-- the program.
CREATE TABLE kind (
    name        TEXT   NOT NULL PRIMARY KEY,
    declared    TEXT   NOT NULL,  -- the declaration; empty: as it comes with Firsthand
    active      BIGINT NOT NULL,  -- 0: none of it is made any more
    person      BIGINT NOT NULL,  -- who changed it
    changed_ms  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);

CREATE TABLE record (
    record       BIGINT NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    closed       BIGINT NOT NULL,  -- 1: the state is a closed one
    fields       TEXT   NOT NULL,  -- JSON object: name of the field to its value
    author       BIGINT NOT NULL,  -- 0: told without a name, or by Firsthand
    go_between   BIGINT NOT NULL,  -- the colleague through whom the author can be asked; 0: none
    owner        BIGINT NOT NULL,  -- a person; 0: none
    department   BIGINT NOT NULL,  -- that owns it, or the owner's; 0: none
    asked        BIGINT NOT NULL,  -- to whom ownership is offered; 0: nobody
    asked_ms     BIGINT NOT NULL,
    ownerless_ms BIGINT NOT NULL,  -- since when it has no owner; 0: it has one
    bounces      BIGINT NOT NULL,
    first_ms     BIGINT NOT NULL,  -- first evidence
    made_ms      BIGINT NOT NULL,
    changed_ms   BIGINT NOT NULL,
    state_ms     BIGINT NOT NULL,  -- in this state since
    due_ms       BIGINT NOT NULL,  -- when the next clock acts (reminds or is due); 0: none runs
    acted_ms     BIGINT NOT NULL,  -- clocks have acted up to here
    merged_into  BIGINT NOT NULL,  -- 0: it stands for itself
    reply_hash   TEXT   NOT NULL,  -- of the code by which an unnamed author reads replies
    version      BIGINT NOT NULL
);

-- Lists and boards are answered from this index alone, then up to a page of rows is read.
CREATE INDEX record_by_kind ON record (kind, closed, state, merged_into, owner, department,
    changed_ms, first_ms, bounces, due_ms, made_ms, author, asked, go_between, record);
CREATE INDEX record_by_kind_changed ON record (kind, merged_into, changed_ms, record);
CREATE INDEX record_by_state ON record (kind, merged_into, state, changed_ms, record);
CREATE INDEX record_by_changed ON record (changed_ms, record);
CREATE INDEX record_by_owner ON record (owner, closed);
CREATE INDEX record_by_department ON record (department, closed);
CREATE INDEX record_by_asked ON record (asked);
CREATE INDEX record_by_author ON record (author);
CREATE INDEX record_by_go_between ON record (go_between);
CREATE INDEX record_by_due ON record (due_ms);
CREATE INDEX record_by_reply ON record (reply_hash);

-- What a record speaks of: its reference fields, and links made to it. Rows of links that
-- were taken away stay, with `until_ms`.
CREATE TABLE record_about (
    about      BIGINT NOT NULL PRIMARY KEY,
    record     BIGINT NOT NULL,
    field      TEXT   NOT NULL,  -- name of the field; empty: a link
    what       TEXT   NOT NULL,  -- record, customer, interaction, touchpoint, department,
                                 -- person, message, stories, file
    number     BIGINT NOT NULL,  -- of what it is about; 0: `key` says it
    key        TEXT   NOT NULL,  -- "/actual?...", reference of an interaction
    words      TEXT   NOT NULL,  -- what it shows
    at_ms      BIGINT NOT NULL,  -- when that happened; 0: not known
    person     BIGINT NOT NULL,
    made_ms    BIGINT NOT NULL,
    until_ms   BIGINT NOT NULL   -- 0: it holds
);

CREATE INDEX record_about_record ON record_about (record);
CREATE INDEX record_about_number ON record_about (what, number);

-- The history: entries are added, never changed; chained as the audit log is.
CREATE TABLE record_entry (
    entry        BIGINT NOT NULL PRIMARY KEY,  -- 1, 2, 3 ... without gaps
    record       BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    person       BIGINT NOT NULL,  -- 0: Firsthand, or an author without a name
    what         TEXT   NOT NULL,  -- made, changed, moved, offered, accepted, declined, commented ...
    details      TEXT   NOT NULL,  -- JSON object: before and after, words; empty: withheld
    salt         TEXT   NOT NULL,
    details_hash TEXT   NOT NULL,  -- of salt and details
    withheld_by  BIGINT NOT NULL,
    hash         TEXT   NOT NULL
);

CREATE INDEX record_entry_record ON record_entry (record, entry);
CREATE INDEX record_entry_person ON record_entry (person, entry);

CREATE TABLE record_entry_head (
    head     BIGINT NOT NULL PRIMARY KEY,
    entries  BIGINT NOT NULL,
    hash     TEXT   NOT NULL
);

INSERT INTO record_entry_head (head, entries, hash) VALUES (1, 0, '');

-- Who is to be told of what becomes of it.
CREATE TABLE record_follow (
    person    BIGINT NOT NULL,
    record    BIGINT NOT NULL,
    why       TEXT   NOT NULL,  -- asked for it, author, owner, mentioned, asked
    since_ms  BIGINT NOT NULL,
    seen      BIGINT NOT NULL,  -- last entry of the record that this person has seen
    PRIMARY KEY (person, record)
);

CREATE INDEX record_follow_record ON record_follow (record);

-- Words of titles and texts, for similar ones and for search.
CREATE TABLE record_word (
    word    TEXT   NOT NULL,
    record  BIGINT NOT NULL,
    PRIMARY KEY (word, record)
);

CREATE INDEX record_word_record ON record_word (record, word);

CREATE TABLE record_file (
    file     BIGINT NOT NULL PRIMARY KEY,
    record   BIGINT NOT NULL,
    name     TEXT   NOT NULL,  -- as it was called
    stored   TEXT   NOT NULL,  -- in the data folder
    type     TEXT   NOT NULL,
    bytes    BIGINT NOT NULL,
    person   BIGINT NOT NULL,
    made_ms  BIGINT NOT NULL,
    until_ms BIGINT NOT NULL   -- 0: it is there
);

CREATE INDEX record_file_record ON record_file (record);

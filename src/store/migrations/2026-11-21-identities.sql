-- 2026-11-21-identities: who is who, and where interactions come from.
--
-- Identifiers come by the million in one import, so they are kept like stories:
-- packed. An identity_list holds up to a few hundred identifiers, in order of
-- member; identity_index holds their hashes in order, as runs of chunks that are
-- merged when they grow alike (src/store/named.c). What people decide about
-- identities (merges) and what is asked for one by one has rows of its own.

CREATE TABLE identity_kind (
    kind    BIGINT NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL,
    shared  BIGINT NOT NULL,  -- 1: several customers may have the same
    UNIQUE (name)
);

INSERT INTO identity_kind (kind, name, shared) VALUES
    (1, 'customer', 0), (2, 'account', 0), (3, 'email', 0),
    (4, 'phone', 1), (5, 'device', 1), (6, 'address', 1), (7, 'household', 1);

CREATE TABLE identity_list (
    list  BIGINT NOT NULL PRIMARY KEY,
    lo    BIGINT NOT NULL,  -- members lo .. hi
    hi    BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    body  BYTEA  NOT NULL
);

CREATE INDEX identity_list_by_member ON identity_list (lo, hi);

CREATE TABLE identity_index (
    run    BIGINT NOT NULL,
    first  BIGINT NOT NULL,  -- smallest hash of the chunk
    n      BIGINT NOT NULL,
    body   BYTEA  NOT NULL,
    PRIMARY KEY (run, first)
);

-- Members that are not customers of their own: merged into one, or erased (0).
-- Every other number up to the counter "member" is its own customer.
CREATE TABLE identity_member (
    member    BIGINT NOT NULL PRIMARY KEY,
    customer  BIGINT NOT NULL
);

CREATE INDEX identity_member_by_customer ON identity_member (customer);

-- An episode of a customer, as the source names it. `member`: the customer's
-- number when the problem was first seen.
CREATE TABLE problem (
    problem  BIGINT NOT NULL PRIMARY KEY,
    member   BIGINT NOT NULL,
    name     TEXT   NOT NULL
);

CREATE TABLE identity_merge (
    merge_number   BIGINT NOT NULL PRIMARY KEY,
    from_customer  BIGINT NOT NULL,
    into_customer  BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    why            TEXT   NOT NULL,
    undone         BIGINT NOT NULL
);

-- The members that a merge moved: what undoing it moves back.
CREATE TABLE identity_merge_member (
    merge_number  BIGINT NOT NULL,
    member        BIGINT NOT NULL,
    PRIMARY KEY (merge_number, member)
);

-- Two customers that came up with the same unique identifier. a < b.
CREATE TABLE identity_suggestion (
    a      BIGINT NOT NULL,
    b      BIGINT NOT NULL,
    kind   BIGINT NOT NULL,
    value  TEXT   NOT NULL,
    times  BIGINT NOT NULL,
    PRIMARY KEY (a, b, kind, value)
);

-- Keyed hashes of the identifiers of those who were erased.
CREATE TABLE identity_tombstone (
    hash  TEXT NOT NULL PRIMARY KEY  -- 64 hexadecimal digits
);

-- One import from one source. `fingerprint` is the hash of the whole file, 0 when
-- it is not known (standard input).
CREATE TABLE origin (
    origin         BIGINT NOT NULL PRIMARY KEY,
    source         TEXT   NOT NULL,
    file           TEXT   NOT NULL,
    mapping        TEXT   NOT NULL,
    fingerprint    BIGINT NOT NULL,
    rows_done      BIGINT NOT NULL,
    rows_added     BIGINT NOT NULL,
    rows_rejected  BIGINT NOT NULL,
    rows_known     BIGINT NOT NULL,
    rejects_bytes  BIGINT NOT NULL,  -- length of the rejects file at rows_done
    notes_bytes    BIGINT NOT NULL,  -- length of the file with the reasons
    started_ms     BIGINT NOT NULL,
    last_ms        BIGINT NOT NULL,
    complete       BIGINT NOT NULL
);

CREATE INDEX origin_by_source ON origin (source, fingerprint);

-- 2026-11-22-findings: what detectors found in stories, by cause, and what was said of it.
--
-- Texts of messages stand in none of these tables: evidence is read from the interactions.

-- What a run goes on with: counters of words, templates, when it ran. One BLOB by name.
CREATE TABLE find_state (
    name   TEXT  NOT NULL PRIMARY KEY,
    bytes  BYTEA NOT NULL
);

-- How far each customer of a range was looked at (store/find_rows.h, fh_seen).
CREATE TABLE find_seen (
    lo     BIGINT NOT NULL PRIMARY KEY,
    bytes  BYTEA  NOT NULL
);

CREATE TABLE find_cause (
    cause            BIGINT NOT NULL PRIMARY KEY, -- a hash, as a signed number
    sort             BIGINT NOT NULL,             -- fh_finding_sort
    from_department  BIGINT NOT NULL,             -- 0: none, here and below
    to_department    BIGINT NOT NULL,
    touchpoint       BIGINT NOT NULL,
    purpose          TEXT   NOT NULL,
    about            TEXT   NOT NULL,             -- JSON object: what else the words need
    fact_types       BIGINT NOT NULL,             -- bits
    ways             BIGINT NOT NULL,             -- bits
    record           BIGINT NOT NULL,             -- 0: none
    first_ms         BIGINT NOT NULL,
    last_ms          BIGINT NOT NULL,
    hits             BIGINT NOT NULL,
    customers        BIGINT NOT NULL,
    severity         BIGINT NOT NULL,             -- 0 .. 100
    fact             TEXT   NOT NULL,             -- JSON: the values that differ most often
    judged           BIGINT NOT NULL,             -- 1: not a finding
    why              TEXT   NOT NULL,
    person           BIGINT NOT NULL,
    judged_ms        BIGINT NOT NULL
);
CREATE INDEX find_cause_by_sort ON find_cause (sort);

CREATE TABLE find_hit (
    cause     BIGINT NOT NULL,
    customer  BIGINT NOT NULL,             -- as it was numbered then; read through the merges
    a         BIGINT NOT NULL,             -- ids of interactions, as signed numbers; 0: none
    b         BIGINT NOT NULL,
    sort      BIGINT NOT NULL,
    a_ms      BIGINT NOT NULL,
    b_ms      BIGINT NOT NULL,
    ways      BIGINT NOT NULL,
    facts     BIGINT NOT NULL,
    sure      BIGINT NOT NULL,             -- thousandths
    detail    TEXT   NOT NULL,             -- numbers
    PRIMARY KEY (cause, customer, a, b)
);
CREATE INDEX find_hit_by_customer ON find_hit (customer);

CREATE TABLE find_history (
    day        BIGINT NOT NULL,            -- since 1970
    sort       BIGINT NOT NULL,
    causes     BIGINT NOT NULL,
    customers  BIGINT NOT NULL,            -- summed over the causes
    hits       BIGINT NOT NULL,
    PRIMARY KEY (day, sort)
);

-- The same of one cause, for its own page.
CREATE TABLE find_cause_day (
    cause      BIGINT NOT NULL,
    day        BIGINT NOT NULL,
    hits       BIGINT NOT NULL,
    customers  BIGINT NOT NULL,
    PRIMARY KEY (cause, day)
);

-- What is right, as somebody said who may: later messages are held against it.
CREATE TABLE reference_fact (
    fact      BIGINT NOT NULL PRIMARY KEY,
    topic     BIGINT NOT NULL,
    type      BIGINT NOT NULL,             -- fh_fact_type
    unit      TEXT   NOT NULL,
    value     TEXT   NOT NULL,             -- as it was written: "EUR 250"
    words     TEXT   NOT NULL,             -- the sentence that says it
    from_ms   BIGINT NOT NULL,             -- holds for messages from here
    until_ms  BIGINT NOT NULL,             -- and before here; 0: open
    cause     BIGINT NOT NULL,             -- the finding it settles; 0: none
    person    BIGINT NOT NULL,
    made_ms   BIGINT NOT NULL
);

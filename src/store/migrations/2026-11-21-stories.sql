-- 2026-11-21-stories: settings, dictionaries and stories at rest.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. Where they
-- would differ there are two files. A released migration is never edited; the
-- next one corrects it. BYTEA is what PostgreSQL calls bytes; SQLite takes any name.

CREATE TABLE setting (
    name   TEXT NOT NULL PRIMARY KEY,
    value  TEXT NOT NULL
);

-- Where numbers come from; they are never given twice.
CREATE TABLE counter (
    name       TEXT   NOT NULL PRIMARY KEY,
    last_given BIGINT NOT NULL
);

-- Touchpoints, channels, ...: `dictionary` is fh_dict. Segments hold numbers.
CREATE TABLE dictionary_name (
    dictionary  BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    shown       TEXT   NOT NULL,  -- the name as people see it now
    PRIMARY KEY (dictionary, number)
);

-- Names that were merged into another: `canon` is the number they count as now.
CREATE TABLE dictionary_merged (
    dictionary  BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    canon       BIGINT NOT NULL,  -- itself not merged
    PRIMARY KEY (dictionary, number)
);

-- Every way a name was ever written in what came in.
CREATE TABLE dictionary_spelling (
    dictionary  BIGINT NOT NULL,
    spelling    TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    PRIMARY KEY (dictionary, spelling)
);

-- One segment of stories. Customers below `lo` may stand in its columns but have
-- been merged into other segments already: they do not count.
CREATE TABLE segment (
    segment       BIGINT NOT NULL PRIMARY KEY,
    level         BIGINT NOT NULL,  -- 0 base: ranges do not overlap; 1 delta
    age           BIGINT NOT NULL,  -- order of arrival; 0 in the base
    lo            BIGINT NOT NULL,  -- customers lo .. hi
    hi            BIGINT NOT NULL,
    n             BIGINT NOT NULL,  -- interactions and stories in the columns
    n_stories     BIGINT NOT NULL,
    live_n        BIGINT NOT NULL,  -- those of customers from lo
    live_stories  BIGINT NOT NULL,
    first_ms      BIGINT NOT NULL,
    last_ms       BIGINT NOT NULL,
    columns       BIGINT NOT NULL,  -- bit per column that is stored
    clean         BIGINT NOT NULL   -- 1: no two of its interactions are the same
);

CREATE INDEX segment_by_range ON segment (lo, hi);

CREATE TABLE segment_column (
    segment  BIGINT NOT NULL,
    col      BIGINT NOT NULL,
    data     BYTEA  NOT NULL,
    PRIMARY KEY (segment, col)
);

-- Raw payloads: page `page` has those of interactions first .. first + n - 1 of a
-- segment. The bytes lie apart, so that a page can move without being copied.
CREATE TABLE payload_page (
    page     BIGINT NOT NULL PRIMARY KEY,
    segment  BIGINT NOT NULL,
    first    BIGINT NOT NULL,
    n        BIGINT NOT NULL
);

CREATE INDEX payload_page_by_segment ON payload_page (segment, first);

CREATE TABLE payload_data (
    page  BIGINT NOT NULL PRIMARY KEY,
    data  BYTEA  NOT NULL
);

-- Acknowledged batches: each a small segment in one BLOB. Numbers come from the
-- same counter as ages of segments: they tell what came first.
CREATE TABLE inbox (
    batch         BIGINT NOT NULL PRIMARY KEY,
    lo            BIGINT NOT NULL,
    hi            BIGINT NOT NULL,
    n             BIGINT NOT NULL,
    n_stories     BIGINT NOT NULL,
    first_ms      BIGINT NOT NULL,
    last_ms       BIGINT NOT NULL,
    columns       BIGINT NOT NULL
);

CREATE TABLE inbox_data (
    batch  BIGINT NOT NULL PRIMARY KEY,
    data   BYTEA  NOT NULL
);

-- 2026-11-22-maps: designed journeys, every version of each.
--
-- A version's text is never edited or removed; only its mark changes. `changed` numbers the
-- changes of all maps together: whoever knows how far it has looked sees what came since.

CREATE TABLE journey_map (
    map          BIGINT NOT NULL PRIMARY KEY,
    id           TEXT   NOT NULL,
    title        TEXT   NOT NULL,  -- this and what follows: of the latest version
    goal         TEXT   NOT NULL,
    owner        TEXT   NOT NULL,
    stages       BIGINT NOT NULL,
    touchpoints  BIGINT NOT NULL,
    latest       BIGINT NOT NULL,
    archived     BIGINT NOT NULL,  -- 1: put away
    made_ms      BIGINT NOT NULL,
    changed_ms   BIGINT NOT NULL,
    changed      BIGINT NOT NULL,
    person       BIGINT NOT NULL   -- who made it; 0: nobody who is known
);
CREATE UNIQUE INDEX journey_map_by_id ON journey_map (id);
CREATE INDEX journey_map_by_change ON journey_map (changed);

CREATE TABLE map_version (
    map      BIGINT NOT NULL,
    version  BIGINT NOT NULL,  -- from 1, without gaps
    text     TEXT   NOT NULL,  -- the canonical .journey
    mark     BIGINT NOT NULL,  -- 0 draft, 1 intended, 2 actual now
    note     TEXT   NOT NULL,
    made_ms  BIGINT NOT NULL,
    person   BIGINT NOT NULL,
    PRIMARY KEY (map, version)
);

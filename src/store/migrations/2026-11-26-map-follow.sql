-- 2026-11-26-map-follow: who follows which journey map.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- Whoever draws a map, and whoever leads the department that owns it, follows it by itself;
-- `follows` 0: they said that they do not, and nothing takes it up again but they.
CREATE TABLE map_follow (
    person    BIGINT NOT NULL,
    map       BIGINT NOT NULL,
    follows   BIGINT NOT NULL,
    since_ms  BIGINT NOT NULL,
    PRIMARY KEY (person, map)
);
CREATE INDEX map_follow_by_map ON map_follow (map, follows);

INSERT INTO map_follow (person, map, follows, since_ms)
    SELECT person, map, 1, MAX(made_ms) FROM map_version WHERE person <> 0 GROUP BY person, map;

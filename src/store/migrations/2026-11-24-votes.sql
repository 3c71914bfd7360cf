-- 2026-11-24-votes: what a workshop puts to the vote about a journey map.
--
-- While a vote is open, ballots say who chose what, so that it can be changed; with the vote
-- they end: what stays of a closed vote are its sums.

CREATE TABLE map_vote (
    vote       BIGINT NOT NULL PRIMARY KEY,
    map        BIGINT NOT NULL,
    code       TEXT   NOT NULL,  -- what phones join by; votes of one workshop share it
    question   TEXT   NOT NULL,
    each       BIGINT NOT NULL,  -- how many choices everybody has
    anybody    BIGINT NOT NULL,  -- 1: also who has no account, once a device
    made_ms    BIGINT NOT NULL,
    person     BIGINT NOT NULL,  -- who put it
    closed_ms  BIGINT NOT NULL,  -- 0: open
    voters     BIGINT NOT NULL   -- of a closed one
);
CREATE INDEX map_vote_by_map ON map_vote (map);
CREATE INDEX map_vote_by_code ON map_vote (code);

CREATE TABLE map_vote_choice (
    vote     BIGINT NOT NULL,
    choice   BIGINT NOT NULL,  -- from 1
    element  TEXT   NOT NULL,  -- id of a touchpoint or stage; empty: only words
    words    TEXT   NOT NULL,  -- as they were when it was put
    votes    BIGINT NOT NULL,  -- of a closed one
    PRIMARY KEY (vote, choice)
);

CREATE TABLE map_ballot (
    vote    BIGINT NOT NULL,
    voter   TEXT   NOT NULL,  -- a colleague, or the hash of what a device was given
    choice  BIGINT NOT NULL,
    PRIMARY KEY (vote, voter, choice)
);

-- What the usual questions have counted of all stories, for whoever asks next (store/standing.h).
-- `about` is a hash of the question and of what exactly the stories are stored as, so a row is
-- right or is never found.
CREATE TABLE standing (
    about BYTEA PRIMARY KEY,
    counted BYTEA NOT NULL
);

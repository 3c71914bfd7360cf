-- Replies to requests that came with an Idempotency-Key: the same request again gets
-- the same reply instead of being done twice. Kept for a day.
CREATE TABLE once (
    id BYTEA PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    request BYTEA NOT NULL,
    status BIGINT NOT NULL,
    location TEXT NOT NULL,
    etag TEXT NOT NULL,
    body BYTEA NOT NULL
);
CREATE INDEX once_by_age ON once (at_ms);

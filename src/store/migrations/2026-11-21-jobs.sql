-- 2026-11-21-jobs: background jobs, webhooks and their deliveries.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- What runs in the background. `state`: 0 waiting, 1 running, 2 done, 3 failed,
-- 4 cancelled. A running job belongs to `runner` until `lease_ms`.
CREATE TABLE job (
    job          BIGINT NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    params       TEXT   NOT NULL,  -- a JSON object
    owner        TEXT   NOT NULL,
    owner_id     BIGINT NOT NULL,  -- 0: nobody
    state        BIGINT NOT NULL,
    stop_asked   BIGINT NOT NULL,
    done         BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    words        TEXT   NOT NULL,
    result       TEXT   NOT NULL,  -- a JSON object; empty until it is done
    error        TEXT   NOT NULL,
    hint         TEXT   NOT NULL,
    attempts     BIGINT NOT NULL,
    created_ms   BIGINT NOT NULL,
    started_ms   BIGINT NOT NULL,
    finished_ms  BIGINT NOT NULL,
    changed_ms   BIGINT NOT NULL,
    runner       BIGINT NOT NULL,
    lease_ms     BIGINT NOT NULL
);

CREATE INDEX job_by_state ON job (state, job);

CREATE TABLE webhook (
    webhook           BIGINT NOT NULL PRIMARY KEY,
    url               TEXT   NOT NULL,
    words             TEXT   NOT NULL,
    events            BIGINT NOT NULL,  -- a bit per kind of event
    active            BIGINT NOT NULL,
    reason            TEXT   NOT NULL,  -- why it is not active
    secret            BYTEA  NOT NULL,  -- sealed with a key that is not in this file
    created_ms        BIGINT NOT NULL,
    changed_ms        BIGINT NOT NULL,
    failing_since_ms  BIGINT NOT NULL,  -- 0: the last attempt went well
    version           BIGINT NOT NULL
);

-- `state`: 0 waiting, 1 done, 2 failed. `body` is what is sent, byte for byte.
CREATE TABLE webhook_delivery (
    delivery    BIGINT  NOT NULL PRIMARY KEY,
    webhook     BIGINT  NOT NULL,
    message     TEXT    NOT NULL,  -- "msg_...": the same for every attempt
    event       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    state       BIGINT  NOT NULL,
    attempts    BIGINT  NOT NULL,
    created_ms  BIGINT  NOT NULL,
    next_ms     BIGINT  NOT NULL,
    last_ms     BIGINT  NOT NULL,
    code        BIGINT  NOT NULL,  -- of the last reply; 0: there was none
    reply       TEXT    NOT NULL,
    error       TEXT    NOT NULL,
    took_ms     BIGINT  NOT NULL
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (state, next_ms);
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook, delivery);

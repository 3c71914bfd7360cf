-- 2026-11-24-customer-asked: customers who were asked whether what was done for them is so.
--
-- This file runs on SQLite and PostgreSQL alike, in one transaction. A released
-- migration is never edited; the next one corrects it.

-- One link each. The signed number in the link is all that is known outside; who was asked
-- stands here only, and goes with the customer.
CREATE TABLE customer_asked (
    asked      BIGINT NOT NULL PRIMARY KEY,
    record     BIGINT NOT NULL,
    customer   BIGINT NOT NULL,
    person     BIGINT NOT NULL,  -- who asked; 0: the command line, a program
    words      TEXT   NOT NULL,  -- the wording that the customer reads, as it was allowed
    made_ms    BIGINT NOT NULL,
    until_ms   BIGINT NOT NULL,  -- it leads nowhere from then on
    used_ms    BIGINT NOT NULL,  -- answered; 0: not yet
    answer     TEXT   NOT NULL,  -- solved, not-yet, idea; empty: not yet
    said       TEXT   NOT NULL,  -- the customer's words
    key        TEXT   NOT NULL,  -- of the interaction in their story
    entry      BIGINT NOT NULL   -- of the record's history that tells it
);

CREATE INDEX customer_asked_record ON customer_asked (record, asked);
CREATE INDEX customer_asked_customer ON customer_asked (customer);

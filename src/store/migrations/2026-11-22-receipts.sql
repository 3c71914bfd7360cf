-- 2026-11-22-receipts: who has read which story, and how far.
--
-- `member` is the customer's number when it was read: it follows merges and their
-- undoing as interactions do (src/store/receipts.h).

CREATE TABLE story_receipt (
    member   BIGINT NOT NULL,
    person   BIGINT NOT NULL,
    upto_ms  BIGINT NOT NULL,  -- time of the last interaction that was there to read
    at_ms    BIGINT NOT NULL,  -- when the person said so
    PRIMARY KEY (member, person)
);

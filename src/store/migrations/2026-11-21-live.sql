-- 2026-11-21-live: what live ingest knows of its batches.
--
-- `clean` of inbox and segment: 0: it may hold two that are the same; 1: it does
-- not; 2: nor is anything in it the same as anything that came before it, so that
-- reading it together with older parts needs no comparing.

ALTER TABLE inbox ADD COLUMN clean BIGINT NOT NULL DEFAULT 0;

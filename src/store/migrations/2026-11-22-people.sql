-- 2026-11-22-people: departments, the people who work here, and how they sign in.
--
-- Secrets never stand here: of passwords, sessions, links, codes and tokens there are
-- hashes (as hexadecimal digits); what must be read again is sealed (src/app/signin/sealed.h).

CREATE TABLE department (
    department   BIGINT NOT NULL PRIMARY KEY,
    external_id  TEXT,             -- NULL: none
    name         TEXT   NOT NULL,
    parent       BIGINT NOT NULL,  -- 0: at the top
    customer     BIGINT NOT NULL,  -- as which it has a story; 0: none
    known_as     BIGINT NOT NULL,  -- number in the dictionary of departments
    active       BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    UNIQUE (external_id),
    UNIQUE (name)
);

CREATE INDEX department_by_customer ON department (customer);

CREATE TABLE person (
    person       BIGINT NOT NULL PRIMARY KEY,
    external_id  TEXT,             -- NULL: none
    name         TEXT   NOT NULL,
    email        TEXT,             -- normal spelling; NULL: none
    department   BIGINT NOT NULL,  -- 0: none, as below
    level        TEXT   NOT NULL,
    manager      BIGINT NOT NULL,
    started      TEXT   NOT NULL,  -- 2024-03-01
    roles        BIGINT NOT NULL,  -- bit per role
    customer     BIGINT NOT NULL,
    active       BIGINT NOT NULL,
    made_ms      BIGINT NOT NULL,
    changed_ms   BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    UNIQUE (external_id),
    UNIQUE (email)
);

CREATE INDEX person_by_department ON person (department, person);
CREATE INDEX person_by_manager ON person (manager);
CREATE INDEX person_by_customer ON person (customer);

CREATE TABLE password (
    person  BIGINT NOT NULL PRIMARY KEY,
    hash    TEXT   NOT NULL,  -- argon2id, as PHC text
    set_ms  BIGINT NOT NULL
);

CREATE TABLE session (
    session      BIGINT NOT NULL PRIMARY KEY,
    secret       TEXT   NOT NULL,
    person       BIGINT NOT NULL,
    made_ms      BIGINT NOT NULL,
    seen_ms      BIGINT NOT NULL,
    factors      BIGINT NOT NULL,  -- 0: password passed, the second one is awaited; 1; 2
    wrong_codes  BIGINT NOT NULL,
    ip           TEXT   NOT NULL,
    agent        TEXT   NOT NULL,
    UNIQUE (secret)
);

CREATE INDEX session_by_person ON session (person);

CREATE TABLE one_time_link (
    secret      TEXT   NOT NULL PRIMARY KEY,
    kind        BIGINT NOT NULL,
    person      BIGINT NOT NULL,  -- 0: who sets everything up
    expires_ms  BIGINT NOT NULL
);

CREATE INDEX one_time_link_by_person ON one_time_link (person);

CREATE TABLE totp (
    person     BIGINT NOT NULL PRIMARY KEY,
    secret     BYTEA  NOT NULL,  -- sealed
    confirmed  BIGINT NOT NULL,
    last_step  BIGINT NOT NULL   -- of the last code that was right: none comes twice
);

CREATE TABLE recovery_code (
    person  BIGINT NOT NULL,
    code    TEXT   NOT NULL,
    PRIMARY KEY (person, code)
);

CREATE TABLE passkey (
    passkey     BIGINT NOT NULL PRIMARY KEY,
    person      BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    credential  TEXT   NOT NULL,  -- hexadecimal
    public_key  BYTEA  NOT NULL,  -- SPKI
    algorithm   BIGINT NOT NULL,  -- COSE: -7, -8, -257
    counter     BIGINT NOT NULL,
    made_ms     BIGINT NOT NULL,
    used_ms     BIGINT NOT NULL,
    UNIQUE (credential)
);

CREATE INDEX passkey_by_person ON passkey (person);

-- What was asked and waits for an answer, each once: challenges of passkeys, sign-ins
-- that are under way at a provider.
CREATE TABLE challenge (
    secret      TEXT   NOT NULL PRIMARY KEY,
    purpose     BIGINT NOT NULL,
    person      BIGINT NOT NULL,
    body        TEXT   NOT NULL,
    expires_ms  BIGINT NOT NULL
);

CREATE TABLE token (
    token       TEXT   NOT NULL PRIMARY KEY,  -- the public id
    secret      TEXT   NOT NULL,
    person      BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    scopes      BIGINT NOT NULL,
    made_ms     BIGINT NOT NULL,
    expires_ms  BIGINT NOT NULL,
    used_ms     BIGINT NOT NULL,
    used_ip     TEXT   NOT NULL,
    revoked     BIGINT NOT NULL
);

CREATE INDEX token_by_person ON token (person);

-- As whom a sign-in provider (OIDC) knows a person.
CREATE TABLE provider_subject (
    issuer   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    person   BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX provider_subject_by_person ON provider_subject (person);

-- Sessions that a provider may end: the provider's own name for them.
CREATE TABLE provider_session (
    session  BIGINT NOT NULL PRIMARY KEY,
    issuer   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    sid      TEXT   NOT NULL
);

CREATE INDEX provider_session_by_sid ON provider_session (issuer, sid);

/* signin.h - use case: signing in and staying signed in.
 *
 * One fh_signin serves the whole process; any thread may use it. Functions that check
 * a password take the pool, because that costs some 90 ms and 64 MiB: they read with
 * one handle, compute with none, and write with the lane; the others take an fh_org
 * open for writing (unless they say that reading is enough).
 *
 * The rules: passwords of 12 to 256 characters that are not on the list of common
 * ones, kept as argon2id; a second factor by passkey or authenticator app (TOTP), with
 * recovery codes; no default account: the first owner comes in by a set-up link that
 * the program prints. A session's secret is random and only its hash is kept; signing
 * in always makes a new one, and so does passing the second factor. An unknown account
 * costs as much as a known one with a wrong password and gets the same answer.
 *
 * Statuses: FH_DENIED "not right" (the same for every reason, so that nobody learns
 * whether an account exists), FH_LATER "too many attempts" with the wait in the hint,
 * FH_BUSY when too many passwords are being checked, FH_NOTFOUND for a session or link
 * that is not (or no longer) there, FH_INVALID for a password against the rules.
 * Everything that happens is audited; what somebody typed never is.
 */
#ifndef FH_APP_SIGNIN_H
#define FH_APP_SIGNIN_H

#include "app/people/people.h"
#include "app/pool.h"
#include "app/signin/sealed.h"

typedef struct fh_signin fh_signin;

typedef struct fh_signin_options {
    fh_str base_url;   /* "https://journeys.example.org": links begin with it, and it is the
                          origin of passkeys, its host their relying party */
    const fh_key *key; /* NULL: authenticator apps cannot be used */
    uint64_t password_ops, password_bytes; /* argon2id; 0: 2 passes over 64 MiB */
} fh_signin_options;
FH_MUST_CHECK fh_status fh_signin_new(const fh_os *os, const fh_signin_options *options,
                                      fh_signin **out, fh_error *err);
void fh_signin_free(fh_signin *s); /* NULL is allowed */

/* From where a request comes. */
typedef struct fh_caller {
    fh_str ip;    /* empty: not over the network */
    fh_str agent; /* User-Agent: shown in the list of sessions; cut at 200 bytes */
} fh_caller;

/* ---- Sessions ------------------------------------------------------------------------- */

#define FH_SESSION_IDLE_MS INT64_C(43200000)   /* 12 h */
#define FH_SESSION_MAX_MS  INT64_C(2592000000) /* 30 d */
#define FH_SESSION_HALF_MS INT64_C(600000)     /* 10 min: password passed, second factor not */

enum { FH_SECRET_TEXT = 43 }; /* characters of 0-9A-Za-z: more than 256 bits */

typedef struct fh_session_given {
    uint32_t session, person;
    char secret[FH_SECRET_TEXT + 1]; /* the cookie; nobody sees it again */
    bool needs_second_factor;        /* nothing but fh_signin_code, _recovery or
                                        fh_passkey_finish is possible until then */
} fh_session_given;

/* `old`: the secret the browser came with (empty: none); that session ends. */
FH_MUST_CHECK fh_status fh_signin_password(fh_signin *s, fh_pool *pool, fh_str email,
                                           fh_str password, const fh_caller *caller, fh_str old,
                                           fh_session_given *out, fh_error *err);
/* The second factor of a session that waits for it: the six digits of the authenticator
 * app, or one of the recovery codes. A new secret replaces the old one. Five wrong codes
 * end the session. */
FH_MUST_CHECK fh_status fh_signin_code(fh_signin *s, fh_org *org, fh_str secret, fh_str code,
                                       const fh_caller *caller, fh_session_given *out,
                                       fh_error *err);
FH_MUST_CHECK fh_status fh_signin_recovery(fh_signin *s, fh_org *org, fh_str secret, fh_str code,
                                           const fh_caller *caller, fh_session_given *out,
                                           fh_error *err);
/* A session for a person known by other means: app/signin/oidc.h. */
FH_MUST_CHECK fh_status fh_signin_person(fh_signin *s, fh_org *org, uint32_t person,
                                         bool second_factor, const fh_caller *caller, fh_str old,
                                         fh_session_given *out, fh_error *err);

typedef struct fh_session_now {
    fh_actor actor;
    bool needs_second_factor; /* half signed in: the actor has no rights yet */
    bool must_add_factor;     /* the organisation asks for a second factor, and there is none:
                                 guarded rights (or all) are withheld */
    bool touch_due;           /* call fh_session_touch when there is time */
} fh_session_now;
/* Who is behind a secret; for every request, reading is enough. FH_NOTFOUND: sign in. */
FH_MUST_CHECK fh_status fh_session_resume(fh_org *org, fh_str secret, const fh_caller *caller,
                                          fh_arena *arena, fh_session_now *out, fh_error *err);
FH_MUST_CHECK fh_status fh_session_touch(fh_org *org, uint32_t session, fh_error *err);
FH_MUST_CHECK fh_status fh_session_end(fh_org *org, const fh_actor *actor, fh_error *err);

typedef struct fh_session {
    uint32_t session, person;
    int64_t made_ms, seen_ms;
    fh_str ip, agent;
    bool second_factor;
} fh_session;
/* Of one person: the own ones, or with FH_RIGHT_PEOPLE anybody's. Reading is enough. */
FH_MUST_CHECK fh_status fh_sessions_list(fh_org *org, const fh_actor *actor, uint32_t person,
                                         fh_arena *arena, const fh_session **out, size_t *n,
                                         fh_error *err);
FH_MUST_CHECK fh_status fh_session_revoke(fh_org *org, const fh_actor *actor, uint32_t session,
                                          fh_error *err);
/* All of a person but the actor's own. */
FH_MUST_CHECK fh_status fh_sessions_revoke(fh_org *org, const fh_actor *actor, uint32_t person,
                                           fh_error *err);
/* A token for the hidden field of forms of this session: 43 characters and NUL. */
void fh_session_form_token(fh_str secret, char out[FH_SECRET_TEXT + 1]);
bool fh_session_form_token_ok(fh_str secret, fh_str token); /* in constant time */

/* ---- Passwords and one-time links -------------------------------------------------------- */

/* FH_INVALID says which rule, and what to do. `name`, `email`: not in the password;
 * nor is the organisation's name. Reading is enough. */
FH_MUST_CHECK fh_status fh_password_check(fh_org *org, fh_str password, fh_str name, fh_str email,
                                          fh_error *err);
/* The own password; `old` must be right. Ends all other sessions; the actor's own goes
 * on under a new secret. */
FH_MUST_CHECK fh_status fh_password_change(fh_signin *s, fh_pool *pool, const fh_actor *actor,
                                           fh_str old, fh_str password, const fh_caller *caller,
                                           fh_session_given *out, fh_error *err);

typedef enum fh_link_kind {
    FH_LINK_SETUP = 1, /* makes the first owner; 24 h */
    FH_LINK_RESET,     /* sets a new password; 1 h */
    FH_LINK_INVITE     /* sets the first password; 7 d */
} fh_link_kind;
/* The paths of the three pages, the secret behind: "/setup#...", after # so that it is in
 * no log. */
const char *fh_link_path(fh_link_kind kind);

/* A link for the first owner; the one before is void. FH_CONFLICT when there is an owner
 * who can sign in. The URL is in the arena. */
FH_MUST_CHECK fh_status fh_setup_link(fh_org *org, const fh_actor *actor, fh_str base_url,
                                      fh_arena *arena, fh_str *url, fh_error *err);
/* FH_LINK_RESET or _INVITE for a person (FH_RIGHT_PEOPLE; only an owner for an owner). */
FH_MUST_CHECK fh_status fh_person_link(fh_org *org, const fh_actor *actor, uint32_t person,
                                       fh_link_kind kind, fh_str base_url, fh_arena *arena,
                                       fh_str *url, fh_error *err);
typedef struct fh_link {
    fh_link_kind kind;
    uint32_t person;
    fh_str name, email; /* empty for FH_LINK_SETUP */
    int64_t expires_ms;
} fh_link;
/* What a link is for, without using it up. FH_NOTFOUND: used, expired, or never made. */
FH_MUST_CHECK fh_status fh_link_look(fh_org *org, fh_str secret, fh_arena *arena, fh_link *out,
                                     fh_error *err);
/* Makes the first owner, and signs in. */
FH_MUST_CHECK fh_status fh_setup_finish(fh_signin *s, fh_pool *pool, fh_str secret, fh_str name,
                                        fh_str email, fh_str password, const fh_caller *caller,
                                        fh_session_given *out, fh_error *err);
/* Sets the password, ends all sessions and other links of the person, and signs in; a
 * second factor is still asked for. */
FH_MUST_CHECK fh_status fh_link_finish(fh_signin *s, fh_pool *pool, fh_str secret, fh_str password,
                                       const fh_caller *caller, fh_session_given *out,
                                       fh_error *err);

/* ---- Authenticator apps (TOTP, RFC 6238: SHA-1, 6 digits, 30 s) ----------------------------- */

typedef struct fh_totp_new {
    fh_str secret; /* base32, to type in */
    fh_str uri;    /* otpauth://..., to show as QR code */
} fh_totp_new;
/* Begins; counts only once fh_totp_finish was given a right code. */
FH_MUST_CHECK fh_status fh_totp_begin(fh_signin *s, fh_org *org, const fh_actor *actor,
                                      fh_arena *arena, fh_totp_new *out, fh_error *err);
enum { FH_RECOVERY_CODES = 10, FH_RECOVERY_TEXT = 19 };
typedef struct fh_recovery {
    char code[FH_RECOVERY_CODES][FH_RECOVERY_TEXT + 1]; /* shown once; each works once */
} fh_recovery;
/* The session goes on as one with a second factor, under a new secret. */
FH_MUST_CHECK fh_status fh_totp_finish(fh_signin *s, fh_org *org, const fh_actor *actor,
                                       fh_str code, const fh_caller *caller, fh_recovery *recovery,
                                       fh_session_given *out, fh_error *err);
/* The own one (after the second factor), or with FH_RIGHT_PEOPLE that of a person who
 * lost it. Recovery codes go too. */
FH_MUST_CHECK fh_status fh_totp_remove(fh_org *org, const fh_actor *actor, uint32_t person,
                                       fh_error *err);
/* The code for a moment: RFC 6238 with SHA-1. */
uint32_t fh_totp_code(fh_str secret, int64_t step);

/* ---- Passkeys (WebAuthn, attestation none) --------------------------------------------------- */

enum { FH_CHALLENGE_TEXT = 43 }; /* base64url of 32 bytes */
/* A challenge for registering (actor: who is signed in) or for signing in (actor NULL, or
 * a half session's for its second factor). Single use, 5 min. */
FH_MUST_CHECK fh_status fh_passkey_challenge(fh_org *org, const fh_actor *actor, bool registering,
                                             char out[FH_CHALLENGE_TEXT + 1], fh_error *err);

typedef struct fh_passkey_registration {
    fh_str name;          /* "my phone" */
    fh_str credential;    /* rawId: raw bytes, at most 1023 */
    fh_str client_data;   /* clientDataJSON, raw bytes */
    fh_str authenticator; /* getAuthenticatorData() */
    fh_str public_key;    /* getPublicKey(): SPKI */
    int32_t algorithm;    /* getPublicKeyAlgorithm(): -7, -8, -257 */
} fh_passkey_registration;
FH_MUST_CHECK fh_status fh_passkey_add(fh_signin *s, fh_org *org, const fh_actor *actor,
                                       const fh_passkey_registration *r, fh_error *err);

typedef struct fh_passkey_answer {
    fh_str credential, client_data, authenticator, signature; /* raw bytes */
} fh_passkey_answer;
/* Signs in by a passkey that verified its user (PIN, finger): both factors at once. With
 * the secret of a half session, any passkey of the same person will do as second factor. */
FH_MUST_CHECK fh_status fh_passkey_finish(fh_signin *s, fh_org *org, const fh_passkey_answer *a,
                                          const fh_caller *caller, fh_str old,
                                          fh_session_given *out, fh_error *err);

typedef struct fh_passkey {
    uint32_t passkey, person;
    fh_str name;
    fh_str credential; /* raw bytes */
    int64_t made_ms, used_ms;
} fh_passkey;
FH_MUST_CHECK fh_status fh_passkeys_list(fh_org *org, const fh_actor *actor, uint32_t person,
                                         fh_arena *arena, const fh_passkey **out, size_t *n,
                                         fh_error *err);
/* Another name for an own one. */
FH_MUST_CHECK fh_status fh_passkey_name(fh_org *org, const fh_actor *actor, uint32_t passkey,
                                        fh_str name, fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_remove(fh_org *org, const fh_actor *actor, uint32_t passkey,
                                          fh_error *err);

/* ---- What the organisation asks for --------------------------------------------------------- */

/* The setting "second-factor": "offered" (who has one must use it; the default), "guarded"
 * (guarded rights only with one), "everybody" (nothing without one but adding one). */
#define FH_SETTING_SECOND_FACTOR "second-factor"

#endif

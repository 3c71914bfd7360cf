/* signin_parts.h - what the files of signing in share. */
#ifndef FH_APP_SIGNIN_PARTS_H
#define FH_APP_SIGNIN_PARTS_H

#include "app/people/audit.h"
#include "app/signin/limiter.h"
#include "app/signin/passwords.h"
#include "app/signin/secrets.h"
#include "app/signin/signin.h"
#include "os/threads.h"
#include "store/accounts.h"

struct fh_signin {
    const fh_os *os;
    fh_arena *arena;
    fh_str base_url, rp_id; /* without a / at its end; the host in it */
    bool has_key;
    fh_key key;
    fh_password_cost cost;
    char unknown[FH_PASSWORD_HASH_TEXT + 1]; /* of nobody: what an unknown account is compared
                                                with, so that it takes as long */
    fh_mutex *lock;                          /* for all below */
    fh_cond *turn;
    uint32_t computing, waiting;
    fh_limiter *accounts, *addresses, *codes;
};

/* ---- Taking turns (signin.c) ----------------------------------------------------------- */

/* A turn to compute an argon2: two at once, 32 waiting, then FH_BUSY. */
FH_MUST_CHECK fh_status fh_signin_turn(fh_signin *s, fh_error *err);
void fh_signin_turn_done(fh_signin *s);

typedef enum fh_limited { FH_LIMITED_ACCOUNT, FH_LIMITED_ADDRESS, FH_LIMITED_CODE } fh_limited;
/* FH_LATER with the wait in its hint. */
FH_MUST_CHECK fh_status fh_signin_try(fh_signin *s, fh_limited which, fh_str key, fh_error *err);
/* How long the next try must wait now, in ms. */
int64_t fh_signin_failed(fh_signin *s, fh_limited which, fh_str key);
void fh_signin_passed(fh_signin *s, fh_limited which, fh_str key);
/* The address of a caller, as a key; empty: not over the network, not limited. */
fh_str fh_signin_address(const fh_caller *caller, char space[64]);

/* ---- Sessions (sessions.c) ---------------------------------------------------------------- */

fh_actor fh_signin_visitor(const fh_caller *caller);
/* The session of a secret unless it has expired. */
FH_MUST_CHECK fh_status fh_session_of(fh_org *org, fh_str secret, fh_arena *arena,
                                      fh_session_row *out, bool *there, fh_error *err);
/* The actor's own session when it may change how it signs in: signed in by a browser, and
 * with the second factor if the person has one. FH_DENIED. */
FH_MUST_CHECK fh_status fh_session_own(fh_org *org, const fh_actor *actor, fh_arena *arena,
                                       fh_session_row *out, fh_error *err);
/* A new session in the open transaction; the one of `old` ends. */
FH_MUST_CHECK fh_status fh_session_begin(fh_org *org, uint32_t person, uint32_t factors,
                                         const fh_caller *caller, fh_str old, fh_session_given *out,
                                         fh_error *err);
/* A new secret for a session that goes on. */
FH_MUST_CHECK fh_status fh_session_renew(fh_org *org, const fh_session_row *row, uint32_t factors,
                                         fh_session_given *out, fh_error *err);
/* An entry about a person. */
FH_MUST_CHECK fh_status fh_signin_audit(fh_org *org, const fh_actor *actor, fh_audited action,
                                        uint32_t person, fh_error *err);
/* The actor a person is while signing in: for entries of the log. */
fh_actor fh_signin_as(uint32_t person, uint32_t session, const fh_caller *caller);

/* "the e-mail address or the password is not right" and the like: FH_DENIED. */
fh_status fh_signin_wrong(fh_error *err, const char *what);

/* Hashes a new password that was found good, taking a turn. */
FH_MUST_CHECK fh_status fh_signin_hash(fh_signin *s, fh_arena *arena, fh_str password,
                                       char out[FH_PASSWORD_HASH_TEXT + 1], fh_error *err);

#endif

/* tokens.h - use case: tokens, the passwords of programs.
 *
 * A token reads fh_<8 characters>_<43 characters>: a public id, by which it is listed,
 * audited and revoked, and a secret of which only a hash is kept. It acts for the
 * person who made it, within its scopes, and never may more than that person may
 * now: a disabled person's tokens do nothing.
 */
#ifndef FH_APP_TOKENS_H
#define FH_APP_TOKENS_H

#include "app/people/people.h"

enum { FH_TOKEN_ID = 8, FH_TOKEN_SECRET = 43, FH_TOKEN_TEXT = 3 + 8 + 1 + 43 };
#define FH_TOKEN_LONGEST_MS INT64_C(31622400000) /* 366 days: the longest life, and the default */

typedef struct fh_token {
    fh_str id; /* 8 characters */
    fh_str name;
    uint32_t person;
    fh_rights scopes;
    int64_t made_ms, expires_ms;
    int64_t used_ms; /* 0: never; written at most once a minute */
    fh_str used_ip;
    bool revoked;
} fh_token;

/* For the actor's own programs (FH_RIGHT_OWN_TOKENS; signed in, not by a token). `life_ms`
 * 0: the longest. FH_DENIED: a scope beyond the actor's own rights. `text`: the token,
 * which nobody sees again. */
FH_MUST_CHECK fh_status fh_token_make(fh_org *org, const fh_actor *actor, fh_str name,
                                      fh_rights scopes, int64_t life_ms,
                                      char text[FH_TOKEN_TEXT + 1], fh_error *err);
/* On the command line, for a person: `firsthand people`. */
FH_MUST_CHECK fh_status fh_token_make_for(fh_org *org, const fh_actor *actor, uint32_t person,
                                          fh_str name, fh_rights scopes, int64_t life_ms,
                                          char text[FH_TOKEN_TEXT + 1], fh_error *err);

/* Who is behind a token; for every request, reading is enough. FH_NOTFOUND whatever is
 * wrong with it (unknown, expired, revoked, its person disabled). */
FH_MUST_CHECK fh_status fh_token_resume(fh_org *org, fh_str text, fh_str ip, fh_arena *arena,
                                        fh_actor *out, bool *touch_due, fh_error *err);
FH_MUST_CHECK fh_status fh_token_touch(fh_org *org, fh_str id, fh_str ip, fh_error *err);

/* `person` 0: everybody's (FH_RIGHT_TOKENS). Newest first. */
FH_MUST_CHECK fh_status fh_tokens_list(fh_org *org, const fh_actor *actor, uint32_t person,
                                       fh_arena *arena, const fh_token **out, size_t *n,
                                       fh_error *err);
/* The own one, or with FH_RIGHT_TOKENS anybody's. */
FH_MUST_CHECK fh_status fh_token_revoke(fh_org *org, const fh_actor *actor, fh_str id,
                                        fh_error *err);
void fh_token_json(const fh_token *token, fh_json *j);

#endif

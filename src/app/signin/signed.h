/* signed.h - links that prove themselves: a number with a signature that only this
 * organisation's key makes. Whoever has the link may do the one thing it is for, without signing
 * in; whether it was used already is the business of the row with that number.
 */
#ifndef FH_APP_SIGNED_H
#define FH_APP_SIGNED_H

#include "app/signin/sealed.h"

/* `use` ("unsubscribe") is part of what is signed: a token for one use is none for another. In
 * the arena: 32 characters of base64url. */
FH_MUST_CHECK fh_status fh_signed_make(const fh_key *key, const char *use, int64_t number,
                                       fh_arena *arena, fh_str *out, fh_error *err);
/* FH_NOTFOUND: not made with this key for this use. */
FH_MUST_CHECK fh_status fh_signed_read(const fh_key *key, const char *use, fh_str token,
                                       fh_arena *arena, int64_t *number, fh_error *err);

#endif

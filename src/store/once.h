/* once.h - replies kept for a day, so that a request sent again is not done again. */
#ifndef FH_STORE_ONCE_H
#define FH_STORE_ONCE_H

#include "store/org.h"

enum { FH_ONCE_HASH = 32, FH_ONCE_BODY_MAX = 1 << 20 };
#define FH_ONCE_KEPT_MS INT64_C(86400000)

typedef struct fh_once {
    unsigned char id[FH_ONCE_HASH];      /* of who asked, for what, and the key */
    unsigned char request[FH_ONCE_HASH]; /* of what was sent */
    int64_t at_ms;
    int64_t status;
    fh_str location, etag, body;
} fh_once;

/* By once->id; fills in the rest, in the arena. *found false: not known (any more). */
FH_MUST_CHECK fh_status fh_once_get(fh_org *org, fh_once *once, fh_arena *arena, bool *found,
                                    fh_error *err);
/* In the caller's transaction; forgets what is older than a day. */
FH_MUST_CHECK fh_status fh_once_put(fh_org *org, const fh_once *once, fh_error *err);

#endif

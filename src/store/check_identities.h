/* check_identities.h - is it still known who is who? Part of fh_store_check. */
#ifndef FH_STORE_CHECK_IDENTITIES_H
#define FH_STORE_CHECK_IDENTITIES_H

#include "store/segments.h"

typedef struct fh_identities_checking {
    const fh_allocator *from; /* NULL: malloc */
    size_t at_once;           /* pairs compared at a time; 0: two million, 100 MB */
} fh_identities_checking;
/* Reads members, the packed identifiers and their index, and tells every fault in a
 * sentence with place and remedy. Inside a read transaction. */
FH_MUST_CHECK fh_status fh_identities_check(fh_org *org, const fh_identities_checking *how,
                                            fh_fault *fault, void *ctx, fh_error *err);

#endif

/* named.h - identifiers at rest: packed lists in order of member, and an index of
 * hashes to find a member by what it is called.
 *
 *     identity_list    [ (1, customer, "c-17") (1, email, "ann@x.org") (2, ...) ... ]
 *     identity_index   run 1: [ hash member, hash member, ... ] [ ... ] ...
 *                      run 2: [ ... ]
 *
 * One row of its own for each identifier would cost a database more than reading,
 * sorting and storing all the interactions that come with it.
 */
#ifndef FH_STORE_NAMED_H
#define FH_STORE_NAMED_H

#include "store/org.h"

typedef struct fh_named {
    uint32_t member, kind;
    fh_str value; /* normal spelling */
} fh_named;

/* Writes identifiers that are not there yet. Puts `named` in order of member. */
FH_MUST_CHECK fh_status fh_named_put(fh_org *org, fh_named *named, size_t n, fh_error *err);

/* Calls `each` for every identifier of the members lo .. hi, in order of list; the
 * value lives during the call. What `each` returns other than FH_OK ends it. */
typedef fh_status fh_each_named(void *ctx, const fh_named *named, fh_error *err);
FH_MUST_CHECK fh_status fh_named_each(fh_org *org, uint32_t lo, uint32_t hi, fh_each_named *each,
                                      void *ctx, fh_error *err);

/* The same for all that was written after list number `list`. What was written before
 * may be told again. */
FH_MUST_CHECK fh_status fh_named_since(fh_org *org, int64_t list, fh_each_named *each, void *ctx,
                                       fh_error *err);

/* The members known by an identifier, each once, ascending; *n = 0 when none is. */
FH_MUST_CHECK fh_status fh_named_find(fh_org *org, uint32_t kind, fh_str value, fh_arena *arena,
                                      const uint32_t **members, size_t *n, fh_error *err);

/* The same of many at once, with far less work than one by one. */
typedef struct fh_named_ask {
    uint32_t kind;
    fh_str value;
    const uint32_t *members; /* [n] the answer, in the arena; NULL: nobody */
    size_t n;
} fh_named_ask;
FH_MUST_CHECK fh_status fh_named_find_all(fh_org *org, fh_named_ask *ask, size_t n, fh_arena *arena,
                                          fh_error *err);

/* Takes all identifiers of a member out of lists and index. */
FH_MUST_CHECK fh_status fh_named_remove(fh_org *org, uint32_t member, fh_error *err);

FH_MUST_CHECK fh_status fh_named_count(fh_org *org, uint64_t *out, fh_error *err);

#endif

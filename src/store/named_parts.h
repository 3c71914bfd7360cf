/* named_parts.h - what stands in the bodies of identity_list and identity_index: for
 * named.c, which writes them, named_many.c, which looks many up, and check_identities.c,
 * which compares them. */
#ifndef FH_STORE_NAMED_PARTS_H
#define FH_STORE_NAMED_PARTS_H

#include "store/named.h"

enum { FH_PAIR_BYTES = 12 }; /* in a body */

/* An entry of the index: 63 bits, and who is called so. */
typedef struct fh_pair {
    uint64_t hash;
    uint32_t member;
} fh_pair;

/* A growing array. */
typedef struct fh_pairs {
    fh_pair *ptr;
    size_t n, cap;
} fh_pairs;

uint64_t fh_named_hash(uint32_t kind, fh_str value);

/* The identifiers of a list's body in order; values are slices of it. FH_CORRUPT. */
FH_MUST_CHECK fh_status fh_named_body(fh_str body, fh_each_named *each, void *ctx, fh_error *err);

/* Adds what a body of the index holds, making room with realloc where there is too
 * little. FH_CORRUPT, FH_NOMEM. */
FH_MUST_CHECK fh_status fh_pairs_add_body(fh_pairs *p, fh_str body, fh_error *err);
/* The runs of the index, in the arena. */
FH_MUST_CHECK fh_status fh_named_runs(fh_org *org, fh_arena *arena, const int64_t **run, size_t *n,
                                      fh_error *err);
/* The chunk of a run where `hash` would stand: its pairs, instead of those that were there, and
 * its `first`; no pairs: all of the run are larger. */
FH_MUST_CHECK fh_status fh_named_chunk(fh_org *org, int64_t run, uint64_t hash, fh_pairs *p,
                                       int64_t *first, fh_error *err);
/* By hash; equal hashes keep their order. `spare` has room for n, too. */
void fh_pairs_radix(fh_pair *pairs, fh_pair *spare, size_t n);

#endif

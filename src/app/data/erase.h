/* erase.h - use case: erase a customer, and prove it.
 *
 * Everything goes in one transaction: interactions in segments, pages and inbox,
 * identifiers, problems, merge log, suggestions. Deleted bytes are overwritten and
 * the write-ahead log is emptied. What stays are tombstones, keyed hashes, so that
 * re-imports and restored backups erase again. Backups made before still hold the
 * customer until they are restored or thrown away: say so to whoever asks.
 */
#ifndef FH_APP_ERASE_H
#define FH_APP_ERASE_H

#include "store/identities.h"

typedef struct fh_erase_result {
    uint64_t interactions, identifiers;
    /* The proof: each identifier is searched for in all bytes of the file and its log. */
    uint64_t n_searched, n_too_short;  /* identifiers; under four bytes proves nothing */
    uint64_t n_files, n_files_removed; /* beside it: looked through, and removed (erase_files.h) */
    uint64_t n_colleagues;             /* not searched for: a colleague's own record has the same */
    uint64_t searched_bytes;
    uint64_t found;             /* places that still hold one: 0 when all is well */
    uint64_t elsewhere;         /* places where one is part of a longer word that is not the
                                   customer's, such as 1234 in 91234 */
    int64_t elapsed_ms, cpu_ms; /* of erasing; the search is not counted */
} fh_erase_result;

/* Something more that belongs into the transaction of the erasure: an entry in the
 * audit log, a message to others. NULL: nothing. */
typedef fh_status fh_erase_also(void *ctx, fh_org *org, fh_error *err);

/* Erases, without the proof: *texts [n], in the arena, are the identifiers to search for
 * (fh_search_bytes, with any handle) when it is done. */
FH_MUST_CHECK fh_status fh_erase_cut(fh_org *org, uint32_t customer, fh_erase_also *also, void *ctx,
                                     fh_arena *arena, fh_erase_result *out, const fh_str **texts,
                                     size_t *n, fh_error *err);

/* Erases and proves it. FH_BUSY, after the erasure was committed, when readers keep the old state
 * open: the log still holds it until they are gone and anything is written again. */
FH_MUST_CHECK fh_status fh_erase_customer(fh_org *org, uint32_t customer, fh_erase_result *out,
                                          fh_error *err);
FH_MUST_CHECK fh_status fh_erase_customer_and(fh_org *org, uint32_t customer, fh_erase_also *also,
                                              void *ctx, fh_erase_result *out, fh_error *err);

/* Searches the file (and its log) for texts of at least four bytes. */
FH_MUST_CHECK fh_status fh_search_bytes(fh_org *org, const fh_str *texts, size_t n,
                                        fh_erase_result *out, fh_error *err);

#endif

/* tombstones.h - keyed hashes of the identifiers of those who were erased.
 *
 * A hash without the key tells nothing: the key is random and lies in the
 * organisation's settings, so a backup has it too. The hashes stand in the file
 * and, one a line, in the list beside it (PATH.erased), which a restored backup
 * does not take back.
 */
#ifndef FH_STORE_TOMBSTONES_H
#define FH_STORE_TOMBSTONES_H

#include "store/org.h"

enum { FH_TOMBSTONE_TEXT = 64 };

typedef struct fh_tomb {
    char hex[FH_TOMBSTONE_TEXT]; /* hexadecimal digits */
} fh_tomb;

typedef struct fh_tomb_key {
    unsigned char bytes[32];
} fh_tomb_key;

/* The key; `make`: a new one where there is none yet (write mode). Without one,
 * FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_tomb_key_get(fh_org *org, bool make, fh_tomb_key *out, fh_error *err);

/* The tombstone of an identifier in its normal spelling; `kind` by name, which
 * stays the same in every file of the organisation. */
fh_tomb fh_tombstone(const fh_tomb_key *key, fh_str kind, fh_str value);

/* Puts tombstones into the list beside the file, durably, then into the file;
 * _keep only into the file. */
FH_MUST_CHECK fh_status fh_tombstones_put(fh_org *org, const fh_tomb *tombs, size_t n,
                                          fh_error *err);

FH_MUST_CHECK fh_status fh_tombstones_keep(fh_org *org, const fh_tomb *tombs, size_t n,
                                           fh_error *err);

/* Every tombstone in the file; in the list beside it (which may not be there). */
typedef fh_status fh_each_tombstone(void *ctx, fh_str hash, fh_error *err);
FH_MUST_CHECK fh_status fh_tombstones_each(fh_org *org, fh_each_tombstone *each, void *ctx,
                                           fh_error *err);

FH_MUST_CHECK fh_status fh_tombstones_listed(fh_org *org, fh_each_tombstone *each, void *ctx,
                                             fh_error *err);

/* Called when a file is opened for writing: erases whoever stands in the list
 * beside the file but is in the file. */
FH_MUST_CHECK fh_status fh_tombstones_apply(fh_org *org, fh_error *err);

#endif

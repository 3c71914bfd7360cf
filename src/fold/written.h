/* written.h - what a fold has counted as bytes, and back.
 *
 * A kind tells of its numbers once, in one order, in its function `written`; the same
 * function writes and reads, so that the two cannot differ:
 *
 *     static fh_status written(fh_fold *fold, fh_written *w)
 *     {
 *         waits *f = (waits *)fold;
 *         fh_written_counts(w, &f->n_stories, 1);
 *         ...
 *         return w->status;
 *     }
 *
 *      0  4  "FHR" and the version, 1
 *      4     numbers: 7 bits a byte, lowest first; a 0 is followed by how many more follow it
 *      -  8  checksum: xxh3 of all before, seeded by the question's
 *
 * Equal results give equal bytes. Bytes are hostile: a number that a fold of this machine's
 * could not have counted is refused, so reading a result out never overflows.
 */
#ifndef FH_FOLD_WRITTEN_H
#define FH_FOLD_WRITTEN_H

#include "fold/fold.h"
#include "fold/pairs.h"

struct fh_written {
    fh_buf *out;             /* NULL: reading */
    const uint8_t *at, *end; /* what is left to be read */
    fh_status status;        /* FH_CORRUPT, FH_NOMEM: sticky */
};

static inline bool fh_written_reads(const fh_written *w)
{
    return !w->out;
}

/* Numbers of interactions, stories, customers. */
void fh_written_counts(fh_written *w, uint64_t *v, size_t n);
/* Any number at all, which only ever wraps. */
void fh_written_word(fh_written *w, uint64_t *v);
/* A sum of milliseconds or of hundredths; a time. */
void fh_written_sum(fh_written *w, int64_t *v);
void fh_written_time(fh_written *w, int64_t *v);
/* A number below `limit`. */
void fh_written_below(fh_written *w, uint32_t *v, uint32_t limit);
/* The pairs with a count. `any`: their sums and extras are words. */
void fh_written_pairs(fh_written *w, fh_pairs *p, bool any);

/* Sets the checksum of bytes that a fold is to be restored from. */
void fh_written_seal(const fh_fold *fold, void *bytes, size_t len);

#endif

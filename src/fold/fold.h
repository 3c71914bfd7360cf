/* fold.h - what every fold is made of (private to src/fold).
 *
 * A fold is a struct whose first member is an fh_fold: the kind (its functions),
 * its options as bytes (so that a merge can tell whether two partial results
 * answer the same question), an arena for what lives as long as the fold, and
 * scratch that is reused from segment to segment.
 *
 * Kernels count in the segment's own (local) codes, in small tables that stay in
 * the cache, and translate to global numbers once at the end of each segment.
 */
#ifndef FH_FOLD_FOLD_H
#define FH_FOLD_FOLD_H

#include "firsthand/fold.h"

#include "base/checked.h"

typedef struct fh_written fh_written;

typedef struct fh_fold_kind {
    const char *name; /* "follows": for messages */
    fh_status (*add)(fh_fold *fold, const fh_segment *seg, fh_error *err);
    fh_status (*merge)(fh_fold *into, const fh_fold *from, fh_error *err);
    void (*free)(fh_fold *fold); /* what lies outside arena and scratch; may be NULL */
    /* Takes away what `from` has counted, all of which `into` has counted too; NULL when
     * that cannot be done. What only the greatest or least is known of, and may have
     * gone, is marked until a merge brings one as great: `sure` tells whether any is
     * left (NULL: there is no such thing). */
    fh_status (*take)(fh_fold *into, const fh_fold *from, fh_error *err);
    bool (*sure)(const fh_fold *fold);
    void (*settle)(fh_fold *fold); /* gives back what only adding needs; may be NULL */
    /* Writes what was counted, or reads it into an empty fold (written.h); NULL when it is
     * too much to be worth it. */
    fh_status (*written)(fh_fold *fold, fh_written *w);
} fh_fold_kind;

/* Memory that is reused; what was in it is lost when it grows. */
typedef struct fh_fold_space {
    void *ptr;
    size_t size;
} fh_fold_space;

enum { FH_FOLD_SPACES = 8, FH_FOLD_MAX_NUMBERS = FH_MAX_NAMES + 1 };

struct fh_fold {
    const fh_fold_kind *kind;
    uint32_t columns;
    fh_allocator from;
    fh_arena *arena;  /* the fold itself lies in it, too */
    fh_buf tag;       /* the options as bytes */
    fh_status broken; /* why an addition failed half-way: the counts are not to be used */
    bool one_way;     /* its options make it one that cannot take away */
    bool unwritten;   /* its options make it one that cannot be written */
    bool dear;        /* to count: fh_fold_is_dear */
    /* fh_fold_add_both, .._add_grown, .._settle_both: stories as they were and as they are, held
     * together. NULL: nothing would be gained. */
    fh_status (*add_both)(fh_fold *was, fh_fold *is, const fh_segment *seg_was,
                          const fh_segment *seg_is, fh_error *err);
    fh_status (*add_grown)(fh_fold *was, fh_fold *is, const fh_segment *seg_is,
                           const uint32_t *n_was, fh_error *err);
    fh_status (*settle_both)(fh_fold *was, fh_fold *is, bool all, fh_error *err);
    bool taken; /* something was taken away: it can be merged into and read only */
    fh_fold_space space[FH_FOLD_SPACES];
};

/* A zeroed fold of `size` bytes, or NULL: no memory. */
FH_MUST_CHECK fh_fold *fh_fold_new(const fh_allocator *from, const fh_fold_kind *kind, size_t size,
                                   uint32_t columns);
/* What a _new returns when it is done: the fold in *out, or the failure with all
 * memory given back. `status` FH_NOMEM is reported here; other failures were. */
FH_MUST_CHECK fh_status fh_fold_made(fh_fold *fold, fh_status status, fh_fold **out, fh_error *err);
/* FH_OK when the fold is of this kind and may be read. */
FH_MUST_CHECK fh_status fh_fold_readable(const fh_fold *fold, const fh_fold_kind *kind,
                                         fh_error *err);

/* Options become part of the tag. Sticky: fh_fold_made reports a failure. */
void fh_fold_tag(fh_fold *fold, uint64_t option);
/* A byte for each of n numbers, 1 when it is in the set; NULL (and *all true)
 * when the set is no condition. The set becomes part of the tag. */
FH_MUST_CHECK fh_status fh_fold_tag_set(fh_fold *fold, const fh_bitset *set, uint32_t n,
                                        const uint8_t **member);
/* Checks a number of names (touchpoints, ...); FH_INVALID above the maximum. */
FH_MUST_CHECK fh_status fh_fold_limit(uint32_t *n, const char *what, fh_error *err);

/* count * size bytes of scratch; NULL: no memory. */
FH_MUST_CHECK void *fh_fold_scratch(fh_fold *fold, unsigned which, size_t count, size_t size);

/* ---- Columns --------------------------------------------------------------- */

/* How many local codes a column has; at least 1 (none). */
static inline uint32_t fh_fold_n_codes(const fh_codes *c)
{
    return (c->c8 || c->c16) && c->n_names > 1 ? c->n_names : 1;
}

static inline uint32_t fh_fold_name(const fh_codes *c, uint32_t code)
{
    return code ? c->name[code] : 0;
}

/* FH_INVALID when a name's number is not below `limit`, or not above the one before. */
FH_MUST_CHECK fh_status fh_fold_check(const fh_codes *c, uint32_t limit, const char *what,
                                      fh_error *err);
/* The codes of a column, 16 bits each [n]; zeros when the column is empty. */
FH_MUST_CHECK const uint16_t *fh_fold_codes(fh_fold *fold, unsigned which, const fh_codes *c,
                                            uint32_t n);
/* member[number] for every local code [n_codes]; all 1 when `member` is NULL. */
FH_MUST_CHECK const uint8_t *fh_fold_members(fh_fold *fold, unsigned which, const fh_codes *c,
                                             const uint8_t *member);

/* ---- What broke badly ------------------------------------------------------- */

/* Rules become part of the question: what they say, not where they lie. */
void fh_fold_tag_severe(fh_fold *fold, const fh_severe *rules);
/* The marks of a segment [n]: of its selection, else looked for. Takes scratch `which` and
 * the one behind it. */
FH_MUST_CHECK const uint8_t *fh_fold_marks(fh_fold *fold, unsigned which, const fh_severe *rules,
                                           const fh_segment *seg);
/* A set of numbers becomes part of the question. */
void fh_fold_tag_bits(fh_fold *fold, const fh_bitset *set);

/* ---- Time ------------------------------------------------------------------- */

/* Milliseconds since the interaction before; `i` is not the first of a story. */
static inline int64_t fh_fold_gap_ms(const fh_segment *seg, uint32_t i)
{
    const int64_t ms = (int64_t)seg->gap_s[i] * 1000;
    return seg->ms ? ms + seg->ms[i] - seg->ms[i - 1] : ms;
}

/* The gaps of a segment in ms [n], 0 at the start of a story. */
FH_MUST_CHECK const uint64_t *fh_fold_gaps_ms(fh_fold *fold, unsigned which, const fh_segment *seg);

/* Takes `n` from `*count`; false: there are not so many. */
FH_MUST_CHECK static inline bool fh_fold_take(uint64_t *count, uint64_t n)
{
    const bool fits = *count >= n;
    *count -= fits ? n : 0;
    return fits;
}
/* FH_INVALID: what is to be taken away was never counted. */
FH_MUST_CHECK fh_status fh_fold_not_there(fh_error *err);

/* FH_LIMIT: the durations add up to too much. */
FH_MUST_CHECK fh_status fh_fold_too_long(fh_error *err);

/* *sum += units * unit_ms; false when that does not fit. */
FH_MUST_CHECK static inline bool fh_fold_add_ms(int64_t *sum, uint64_t units, int64_t unit_ms)
{
    int64_t ms;
    return units <= INT64_MAX && fh_mul_i64((int64_t)units, unit_ms, &ms) &&
           fh_add_i64(*sum, ms, sum);
}

#endif

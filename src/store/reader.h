/* reader.h - what scans, merges and exports share: a plan of all stories as of one
 * moment, and one worker's view of one unit of it.
 *
 * The plan cuts the customers into *units*, in order. A unit lists the sources
 * (segments, and the inbox as one more) that have customers of its range, oldest
 * first. A unit with one clean source needs no merging; where ranges overlap, the
 * unit's sources are merged while they are read: joined, when all but the oldest are
 * known to be distinct from what is older, else compared by all columns.
 *
 *     base    [---1---][---2---][---3---]        [---4---]
 *     delta             [-5--------]    [--6--]
 *     units   |   1   |  2 + 5 | 3 + 5 |   6  |  |   4   |
 *
 * *Settled* sources stay as they are for long: base segments and big deltas. What a
 * question counted of them can be used again (segments.h, groups): then a unit shows
 * what its settled sources hold, and of the customers that the others have something
 * of, their stories without and with the others.
 *
 * A source of one unit is decoded by the worker that takes the unit; one that
 * spans several is decoded once and kept until the last of them is done. A reader that
 * is `picking` takes segments of joined units from memory, if their columns are held
 * there, and decodes only the stories of the customers it shows.
 *
 * Taking and releasing use the connection and the shared sources: one thread at a
 * time. Showing (decoding, merging) runs side by side.
 */
#ifndef FH_STORE_READER_H
#define FH_STORE_READER_H

#include "store/stored.h"

typedef struct fh_source {
    fh_stored row; /* id 0: a stretch of the inbox, in `tail` */
    uint32_t first_unit, last_unit;
    uint32_t columns; /* what its units need */
    fh_tail *tail;
    fh_space *space; /* when shared and decoded */
    const fh_segment *seg;
    uint32_t users;
    bool settled;
} fh_source;

typedef struct fh_unit {
    uint32_t lo, hi;
    size_t at, n;     /* sources: reader->member[at .. at+n-1] */
    bool joined;      /* no two interactions in it are the same: nothing need be compared */
    size_t n_settled; /* sources of which a partial result is worth keeping; see plan_settled */
} fh_unit;

typedef struct fh_reader {
    fh_db *db;
    uint32_t columns, lo, hi;
    bool places;
    bool picking; /* views show only some customers: fh_view_show_only */
    fh_kept
        *held;    /* of a reader that is picking: where segments' columns are kept; NULL: nowhere */
    uint64_t era; /* of it, from before the moment */
    fh_source *source;
    size_t n_sources;
    fh_unit *unit;
    size_t n_units, cap_units;
    uint32_t *member; /* indexes of sources, oldest first within a unit */
    size_t n_members, cap_members;
    size_t last_taken;                 /* units are taken in order */
    const uint32_t *canon[FH_N_DICTS]; /* NULL: none merged, or names are to stay */
    uint32_t n_canon[FH_N_DICTS];
} fh_reader;

typedef struct fh_reader_about {
    uint32_t columns, lo, hi;
    bool base, inbox;
    int64_t min_age, max_age; /* only deltas that came between */
    bool payloads;            /* those of the inbox are kept */
    bool places;              /* views can tell where each interaction comes from */
    bool join_small;          /* put small neighbours into one unit, for merging */
} fh_reader_about;

/* Inside a transaction on `db`, which must stay open as long as the reader. */
FH_MUST_CHECK fh_status fh_reader_open(fh_db *db, const fh_reader_about *about, fh_reader *r,
                                       fh_error *err);
/* From now on views show names as they were merged in the dictionaries. */
FH_MUST_CHECK fh_status fh_reader_rename(fh_reader *r, fh_arena *arena, fh_error *err);
void fh_reader_close(fh_reader *r);

/* Memory for what has changed in a unit. */
typedef struct fh_change {
    uint32_t *customer; /* [n] who the unsettled sources have something of, rising */
    size_t n, cap;
    fh_space **picked; /* [n_picked] their stories in each settled source */
    size_t n_picked;
    const fh_segment **in; /* [cap_in] */
    size_t cap_in;
    fh_space *was, *is;
} fh_change;

/* One worker's view; re-used from unit to unit. */
typedef struct fh_own {
    fh_blobs blobs;
    fh_held_part held; /* instead of blobs, where held.kept */
    uint32_t columns;  /* that are wanted of it */
    fh_space *space;
} fh_own;
typedef struct fh_view {
    const fh_segment *seg; /* what the unit shows; NULL when it is empty */
    size_t unit;
    bool taken;
    uint32_t n_in; /* inputs of the merge, oldest first */
    const fh_source **from;
    const fh_segment **in;
    uint32_t *skipped; /* [n_in] interactions of the source before the first of `in` */
    bool at_once;      /* about one customer: decoded when it was taken */
    bool all_times;    /* set before taking: the first source's times are wanted in any case */
    bool light;        /* the first source came without times: fh_view_show_late */
    bool merged;       /* fh_merge_sources(result) tells the inputs' numbers */
    uint64_t n_duplicates;
    fh_space *result;
    fh_own *own; /* [n_own] decoded by this worker itself */
    size_t cap_in, n_own;
    fh_change *change; /* NULL: never asked for */
} fh_view;
void fh_view_free(fh_view *v); /* a zeroed view is a new one */

/* A handle keeps the memory of its last view for the next: most of what telling one
 * story would take is getting fresh memory. The view is the caller's until it is
 * given back, released. */
fh_view fh_org_take_view(fh_org *org);
void fh_org_keep_view(fh_org *org, fh_view *view);

FH_MUST_CHECK fh_status fh_view_take(fh_reader *r, fh_view *v, size_t unit, fh_error *err);
FH_MUST_CHECK fh_status fh_view_show(const fh_reader *r, fh_view *v, fh_error *err);
void fh_view_release(fh_reader *r, fh_view *v);

/* From here on nothing but base segments counts as settled. */
void fh_reader_only_base(fh_reader *r);

/* Whether anything in the unit can have happened from <= time < until, by what its sources'
 * rows tell. */
bool fh_reader_touches(const fh_reader *r, const fh_unit *u, int64_t from_ms, int64_t until_ms);

/* Instead of showing all, what a unit's settled sources hold (NULL: nothing), and of
 * the customers of the others their stories without and with these (NULL: none). A
 * unit without settled sources has everything in *is. Each segment lives until the
 * view takes another unit; what is not asked for (NULL) is not made. */
FH_MUST_CHECK fh_status fh_view_show_parts(const fh_reader *r, fh_view *v,
                                           const fh_segment **settled, const fh_segment **was,
                                           const fh_segment **is, fh_error *err);

/* The whole stories of these customers of the unit, [n] rising, with their times; NULL:
 * they have none. Of a joined unit, and of a reader that was told (`picking`) before it
 * was taken. */
FH_MUST_CHECK fh_status fh_view_show_only(const fh_reader *r, fh_view *v, const uint32_t *customer,
                                          size_t n, const fh_segment **out, fh_error *err);

/* The same where what came last need not be told apart by time: a reader that is `picking` and
 * whose columns tell no times takes a unit's base segment without them, which is nearly all there
 * is to read (`light`). Then what these customers have in the other sources is shown with its
 * times, NULL: nothing; and if fh_view_is_later, the base's stories can be put before it. Else
 * the unit is taken again with `all_times`. */
FH_MUST_CHECK fh_status fh_view_show_late(const fh_reader *r, fh_view *v, const uint32_t *customer,
                                          size_t n, const fh_segment **late, fh_error *err);
bool fh_view_is_later(const fh_view *v, const fh_segment *late);
FH_MUST_CHECK fh_status fh_view_append(const fh_reader *r, const fh_view *v, const fh_segment *late,
                                       const uint32_t *customer, size_t n, fh_space *space,
                                       const fh_segment **out, fh_error *err);

/* Where interaction i of view->seg comes from: input, and index in what is stored of it. */
static inline fh_merge_source fh_view_source(const fh_view *v, uint32_t i)
{
    fh_merge_source from = {.input = 0, .index = i};
    if (v->merged) from = fh_merge_sources(v->result)[i];
    from.index += v->skipped[from.input];
    return from;
}

#endif

/* segments.h - stories at rest: writing, scanning, merging, reading one story.
 *
 * Three levels hold the same kind of thing: *base* segments, whose customer
 * ranges do not overlap; *delta* segments from imports, which may overlap
 * anything; and the *inbox*, one row per acknowledged batch (a small segment in
 * one BLOB). Readers see all three merged; fh_store_merge folds deltas and inbox
 * into the base. Rows are never changed in place: a merge writes new ones and
 * deletes old ones in one transaction.
 */
#ifndef FH_STORE_SEGMENTS_H
#define FH_STORE_SEGMENTS_H

#include "store/org.h"

/* Writes one segment (from an fh_builder) as a delta, payload pages included. */
FH_MUST_CHECK fh_status fh_store_put_delta(fh_org *org, const fh_segment *seg,
                                           const fh_str *payload, fh_error *err);
/* Writes one batch to the inbox: one row, durable when the transaction commits. */
FH_MUST_CHECK fh_status fh_store_put_inbox(fh_org *org, const fh_segment *seg,
                                           const fh_str *payload, fh_error *err);

/* The same for a batch that was compared with all there is: each of its interactions
 * has a given id, and no older one of its customer has the same. Readers need not
 * compare then. */
FH_MUST_CHECK fh_status fh_store_put_live(fh_org *org, const fh_segment *seg, const fh_str *payload,
                                          fh_error *err);

/* Told now and then during long work; true: stop with FH_INTERRUPTED, having
 * kept what was done. */
typedef bool fh_progress(void *ctx, uint64_t done, uint64_t total);

/* Folds deltas and inbox into the base, a stretch of customers per transaction:
 * it can be stopped or killed anywhere and taken up again. */
FH_MUST_CHECK fh_status fh_store_merge(fh_org *org, fh_progress *progress, void *ctx,
                                       uint64_t *n_duplicates, fh_error *err);

typedef struct fh_store_counts {
    uint64_t interactions, customers; /* as stored; re-sent ones not yet merged count double */
    uint64_t base_segments, delta_segments, inbox_batches;
    int64_t first_ms, last_ms; /* 0 and -1 when there is nothing */
} fh_store_counts;
FH_MUST_CHECK fh_status fh_store_count(fh_org *org, fh_store_counts *out, fh_error *err);
/* Only when the first and the last of all happened: a tenth of the time, for whoever needs
 * nothing else. */
FH_MUST_CHECK fh_status fh_store_period(fh_org *org, int64_t *first_ms, int64_t *last_ms,
                                        fh_error *err);

/* ---- Scanning -------------------------------------------------------------------- */

/* All stories as of one moment, in segments that do not overlap. `columns` are
 * the columns wanted (STORIES always comes along); customers lo .. hi. */
typedef struct fh_scan fh_scan;
FH_MUST_CHECK fh_status fh_scan_open(fh_org *org, uint32_t columns, uint32_t lo_customer,
                                     uint32_t hi_customer, fh_scan **out, fh_error *err);
void fh_scan_close(fh_scan *scan);
/* From here on what the scan shows may lack customers of whom nothing happened from <= time <
 * until. Before anything is read. */
void fh_scan_within(fh_scan *scan, int64_t from_ms, int64_t until_ms);
/* The next segment, decoded into the worker's own lane; *out NULL at the end.
 * Several threads may call it at once, each with its own lane (0 .. 63): reading
 * is done one at a time, decoding side by side. The segment lives until the
 * lane's next call. Names merged in the dictionaries are already replaced. */
FH_MUST_CHECK fh_status fh_scan_next(fh_scan *scan, uint32_t lane, const fh_segment **out,
                                     fh_error *err);

/* The same stories in *groups* of customers, for whoever keeps what was counted: what
 * is settled (it stays as it is until it is merged, cut or erased) apart from what is
 * not. A group's `settled` names its settled stories: equal bytes, the same stories,
 * for ever and in every process. */
typedef struct fh_scan_group {
    fh_str settled; /* empty: nothing in it is settled */
    bool changed;   /* something else is there besides */
} fh_scan_group;
/* Big runs beside the base, which live for some minutes, do not count as settled from here on:
 * for what is dear to count again. Before fh_scan_groups. */
void fh_scan_only_base(fh_scan *scan);
/* Cuts the scan into groups for so many lanes: two each or a few more, *n in all. */
FH_MUST_CHECK fh_status fh_scan_groups(fh_scan *scan, uint32_t lanes, size_t *n, fh_error *err);
fh_scan_group fh_scan_group_at(const fh_scan *scan, size_t group);
/* What scans do to names ("these are merged"): part of what a segment shows. */
fh_str fh_scan_names(const fh_scan *scan);

/* Stories of a stretch of a group's customers. All stories are: the settled ones,
 * without `was`, with `is`. NULL: there are none, or they were not wanted. */
typedef struct fh_scan_piece {
    const fh_segment *settled; /* as if there were nothing else */
    const fh_segment *was;     /* of these, those of customers who have something else, too */
    const fh_segment *is;      /* these customers' whole stories */
} fh_scan_piece;
/* The lane goes through a group: afterwards each fh_scan_piece_next gives the next of
 * what is wanted, until *end. A lane lasts as long as in fh_scan_next; the two ways of
 * reading are not mixed in one scan. */
void fh_scan_enter(fh_scan *scan, uint32_t lane, size_t group, bool settled, bool changed);
FH_MUST_CHECK fh_status fh_scan_piece_next(fh_scan *scan, uint32_t lane, fh_scan_piece *out,
                                           bool *end, fh_error *err);

/* Which stories a scan of all customers shows. Two moments with the same moves, of which
 * the later has `n` more, as many as what came live between their ages (recent.h), differ
 * in nothing else: whatever brings interactions takes an age, whatever loses some lowers
 * `n`, and moving them from customer to customer is counted. */
typedef struct fh_scan_moment {
    int64_t age, moves;
    uint64_t n, n_stories; /* of all parts */
} fh_scan_moment;
FH_MUST_CHECK fh_status fh_scan_moment_of(fh_scan *scan, fh_scan_moment *out, fh_error *err);

/* Whether the scan can be read as what has changed since an earlier moment, of at most
 * `most` customers, all of it noted in what `kept` has of what came live. Then each
 * fh_scan_since_next gives the stories of some of these customers, as they were and as they are,
 * until *end; fh_scan_since_whole tells in the end whether all of it was found, else what was given
 * is to be forgotten. Not mixed with the other ways of reading. */
typedef struct fh_scan_change {
    const fh_segment *was, *is; /* NULL: there are none */
    /* [is->n_stories] Not NULL, only if `grown` was asked for: `was` is not made, since of each
     * story the first so many interactions are as it was. */
    const uint32_t *n_was;
} fh_scan_change;
FH_MUST_CHECK fh_status fh_scan_since(fh_scan *scan, struct fh_kept *kept,
                                      const fh_scan_moment *now, const fh_scan_moment *before,
                                      uint64_t most, bool *can, fh_error *err);
/* Columns of segments come from memory, and are kept there, in an era from before the scan. */
void fh_scan_hold(fh_scan *scan, struct fh_kept *kept, uint64_t era);
FH_MUST_CHECK fh_status fh_scan_since_next(fh_scan *scan, uint32_t lane, bool grown,
                                           fh_scan_change *out, bool *end, fh_error *err);
bool fh_scan_since_whole(const fh_scan *scan);

/* ---- One story --------------------------------------------------------------------- */

typedef struct fh_told { /* one interaction with everything */
    int64_t at_ms;
    uint32_t touchpoint, channel, department, outcome, currency, problem, origin, member;
    fh_direction direction;
    bool has_value, has_score;
    int64_t value;
    int32_t score;
    uint64_t id;
    fh_str payload; /* JSON or empty */
} fh_told;
/* A customer's story in the arena, in order of time. FH_NOTFOUND when there is none. */
FH_MUST_CHECK fh_status fh_store_story(fh_org *org, uint32_t customer, fh_arena *arena,
                                       const fh_told **out, size_t *n, fh_error *err);
/* Calls `each` for every story of the organisation in customer order (export). */
typedef fh_status fh_each_story(void *ctx, uint32_t customer, const fh_told *told, size_t n,
                                fh_error *err);
FH_MUST_CHECK fh_status fh_store_each(fh_org *org, fh_each_story *each, void *ctx, fh_error *err);

/* The same for these customers only, [n] rising, as of one moment and through a connection
 * of its own, so that `each` may use `org`. Payloads from text_ms on come along. What is told
 * lies in the arena and stays; customers without a story are passed over. */
typedef struct fh_wanted_story {
    uint32_t customer;
    int64_t text_ms; /* INT64_MIN: all */
} fh_wanted_story;
FH_MUST_CHECK fh_status fh_store_some(fh_org *org, const fh_wanted_story *wanted, size_t n,
                                      fh_arena *arena, fh_each_story *each, void *ctx,
                                      fh_error *err);

/* ---- Care ----------------------------------------------------------------------------- */

/* Reads everything and compares: the file's own structure, every BLOB's checksum,
 * order and ranges, counts, dictionaries, identities. Each fault is told to
 * `fault` (a sentence with place and remedy); FH_CORRUPT when there was any. */
typedef void fh_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_store_check(fh_org *org, fh_fault *fault, void *ctx, uint64_t *n_faults,
                                       fh_error *err);
/* A consistent copy while others read and write. FH_CONFLICT when `path` exists. */
FH_MUST_CHECK fh_status fh_store_backup(fh_org *org, const char *path, fh_progress *progress,
                                        void *ctx, fh_error *err);

/* Moves the stories of one customer number into another's (identity merge), or
 * the interactions of one member back (undo): see store/identities.h. */
FH_MUST_CHECK fh_status fh_store_move_story(fh_org *org, uint32_t from, uint32_t into,
                                            fh_error *err);
FH_MUST_CHECK fh_status fh_store_split_story(fh_org *org, uint32_t customer,
                                             const uint32_t *members, size_t n_members,
                                             uint32_t to_customer, fh_error *err);
/* Cuts a customer out of every segment, page and inbox batch. Part of erasing:
 * see app/data/erase.h. */
FH_MUST_CHECK fh_status fh_store_cut(fh_org *org, uint32_t customer, uint64_t *n_cut,
                                     fh_error *err);

/* ---- Letting go by age (app/data/keeping.h) ------------------------------------------- */

/* Interactions before whole_ms go; of those before text_ms the payload. INT64_MIN: none. */
typedef struct fh_term {
    int64_t whole_ms, text_ms;
} fh_term;
typedef struct fh_terms {
    const fh_term *of_origin; /* [n] by number of the import; of_origin[0]: all others */
    uint32_t n;               /* at least 1 */
} fh_terms;
/* What goes of one origin, or went. */
typedef struct fh_gone {
    uint64_t interactions, texts;
    int64_t oldest_ms, oldest_text_ms; /* when there are any */
} fh_gone;

/* Adds to gone[terms->n] what would go: reads four columns of every story. */
FH_MUST_CHECK fh_status fh_store_count_old(fh_org *org, const fh_terms *terms, fh_gone *gone,
                                           fh_error *err);

/* A part that may hold something to let go of. */
typedef struct fh_old_part {
    int64_t id;
    uint32_t lo, hi;
    bool inbox;
} fh_old_part;
FH_MUST_CHECK fh_status fh_store_old_parts(fh_org *org, const fh_terms *terms, fh_arena *arena,
                                           const fh_old_part **out, size_t *n, fh_error *err);
/* Takes it out of one part, in the caller's transaction; adds to gone[terms->n]. *there
 * is false when the part was merged into others meanwhile: list them anew. */
FH_MUST_CHECK fh_status fh_store_let_go(fh_org *org, const fh_old_part *part, const fh_terms *terms,
                                        fh_gone *gone, bool *there, fh_error *err);

#endif

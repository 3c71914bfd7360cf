/* find_rows.h - rows of what detectors found: how far they looked, causes and their hits,
 * counts by day, reference facts. What they mean and who may: app/find.
 *
 * A hit is kept under the customer's number of that day. Whoever reads hits resolves it
 * through the merges (fh_member_customer); the next run looks at merged stories anew.
 * Erasing a customer takes its hits, its entry in find_seen and the values it may have
 * given to causes.
 */
#ifndef FH_STORE_FIND_ROWS_H
#define FH_STORE_FIND_ROWS_H

#include "base/time.h"
#include "store/org.h"

#include <stdatomic.h>

enum {
    FH_SEEN_RANGE = 4096,         /* customers of a row of find_seen */
    FH_FIND_STATE_MOST = 1 << 30, /* bytes of a state */
    FH_FIND_PIECE_MOST = 1 << 28, /* bytes of a piece of templates */
    FH_REFERENCE_FACTS_MOST = 1000
};

/* ---- How far ---------------------------------------------------------------------------- */

/* A BLOB by name; empty when there is none. What it means is checked by whoever decodes it. */
FH_MUST_CHECK fh_status fh_find_state_get(fh_org *org, fh_str name, fh_arena *arena, fh_str *out,
                                          fh_error *err);
FH_MUST_CHECK fh_status fh_find_state_put(fh_org *org, fh_str name, fh_str bytes, fh_error *err);

/* Templates (firsthand/text.h) in pieces. Told in order, as far as numbers follow one another
 * from 0; bands and shingles live until `each` returns, which ends it with *more false.
 * *missing: the first number that is not there although a later one is, and ends it; else
 * UINT32_MAX. */
typedef fh_status fh_each_piece(void *ctx, uint32_t piece, fh_str bands, fh_str shingles,
                                bool *more, fh_error *err);
FH_MUST_CHECK fh_status fh_find_pieces(fh_org *org, fh_each_piece *each, void *ctx,
                                       uint32_t *missing, fh_error *err);
/* Those from .. until - 1 only, in order as far as numbers follow one another from `from`, through
 * a connection of its own: several threads may read at once. */
typedef struct fh_piece_range {
    uint32_t from, until; /* until UINT32_MAX: all that are left */
    uint32_t next;        /* told: the first that was not told */
    bool found;           /* is there any in this range? */
    bool gap;             /* is there any behind `next`? */
} fh_piece_range;
FH_MUST_CHECK fh_status fh_find_pieces_of(fh_org *org, fh_piece_range *range, fh_each_piece *each,
                                          void *ctx, fh_error *err);
/* Above the number of each. */
FH_MUST_CHECK fh_status fh_find_pieces_count(fh_org *org, uint32_t *out, fh_error *err);
FH_MUST_CHECK fh_status fh_find_piece_put(fh_org *org, uint32_t piece, fh_str bands,
                                          fh_str shingles, fh_error *err);
/* Pieces that cannot be read, in order; told at most up to the first that is missing, which is
 * told and ends it. Reads all of them. */
typedef fh_status fh_each_damaged(void *ctx, uint32_t piece, bool missing, fh_error *err);
FH_MUST_CHECK fh_status fh_find_damaged(fh_org *org, fh_each_damaged *each, void *ctx,
                                        fh_error *err);
/* Such a piece becomes one without templates, whose numbers stay nobody's. */
FH_MUST_CHECK fh_status fh_find_piece_empty(fh_org *org, uint32_t piece, fh_error *err);
/* There are n pieces: others go. */
FH_MUST_CHECK fh_status fh_find_pieces_end(fh_org *org, uint32_t n, fh_error *err);

/* A customer's story as it was looked at: it is the same as long as these are. */
typedef struct fh_seen {
    uint32_t customer, n; /* n: interactions */
    uint64_t sum;         /* of their ids, modulo 2^64 */
    int64_t newest_ms;
} fh_seen;
/* A BLOB of customers, rising, with a checksum; and back, in the arena: FH_CORRUPT when it
 * is not one, or has a customer outside of [lo, lo + FH_SEEN_RANGE). */
FH_MUST_CHECK fh_status fh_seen_encode(const fh_seen *seen, size_t n, fh_buf *out, fh_error *err);
FH_MUST_CHECK fh_status fh_seen_decode(fh_str bytes, uint32_t lo, fh_arena *arena,
                                       const fh_seen **out, size_t *n, fh_error *err);
/* `lo` is a multiple of FH_SEEN_RANGE. A row that cannot be read counts as none: its
 * customers are looked at anew. */
FH_MUST_CHECK fh_status fh_seen_get(fh_org *org, uint32_t lo, fh_arena *arena, const fh_seen **out,
                                    size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_seen_put(fh_org *org, uint32_t lo, const fh_seen *seen, size_t n,
                                    fh_error *err);
/* The rows there are, rising, in the arena. */
FH_MUST_CHECK fh_status fh_seen_ranges(fh_org *org, fh_arena *arena, const uint32_t **out,
                                       size_t *n, fh_error *err);
/* Everything is to be looked at anew. */
FH_MUST_CHECK fh_status fh_seen_clear(fh_org *org, fh_error *err);

/* ---- Hits -------------------------------------------------------------------------------- */

typedef struct fh_hit_row {
    uint64_t cause;
    uint32_t customer, sort;
    uint64_t a, b; /* ids of interactions; 0: none */
    int64_t a_ms, b_ms;
    uint32_t ways, facts, sure; /* sure: thousandths */
    fh_str detail;              /* numbers; may be empty */
} fh_hit_row;

/* Told of each hit that goes, by its cause; all of a cause at once as INT64_MIN and INT64_MAX. */
typedef fh_status fh_each_dropped(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms,
                                  fh_error *err);

/* Several at a time keep their statements. In the open write transaction. The same hit twice
 * is one. */
FH_MUST_CHECK fh_status fh_hits_put(fh_org *org, const fh_hit_row *hit, size_t n, fh_error *err);
/* Removes a customer's hits of these sorts (bits) that ended at or after `from_ms`. */
FH_MUST_CHECK fh_status fh_hits_drop(fh_org *org, uint32_t customer, uint64_t sorts,
                                     int64_t from_ms, fh_each_dropped *each, void *ctx,
                                     fh_error *err);
/* The same, but for those that are found again: they stay as they are. state[i] tells of hit[i]
 * whether it is there as it is, whether fh_hits_put would only say otherwise how sure it is and the
 * like, or whether there is none of it. */
typedef enum fh_hit_state { FH_HIT_NEW, FH_HIT_OTHERWISE, FH_HIT_STANDS } fh_hit_state;
typedef struct fh_hits_again {
    uint32_t customer;
    uint64_t sorts;
    int64_t from_ms;
    const fh_hit_row *hit; /* [n] of this customer, in any order */
    unsigned char *state;  /* [n] */
    size_t n;
} fh_hits_again;
FH_MUST_CHECK fh_status fh_hits_drop_but(fh_org *org, const fh_hits_again *again,
                                         fh_each_dropped *each, void *ctx, fh_error *err);
/* All of causes of one sort; told of those that have hits, counted ones or a judgement. */
FH_MUST_CHECK fh_status fh_hits_drop_sort(fh_org *org, uint32_t sort, fh_each_dropped *each,
                                          void *ctx, fh_error *err);
/* Those of causes that are not there: a damaged file may have some. */
FH_MUST_CHECK fh_status fh_hits_drop_lost(fh_org *org, fh_error *err);
/* Of one cause, the surest and then the latest first, at most `max`. */
FH_MUST_CHECK fh_status fh_hits_latest(fh_org *org, uint64_t cause, size_t max, fh_arena *arena,
                                       const fh_hit_row **out, size_t *n, fh_error *err);
typedef struct fh_hit_customer {
    uint32_t customer;
    uint64_t hits;
    int64_t first_ms, last_ms;
    int64_t began_ms; /* the later moment of the first hit */
} fh_hit_customer;
/* By number of the customer, behind `after`. As they were numbered: resolve. */
FH_MUST_CHECK fh_status fh_hits_customers(fh_org *org, uint64_t cause, uint32_t after, size_t max,
                                          fh_arena *arena, const fh_hit_customer **out, size_t *n,
                                          fh_error *err);
/* When it happened: of one cause (0: of all, then `customers` is summed over the causes), the
 * months there were any in, rising, by sort. A hit counts at its later moment. */
typedef struct fh_find_month {
    int32_t month; /* year * 12 + month, 0 is January */
    uint32_t sort;
    uint64_t hits, customers;
} fh_find_month;
FH_MUST_CHECK fh_status fh_hits_months(fh_org *org, uint64_t cause, const fh_zone *zone,
                                       fh_arena *arena, const fh_find_month **out, size_t *n,
                                       fh_error *err);
/* Of one customer number, by time. */
FH_MUST_CHECK fh_status fh_hits_of(fh_org *org, uint32_t customer, size_t max, fh_arena *arena,
                                   const fh_hit_row **out, size_t *n, fh_error *err);

/* ---- Causes ------------------------------------------------------------------------------- */

typedef struct fh_cause_row {
    uint64_t cause;
    uint32_t sort, from, to, touchpoint;
    fh_str purpose, about; /* about: a JSON object, or empty */
    uint32_t fact_types, ways;
    int64_t record;
    int64_t first_ms, last_ms;
    uint64_t hits, customers;
    uint32_t severity;
    fh_str fact; /* JSON, or empty */
    bool judged; /* it is not a finding */
    fh_str why;
    uint32_t person;
    int64_t judged_ms;
} fh_cause_row;

/* Makes it, or gives one that is there other names, types and ways; counts, record, fact and
 * judgement of one that is there stay as they are, and all of it where nothing is other. */
FH_MUST_CHECK fh_status fh_cause_put(fh_org *org, const fh_cause_row *row, fh_error *err);
/* What became of a cause's hits since it was counted: the earliest and the latest moment of those
 * that went and of those that came; INT64_MAX and INT64_MIN: there were none. */
typedef struct fh_hits_moved {
    int64_t gone_first, gone_last, new_first, new_last;
} fh_hits_moved;
static const fh_hits_moved FH_HITS_STAYED = {INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN};
/* How many hits a cause has, and of how many customers. */
typedef struct fh_hits_counted {
    uint64_t cause;
    size_t of; /* whoever asks knows by this whose it is */
    uint64_t hits, customers;
} fh_hits_counted;
/* Counts hits of causes, as of what was committed last, through a connection of its own: for
 * several threads, each of which takes the next few of list[n] from *next on. */
FH_MUST_CHECK fh_status fh_hits_count(fh_org *org, fh_hits_counted *list, size_t n,
                                      atomic_size_t *next, fh_error *err);
/* Counts its hits afresh, into the row as it stands, or takes over what was counted (NULL: nothing
 * was); nothing is written. Known what `moved` since the row was counted, an index alone is read;
 * NULL: nobody knows, all hits are read. */
FH_MUST_CHECK fh_status fh_cause_count(fh_org *org, const fh_hits_moved *moved,
                                       const fh_hits_counted *counted, fh_cause_row *row,
                                       fh_error *err);
/* Writes counts, first and last moment, record, severity and fact of one that is there. */
FH_MUST_CHECK fh_status fh_cause_set(fh_org *org, const fh_cause_row *row, fh_error *err);
FH_MUST_CHECK fh_status fh_cause_judge(fh_org *org, const fh_cause_row *row, fh_error *err);
/* FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_cause_get(fh_org *org, uint64_t cause, fh_arena *arena,
                                     fh_cause_row *out, fh_error *err);
/* All that have hits or a judgement, by severity, then customers. */
FH_MUST_CHECK fh_status fh_causes_all(fh_org *org, fh_arena *arena, const fh_cause_row **out,
                                      size_t *n, fh_error *err);
/* Of one sort those that have hits and no judgement, in the same order, at most `top` (0: all);
 * *there: how many there are. */
FH_MUST_CHECK fh_status fh_causes_of_sort(fh_org *org, uint32_t sort, uint64_t top, fh_arena *arena,
                                          const fh_cause_row **out, size_t *n, uint64_t *there,
                                          fh_error *err);
/* By the number of its finding record; 0: none. */
FH_MUST_CHECK fh_status fh_cause_of_record(fh_org *org, int64_t record, uint64_t *out,
                                           fh_error *err);

/* ---- Counts by day ------------------------------------------------------------------------ */

typedef struct fh_find_day {
    int64_t day; /* since 1970 */
    uint32_t sort;
    uint64_t causes, customers, hits;
} fh_find_day;
/* Writes down today's counts of all sorts. */
FH_MUST_CHECK fh_status fh_find_day_put(fh_org *org, int64_t day, fh_error *err);
/* Writes down today's counts of one cause, when they are others than the last that were. */
FH_MUST_CHECK fh_status fh_cause_day_put(fh_org *org, const fh_cause_row *row, int64_t day,
                                         fh_error *err);
/* From `from` on, by day and sort. */
FH_MUST_CHECK fh_status fh_find_days(fh_org *org, int64_t from, fh_arena *arena,
                                     const fh_find_day **out, size_t *n, fh_error *err);
/* Of one cause, on each day on which somebody looked and it had hits; sort and causes are 0. */
FH_MUST_CHECK fh_status fh_cause_days(fh_org *org, uint64_t cause, fh_arena *arena,
                                      const fh_find_day **out, size_t *n, fh_error *err);

/* ---- Reference facts ----------------------------------------------------------------------- */

typedef struct fh_reference_row {
    int64_t fact;
    uint64_t topic;
    uint32_t type;
    fh_str unit, value, words;
    int64_t from_ms, until_ms; /* until_ms 0: open */
    uint64_t cause;
    uint32_t person;
    int64_t made_ms;
} fh_reference_row;
/* Takes the next number. FH_LIMIT beyond FH_REFERENCE_FACTS_MOST. */
FH_MUST_CHECK fh_status fh_reference_add(fh_org *org, fh_reference_row *row, fh_error *err);
/* The latest first. */
FH_MUST_CHECK fh_status fh_references(fh_org *org, fh_arena *arena, const fh_reference_row **out,
                                      size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_reference_drop(fh_org *org, int64_t fact, fh_error *err);

/* ---- Erasing, checking ---------------------------------------------------------------------- */

/* Part of erasing: what is known of a member. */
FH_MUST_CHECK fh_status fh_find_erase(fh_org *org, uint32_t member, fh_error *err);
/* Tells rows that cannot be (see fh_store_check). */
typedef void fh_find_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_find_check(fh_org *org, fh_find_fault *fault, void *ctx, fh_error *err);

#endif

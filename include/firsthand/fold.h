/* firsthand/fold.h - questions over stories.
 *
 * Every measure is a fold: made with its options, given segments one by one in
 * any order, merged with other partial results of the same options in any
 * order, and read out. Partial results are integers only, so one thread, many
 * threads and any split of the segments give the same result, bit for bit.
 *
 *     fh_fold *fold;
 *     fh_follows_new(NULL, &(fh_follows_options){.n_touchpoints = n}, &fold, &err);
 *     for each segment: fh_fold_add(fold, segment, &err);
 *     fh_follows follows;
 *     fh_follows_read(fold, arena, &follows, &err);
 *     fh_fold_free(fold);
 *
 * A segment given to a fold holds the columns of fh_fold_columns, whole stories
 * only, and each customer in one segment only. Filters are applied before
 * (fh_segment_select); with fh_filter.by_problem a "story" is one problem.
 * Names are global numbers; lists are ordered as told, ties by number.
 */
#ifndef FIRSTHAND_FOLD_H
#define FIRSTHAND_FOLD_H

#include "firsthand/story.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fh_fold fh_fold;

FH_API uint32_t fh_fold_columns(const fh_fold *fold);
FH_API FH_MUST_CHECK fh_status fh_fold_add(fh_fold *fold, const fh_segment *seg, fh_error *err);
/* Adds what `from` has counted to `into`; FH_INVALID when they were made with
 * different options. `from` is left as it is. */
FH_API FH_MUST_CHECK fh_status fh_fold_merge(fh_fold *into, const fh_fold *from, fh_error *err);
FH_API void fh_fold_free(fh_fold *fold);

/* Partial results that are kept and used again: see src/app/ask/ask.c.
 *
 * What `from` has counted is taken away from `into`, which has counted all of it: afterwards
 * `into` can be merged into, and while fh_fold_sure read and merged from, no more.
 * FH_INVALID when the fold is one that cannot (fh_fold_can_take: ways, lists of customers,
 * exact percentiles). Of a first, a last or a longest that may have gone only a bound is
 * known then; a merge that brings one as great makes it certain again. Read it when
 * fh_fold_sure, else fold everything afresh. */
FH_API bool fh_fold_can_take(const fh_fold *fold);
FH_API FH_MUST_CHECK fh_status fh_fold_take_away(fh_fold *into, const fh_fold *from, fh_error *err);
FH_API bool fh_fold_sure(const fh_fold *fold);
/* Bytes that are equal for two folds that answer the same question, and for no others;
 * they live as long as the fold. */
FH_API fh_str fh_fold_question(const fh_fold *fold);
/* The same, kept in a file: what was counted as bytes, equal for equal results. Only
 * folds of which that is small (fh_fold_can_write; FH_INVALID: not this one), and none
 * from which something was taken away. Reading is into an empty fold of the same
 * question; FH_CORRUPT: these are no such bytes, and the fold can only be freed. */
FH_API bool fh_fold_can_write(const fh_fold *fold);
FH_API FH_MUST_CHECK fh_status fh_fold_write(fh_fold *fold, fh_buf *out, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_fold_restore(fh_fold *empty, fh_str bytes, fh_error *err);
/* Gives back memory that is needed for adding only, and does what was put off. */
FH_API void fh_fold_settle(fh_fold *fold);
/* Adds stories as they were to one fold and the same customers' as they are to another one of the
 * same question. What both have in common may be counted in neither: then these two are good for
 * one thing, to be taken away from a sum and merged into it; settled first, by the next function.
 */
FH_API FH_MUST_CHECK fh_status fh_fold_add_both(fh_fold *was, fh_fold *is,
                                                const fh_segment *seg_was, const fh_segment *seg_is,
                                                fh_error *err);
/* The same of stories to which only something came at their ends: of story s the first n_was[s]
 * interactions are as it was; 0: there was none. Only of folds that take this. */
FH_API bool fh_fold_takes_grown(const fh_fold *fold);
FH_API FH_MUST_CHECK fh_status fh_fold_add_grown(fh_fold *was, fh_fold *is,
                                                 const fh_segment *seg_is, const uint32_t *n_was,
                                                 fh_error *err);
/* Does what both of them have put off; not `all`: when there is much. Of other folds nothing. */
FH_API FH_MUST_CHECK fh_status fh_fold_settle_both(fh_fold *was, fh_fold *is, bool all,
                                                   fh_error *err);
/* Counting costs much, its partial results are small: keep them by small groups, and let each
 * thread settle its own. */
FH_API bool fh_fold_is_dear(const fh_fold *fold);

/* Several folds as one, so that stories are read once for all: it owns them from then on
 * (when this fails they are still the caller's). fh_several_at gives one of them, to be read. */
FH_API FH_MUST_CHECK fh_status fh_several_new(const fh_allocator *from, fh_fold *const *folds,
                                              size_t n, fh_fold **out, fh_error *err);
FH_API fh_fold *fh_several_at(fh_fold *several, size_t i);

/* Durations as counts in buckets: whole seconds are exact below 64 s, everything
 * else falls into 32 buckets for every doubling, so a percentile is at most
 * 3.2 % off (it is given as the middle of its bucket). */
typedef struct fh_percentiles {
    int64_t p50_ms, p90_ms, p99_ms;
    bool exact;
    /* Only when exact. The median of an even number is the mean of the middle two;
     * the deviation is the sample's, 0 for a single one. */
    int64_t min_ms, max_ms;
    double median_ms, deviation_ms;
} fh_percentiles;

/* ---- touchpoints: what happens where --------------------------------------- */

typedef struct fh_touchpoints_options {
    uint32_t n_touchpoints, n_outcomes, n_currencies; /* numbers are below these */
} fh_touchpoints_options;

typedef struct fh_touchpoint_row {
    uint32_t touchpoint;
    uint64_t count, stories; /* interactions; stories with at least one */
    int64_t first_ms, last_ms;
    uint64_t n_scores;
    int64_t score_sum; /* hundredths */
    int32_t score_max; /* the highest; meaningful when n_scores > 0 */
} fh_touchpoint_row;
typedef struct fh_touchpoint_outcome {
    uint32_t touchpoint, outcome; /* outcome > 0 */
    uint64_t count;
} fh_touchpoint_outcome;
typedef struct fh_touchpoint_value {
    uint32_t touchpoint, currency; /* currency 0: none told */
    uint64_t count;
    int64_t sum; /* minor units; FH_LIMIT on overflow */
} fh_touchpoint_value;

typedef struct fh_touchpoints {
    uint64_t n_interactions, n_stories;
    int64_t first_ms, last_ms; /* of everything; 0 and -1 when there is nothing */
    size_t n_rows;
    const fh_touchpoint_row *rows; /* by count, descending */
    size_t n_outcomes;
    const fh_touchpoint_outcome *outcomes; /* by touchpoint, then count descending */
    size_t n_values;
    const fh_touchpoint_value *values; /* by touchpoint, currency */
} fh_touchpoints;

FH_API FH_MUST_CHECK fh_status fh_touchpoints_new(const fh_allocator *from,
                                                  const fh_touchpoints_options *options,
                                                  fh_fold **out, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_touchpoints_read(const fh_fold *fold, fh_arena *arena,
                                                   fh_touchpoints *out, fh_error *err);

/* ---- arrivals: when people come, and by which channel ------------------------- */

typedef struct fh_arrivals_options {
    uint32_t n_channels;
    int32_t zone_s; /* seconds east of UTC: what a calendar month is */
} fh_arrivals_options;

typedef struct fh_arrivals_month {
    int64_t from_ms;         /* first instant of the calendar month */
    uint64_t count, stories; /* interactions; stories with at least one in it */
    uint64_t newcomers;      /* stories that begin in it */
} fh_arrivals_month;
typedef struct fh_arrivals_channel {
    uint32_t channel;        /* 0: not told */
    uint64_t count, stories; /* interactions; stories with at least one */
} fh_arrivals_channel;

typedef struct fh_arrivals {
    uint64_t n_interactions, n_stories;
    size_t n_months;
    const fh_arrivals_month *months; /* by time; none is left out between first and last */
    size_t n_channels;
    const fh_arrivals_channel *channels; /* by count descending */
} fh_arrivals;

FH_API FH_MUST_CHECK fh_status fh_arrivals_new(const fh_allocator *from,
                                               const fh_arrivals_options *options, fh_fold **out,
                                               fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_arrivals_read(const fh_fold *fold, fh_arena *arena,
                                                fh_arrivals *out, fh_error *err);

/* ---- follows: what comes right after what ------------------------------------- */

typedef enum fh_percentile_mode {
    FH_PERCENTILES_NONE = 0,
    FH_PERCENTILES_APPROX, /* buckets as above */
    FH_PERCENTILES_EXACT,  /* keeps every gap: 8 bytes an interaction */
} fh_percentile_mode;

typedef struct fh_follows_options {
    uint32_t n_touchpoints;
    fh_percentile_mode percentiles;
    bool stories; /* also count the stories of each arc */
} fh_follows_options;

typedef struct fh_arc {
    uint32_t from, to;
    uint64_t count;
    int64_t gap_ms_sum;
    fh_percentiles gap; /* nearest rank: the ceil(q * n)-th smallest; zero when not asked for */
    uint64_t stories;   /* that moved so at least once; 0 when not asked for */
} fh_arc;
typedef struct fh_touchpoint_count {
    uint32_t touchpoint;
    uint64_t count;
} fh_touchpoint_count;

typedef struct fh_follows {
    uint64_t n_interactions, n_stories;
    size_t n_arcs, n_starts, n_ends;
    const fh_arc *arcs;                /* by count descending, from, to */
    const fh_touchpoint_count *starts; /* by count descending           */
    const fh_touchpoint_count *ends;
} fh_follows;

FH_API FH_MUST_CHECK fh_status fh_follows_new(const fh_allocator *from,
                                              const fh_follows_options *options, fh_fold **out,
                                              fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_follows_read(const fh_fold *fold, fh_arena *arena,
                                               fh_follows *out, fh_error *err);

/* ---- variants: whole ways -------------------------------------------------------- */

/* Of all ways, those whose hash ends in `bits` bits that are `at`; {0}: all. */
typedef struct fh_share {
    uint32_t bits, at;
} fh_share;

typedef struct fh_variants_options {
    uint32_t n_touchpoints;
    uint32_t most; /* so many of the commonest can be read, and written; 0: all, read only */
    size_t room;   /* bytes for ways, with `most`; what is more is left out; 0: no matter */
    fh_share of;   /* only these */
    bool untimed;  /* durations are not wanted: they are 0 */
} fh_variants_options;

typedef struct fh_variant {
    uint64_t count;
    int64_t duration_ms_sum; /* first to last interaction, summed over `count` */
    size_t n_steps;
    const uint16_t *path; /* [n_steps] touchpoints */
} fh_variant;

typedef struct fh_variants {
    uint64_t n_stories, n_variants;
    size_t n_top;
    const fh_variant *top; /* by count descending, then path in number order */
} fh_variants;

FH_API FH_MUST_CHECK fh_status fh_variants_new(const fh_allocator *from,
                                               const fh_variants_options *options, fh_fold **out,
                                               fh_error *err);
/* Which ways were counted: those of the options, or the first half, quarter, ... of these, when
 * there was no room for more. */
FH_API fh_share fh_variants_share(const fh_fold *fold);
/* Adds what is counted of one share more, the same stories and other ways; NULL: only gives back
 * what it is not read for. Then `into` is only to be gathered into, read and written. */
FH_API FH_MUST_CHECK fh_status fh_variants_gather(fh_fold *into, const fh_fold *from,
                                                  fh_error *err);
/* `top` 0: all of them. FH_INVALID when that is more than the `most` it was made for. */
FH_API FH_MUST_CHECK fh_status fh_variants_read(const fh_fold *fold, fh_arena *arena, size_t top,
                                                fh_variants *out, fh_error *err);

/* ---- changed: what moved between two groups ---------------------------------------- */

/* What was counted of one group of stories: follows with `stories`, variants all of them. */
typedef struct fh_changed_side {
    const fh_touchpoints *touchpoints;
    const fh_follows *follows;
    const fh_variants *variants;
} fh_changed_side;

typedef enum fh_changed_sort {
    FH_CHANGED_TOUCHPOINT = 0, /* stories that met `from` */
    FH_CHANGED_MOVE,           /* that went from `from` right to `to` */
    FH_CHANGED_START,          /* that began with `to` */
    FH_CHANGED_END,            /* that ended with `from` */
    FH_CHANGED_WAY             /* that went `path`, no more and no less */
} fh_changed_sort;

typedef struct fh_change {
    fh_changed_sort sort;
    uint32_t from, to;
    const uint16_t *path; /* [n_steps] the sides' own memory; NULL when it is no way */
    size_t n_steps;
    uint64_t before, after; /* stories */
    double p;               /* as great a difference by chance alone: two-sided */
    double q;               /* the least share of false alarms at which it counts as moved */
    bool moved;             /* q is at most FH_CHANGED_LEVEL */
} fh_change;

typedef struct fh_changed {
    uint64_t n_before, n_after; /* stories of each side */
    size_t n_tested, n_moved, n_few;
    /* [n_tested] those that moved first, then by how much the share of stories differs,
     * greatest first; ties by sort, numbers, path. */
    const fh_change *changes;
} fh_changed;

#define FH_CHANGED_LEVEL 0.05

/* Which shares of stories differ by more than chance: the test of two proportions (pooled),
 * q by Benjamini and Hochberg over all that were tested. Tested is what is expected at least
 * five times on either side, and to be absent as often; the rest, `n_few`, is too little to
 * tell. The sides count as independent: whoever is on both makes a difference harder to
 * see. Exchanging the sides exchanges before and after and nothing else, bit for bit.
 * FH_INVALID when a side does not hold what is needed. */
FH_API FH_MUST_CHECK fh_status fh_changed_between(fh_arena *arena, const fh_changed_side *before,
                                                  const fh_changed_side *after, fh_changed *out,
                                                  fh_error *err);

/* ---- funnel: ordered steps within a window ----------------------------------------- */

enum { FH_FUNNEL_MAX_STEPS = 32 };

typedef struct fh_funnel_options {
    uint32_t n_touchpoints, n_steps;
    const fh_bitset *steps; /* [n_steps] touchpoints that count as each step */
    uint64_t window_ms;     /* from the first step to the last; 0: no limit */
    /* Loose: other interactions may come between. Strict: each step is the very
     * next interaction after the one before. */
    bool strict;
} fh_funnel_options;

typedef struct fh_funnel_step {
    uint64_t stories; /* that reached this step */
    /* From the first step to this one, in the chain that got there first. */
    int64_t since_start_ms_sum;
    fh_percentiles since_start;
} fh_funnel_step;

typedef struct fh_funnel {
    uint64_t n_stories;
    size_t n_steps;
    const fh_funnel_step *steps;
} fh_funnel;

/* Same levels as ClickHouse's windowFunnel in its default mode (loose): an
 * interaction that counts as several steps is tried as the last of them first,
 * so it never stands for two steps of one chain. */
FH_API FH_MUST_CHECK fh_status fh_funnel_new(const fh_allocator *from,
                                             const fh_funnel_options *options, fh_fold **out,
                                             fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_funnel_read(const fh_fold *fold, fh_arena *arena, fh_funnel *out,
                                              fh_error *err);

/* ---- retention: who comes back ------------------------------------------------------- */

typedef enum fh_unit { FH_DAY = 1, FH_WEEK = 7, FH_MONTH = 30 } fh_unit;
typedef enum fh_retention_mode {
    FH_BOUNDED = 0, /* came back in bucket k                         */
    FH_UNBOUNDED,   /* came back in bucket k or later                */
    FH_BRACKET,     /* came back in a bracket [edge k, edge k+1) days */
} fh_retention_mode;

enum { FH_RETENTION_MAX_COHORTS = 1200, FH_RETENTION_MAX_BUCKETS = 366 };

/* What somebody had to come to, or did not begin: an interaction that is in any of the sets. */
typedef struct fh_mandatory {
    fh_bitset touchpoints, outcomes; /* without bits: none */
    uint32_t directions;             /* bit per fh_direction */
} fh_mandatory;

typedef struct fh_retention_options {
    uint32_t n_touchpoints;
    fh_bitset born;         /* touchpoints whose first interaction starts the clock; none: any */
    fh_bitset back;         /* touchpoints that count as coming back; none: any                */
    fh_mandatory mandatory; /* what is no coming back, as nobody chose it. The clock starts with
                               it all the same, so cohorts are those of all returns */
    fh_unit unit;           /* month: 30 days when rolling, calendar month when not */
    fh_retention_mode mode;
    bool rolling;              /* buckets of 24 h x unit from the customer's own start; else
                                  calendar days, weeks from Monday, months in the zone */
    int32_t zone_s;            /* seconds east of UTC, for calendar buckets and cohorts */
    uint32_t n_buckets;        /* bucket 0 is the one of the start itself */
    uint32_t n_edges;          /* bracket mode: edges in days, rising */
    const uint32_t *edges;     /* [n_edges]; brackets are n_edges - 1 */
    int64_t observed_until_ms; /* last time known to be complete: decides which buckets
                                  were reached; usually the last interaction of all */
} fh_retention_options;

typedef struct fh_retention_cell {
    uint64_t reached;  /* stories whose bucket has been completely observed */
    uint64_t returned; /* of all stories of the cohort, those that came back */
    bool complete;     /* every story of the cohort reached it */
} fh_retention_cell;
typedef struct fh_cohort {
    int64_t from_ms; /* first instant of the cohort's day, week or month */
    uint64_t stories;
    const fh_retention_cell *cells; /* [n_buckets] */
} fh_cohort;

typedef struct fh_retention {
    uint64_t n_stories; /* that were born at all */
    size_t n_buckets, n_cohorts;
    const fh_cohort *cohorts; /* by time */
    /* Over all cohorts: returned (of those who reached) / reached. */
    const fh_retention_cell *overall; /* [n_buckets] */
} fh_retention;

/* Cohort: calendar day, week or month (by unit) of the start. */
FH_API FH_MUST_CHECK fh_status fh_retention_new(const fh_allocator *from,
                                                const fh_retention_options *options, fh_fold **out,
                                                fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_retention_read(const fh_fold *fold, fh_arena *arena,
                                                 fh_retention *out, fh_error *err);

/* ---- paths: where people go from, or come from -------------------------------------------- */

enum { FH_PATHS_MAX_DEPTH = 12 };

typedef struct fh_paths_options {
    uint32_t n_touchpoints;
    fh_bitset anchor; /* none: the start of the story (its end when backwards) */
    bool backwards;   /* what led there instead of what came after           */
    bool every;       /* from every interaction at the anchor, not just the first
                         (the last when backwards) of each story */
    uint32_t depth;   /* steps counted, the anchor included: 1 .. FH_PATHS_MAX_DEPTH */
} fh_paths_options;

typedef struct fh_path_node {
    uint32_t parent;     /* index in nodes; the root's is itself */
    uint32_t depth;      /* 0: root ("all"), 1: anchor or first step, ... */
    uint32_t touchpoint; /* 0 at the root */
    uint64_t count;      /* ways through this node */
    uint64_t ended;      /* of these, stories with nothing further */
} fh_path_node;

typedef struct fh_paths {
    uint64_t n_stories, n_ways; /* stories looked at; ways from the anchor */
    uint64_t n_distinct;        /* different ways of at most `depth` steps */
    size_t n_nodes;
    const fh_path_node *nodes; /* parents first; children of a node by count descending */
} fh_paths;

FH_API FH_MUST_CHECK fh_status fh_paths_new(const fh_allocator *from,
                                            const fh_paths_options *options, fh_fold **out,
                                            fh_error *err);
/* Of each node keeps the `max_children` commonest children (0: all); what is
 * left out is in the parent's count. */
FH_API FH_MUST_CHECK fh_status fh_paths_read(const fh_fold *fold, fh_arena *arena,
                                             size_t max_children, fh_paths *out, fh_error *err);

/* ---- loops: where people come round again ---------------------------------------------------- */

typedef struct fh_loops_options {
    uint32_t n_touchpoints;
} fh_loops_options;

typedef struct fh_loop_row {
    uint32_t touchpoint;
    uint64_t visits, stories;
    uint64_t stories_again; /* stories with two visits or more */
    uint64_t at_once;       /* visits right after one to the same touchpoint       */
    uint64_t rework;        /* visits after having been elsewhere since the last   */
    int64_t rework_ms_sum;  /* time from the last visit to the rework visit        */
    uint64_t most;          /* most visits in one story */
} fh_loop_row;
typedef struct fh_pingpong {
    uint32_t a, b; /* a, then b, then a again (a != b) */
    uint64_t count, stories;
} fh_pingpong;

typedef struct fh_loops {
    uint64_t n_interactions, n_stories;
    uint64_t stories_with_rework;
    size_t n_rows;
    const fh_loop_row *rows; /* touchpoints visited again, by rework + at_once descending */
    size_t n_pingpongs;
    const fh_pingpong *pingpongs; /* by count descending */
} fh_loops;

FH_API FH_MUST_CHECK fh_status fh_loops_new(const fh_allocator *from,
                                            const fh_loops_options *options, fh_fold **out,
                                            fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_loops_read(const fh_fold *fold, fh_arena *arena, fh_loops *out,
                                             fh_error *err);

/* ---- waits: how long before something happens ----------------------------------------------- */

typedef struct fh_waits_options {
    uint32_t n_touchpoints;
} fh_waits_options;

typedef struct fh_wait_row {
    uint32_t touchpoint;
    uint64_t count;      /* interactions here that had one before them */
    int64_t wait_ms_sum; /* since the one before */
    fh_percentiles wait; /* approximate */
    int64_t longest_ms;
} fh_wait_row;

typedef struct fh_waits {
    uint64_t n_interactions, n_stories;
    size_t n_rows;
    const fh_wait_row *rows; /* by wait_ms_sum descending */
    /* From what a customer says to the next thing the organisation says; needs
     * directions, all zero without. A story may have many; what a customer adds
     * before the answer waits with the first of it. */
    fh_wait_row answers;
    uint64_t unanswered; /* stories whose last word is the customer's */
} fh_waits;

FH_API FH_MUST_CHECK fh_status fh_waits_new(const fh_allocator *from,
                                            const fh_waits_options *options, fh_fold **out,
                                            fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_waits_read(const fh_fold *fold, fh_arena *arena, fh_waits *out,
                                             fh_error *err);

/* ---- handoffs: from department to department within a problem ------------------------------- */

typedef struct fh_handoffs_options {
    uint32_t n_departments;
    /* Interactions without a problem: false leaves them out, true takes all of a
     * customer's as one. Of those with a problem, each problem is on its own. */
    bool without_problem;
} fh_handoffs_options;

typedef struct fh_handoff {
    uint32_t from, to; /* different departments; interactions without one are passed over */
    uint64_t count, customers;
    int64_t gap_ms_sum;
    uint64_t returned; /* handed straight back: next hand-off of the problem is to -> from */
} fh_handoff;

enum { FH_HANDOFFS_PER_PROBLEM = 33 };
typedef struct fh_handoffs {
    uint64_t n_interactions;                      /* with a department and in a problem */
    uint64_t n_problems, n_customers, n_handoffs; /* with one such interaction at least */
    size_t n_pairs;
    const fh_handoff *pairs; /* by count descending */
    /* [k] problems with k hand-offs; the last entry: that many or more */
    uint64_t problems_with[FH_HANDOFFS_PER_PROBLEM];
} fh_handoffs;

FH_API FH_MUST_CHECK fh_status fh_handoffs_new(const fh_allocator *from,
                                               const fh_handoffs_options *options, fh_fold **out,
                                               fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_handoffs_read(const fh_fold *fold, fh_arena *arena,
                                                fh_handoffs *out, fh_error *err);

/* ---- repeats: contact again within a window ------------------------------------------------- */

typedef struct fh_repeats_options {
    uint32_t n_departments, n_channels;
    fh_bitset channels;     /* contacts that count; none: all */
    uint32_t directions;    /* bit per fh_direction; 0: any   */
    uint64_t window_ms;     /* at most this long after the contact before (inclusive) */
    bool other_problem_too; /* true: also across problems; false: a repeat is one about the same
                               problem, or both without a problem */
} fh_repeats_options;

typedef struct fh_repeat {
    uint32_t from, to; /* department of the contact before and of this one; 0: none told */
    uint64_t count, customers;
    int64_t gap_ms_sum;
} fh_repeat;

typedef struct fh_repeats {
    uint64_t n_contacts, n_stories; /* contacts that count; stories with one at least */
    uint64_t n_repeats;             /* contacts that followed another within the window */
    uint64_t stories_with_repeat;
    uint64_t n_other_department; /* repeats in another department than before, both told */
    size_t n_pairs;
    const fh_repeat *pairs; /* by count descending */
} fh_repeats;

FH_API FH_MUST_CHECK fh_status fh_repeats_new(const fh_allocator *from,
                                              const fh_repeats_options *options, fh_fold **out,
                                              fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_repeats_read(const fh_fold *fold, fh_arena *arena,
                                               fh_repeats *out, fh_error *err);

/* ---- customers: who is behind a figure, one by one ------------------------------------------ */

typedef struct fh_customer_row {
    uint32_t customer, problem; /* problem 0: stories are of customers */
    uint64_t count, times;      /* interactions; times of what was counted (see options) */
    int64_t first_ms, last_ms;
} fh_customer_row;

enum { FH_CUSTOMERS_MOST = 1000 };
typedef struct fh_customers_options {
    uint32_t n_touchpoints;
    uint32_t limit;        /* rows of a page: 1 .. FH_CUSTOMERS_MOST */
    bool by_problem;       /* stories are of problems */
    size_t n_moves;        /* what is counted as `times`: these moves (see fh_move) ... */
    const fh_move *moves;  /* [n_moves] */
    fh_bitset visits;      /* ... or, without moves, interactions at these touchpoints */
    bool has_after;        /* the page begins behind this row: */
    fh_customer_row after; /* last_ms, customer, problem */
} fh_customers_options;

typedef struct fh_customers {
    uint64_t n_interactions, n_stories; /* in all, whatever the page */
    size_t n_rows;
    const fh_customer_row *rows; /* by last_ms descending, customer, problem */
    bool more;                   /* behind the last row */
} fh_customers;

FH_API FH_MUST_CHECK fh_status fh_customers_new(const fh_allocator *from,
                                                const fh_customers_options *options, fh_fold **out,
                                                fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_customers_read(const fh_fold *fold, fh_arena *arena,
                                                 fh_customers *out, fh_error *err);

/* ---- open: problems that nobody has called solved ------------------------------ */

/* Of stories by problem (fh_filter.by_problem). A problem is open until an interaction
 * has one of the outcomes by which customers confirm; the customer's next contact (inbound,
 * without a score) or the outcome `reopened` opens it again. An answer is owed when the
 * last word in an open problem, from or to the customer and without a score, is theirs. */
typedef struct fh_open_row {
    uint32_t customer, problem, department; /* that had it last; 0: none was named */
    uint32_t count;                         /* interactions */
    bool owed;
    int64_t first_ms, last_ms; /* opened; the last word, or the last interaction without one */
} fh_open_row;

enum { FH_OPEN_MOST = 1000 };
typedef struct fh_open_options {
    uint32_t n_outcomes, n_departments; /* numbers are below these */
    fh_bitset confirmed;                /* outcomes */
    uint32_t reopened;                  /* outcome; 0: none */
    int64_t now_ms;                     /* what comes later has not happened yet */
    uint32_t limit;                     /* rows: 1 .. FH_OPEN_MOST */
    bool owed;                          /* only those with an answer owed, by last_ms */
} fh_open_options;

typedef struct fh_open {
    uint64_t n_problems, n_open, n_owed;
    size_t n_rows;
    const fh_open_row *rows; /* by first_ms (or last_ms), customer, problem, ascending */
} fh_open;

FH_API FH_MUST_CHECK fh_status fh_open_new(const fh_allocator *from, const fh_open_options *options,
                                           fh_fold **out, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_open_read(const fh_fold *fold, fh_arena *arena, fh_open *out,
                                            fh_error *err);

/* ---- reviews: what customers say of us, and whether it is answered ---------------------- */

/* A review is an interaction with a score that is not from us, up to now. Its answer is the
 * first later one to the customer, up to now, of the same department about the same problem;
 * a review about no problem has none. Segments hold whole stories by customer: which
 * reviews are meant is said by `of`, and answers need not meet that. */
enum { FH_REVIEWS_MOST = 200 };
/* Scores by the nearest whole number: [0] below 0, [1 + s] for s of 0 .. 100, then above. */
enum { FH_REVIEW_SCORES = 103 };
typedef enum fh_review_state {
    FH_REVIEWS_ANY,
    FH_REVIEWS_ANSWERED,
    FH_REVIEWS_OPEN
} fh_review_state;

typedef struct fh_review {
    int64_t at_ms, answered_ms; /* answered_ms only when `answered` */
    uint32_t customer, place;   /* which one of the customer's interactions, from 0 */
    uint32_t touchpoint, department;
    int32_t score; /* hundredths */
    bool answered;
} fh_review;

typedef struct fh_reviews_options {
    uint32_t n_touchpoints, n_departments, n_channels, n_outcomes; /* numbers are below these */
    int64_t now_ms;
    /* Its conditions on interactions, `broken` among them (of the marks of a segment selected
     * with fh_filter.severe); NULL: every review. */
    const fh_filter *of;
    /* Which are listed: all are counted. Scores as above, from <= score <= until. */
    fh_review_state state;
    uint32_t score_from, score_until; /* of FH_REVIEW_SCORES */
    uint32_t limit;                   /* 1 .. FH_REVIEWS_MOST */
    bool has_after;                   /* only what stands behind `after` in the list */
    fh_review after;                  /* at_ms, customer, place */
} fh_reviews_options;

typedef struct fh_review_count {
    uint64_t reviews, customers, answered;
    int64_t score_sum; /* hundredths */
} fh_review_count;
typedef struct fh_review_row {
    uint32_t number; /* touchpoint or department; 0: none was named */
    fh_review_count n;
} fh_review_row;

typedef struct fh_reviews {
    uint64_t n_interactions, n_stories;
    fh_review_count all;
    fh_percentiles took; /* from review to answer */
    uint64_t scores[FH_REVIEW_SCORES], scores_answered[FH_REVIEW_SCORES];
    size_t n_touchpoints, n_departments;
    const fh_review_row *touchpoints, *departments; /* with any; by reviews descending */
    uint64_t n_listed; /* that meet what is to be listed, whatever the page */
    size_t n_rows;
    const fh_review *rows; /* the newest first; then by customer and place */
    bool more;
} fh_reviews;

/* The bucket of a score. */
FH_API uint32_t fh_review_score(int32_t hundredths);
FH_API FH_MUST_CHECK fh_status fh_reviews_new(const fh_allocator *from,
                                              const fh_reviews_options *options, fh_fold **out,
                                              fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_reviews_read(const fh_fold *fold, fh_arena *arena,
                                               fh_reviews *out, fh_error *err);

/* ---- ruined: days on which something broke badly --------------------------------- */

/* Of stories by customer. A ruined day is a customer's local day with at least one severe
 * break; several on one day count once. In a segment selected with
 * fh_filter.severe the marks of the selection count, else they are looked for here. */
typedef struct fh_ruined_options {
    uint32_t n_touchpoints;
    /* Days are the zone's; NULL: UTC. When clocks go back over midnight, a story's days do
     * not. Zone and rules outlive the fold. */
    const struct fh_zone *zone;
    const fh_severe *severe;
} fh_ruined_options;

typedef struct fh_ruined_count {
    uint64_t breaks, days, customers; /* interactions; different days; different customers */
} fh_ruined_count;
typedef struct fh_ruined_week {
    int64_t from_ms;                      /* Monday, 0:00 local */
    uint64_t days, customers;             /* ruined days; customers with one in this week */
    uint64_t contact_days, all_customers; /* days on which anything happened; whose */
} fh_ruined_week;
typedef struct fh_ruined_row {
    uint32_t touchpoint;
    fh_ruined_count all, rule[FH_N_SEVERE];
} fh_ruined_row;

typedef struct fh_ruined {
    uint64_t n_interactions, n_stories, contact_days;
    fh_ruined_count all, rule[FH_N_SEVERE];
    size_t n_weeks, n_rows;
    const fh_ruined_week *weeks; /* by time, none left out between first and last contact */
    const fh_ruined_row *rows;   /* with at least one break, by days, breaks descending */
} fh_ruined;

FH_API FH_MUST_CHECK fh_status fh_ruined_new(const fh_allocator *from,
                                             const fh_ruined_options *options, fh_fold **out,
                                             fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_ruined_read(const fh_fold *fold, fh_arena *arena, fh_ruined *out,
                                              fh_error *err);

/* ---- affected: whom something has touched ------------------------------------------ */

/* Many at once: each asks for the customers with an interaction at one of its touchpoints
 * from `from_ms` until before `until_ms`, and for those that are named: each counts once. */
typedef struct fh_affected_ask {
    fh_bitset touchpoints;
    int64_t from_ms, until_ms;
    const uint32_t *customer; /* [n_customers] in any order; counted whenever they have a story */
    size_t n_customers;
} fh_affected_ask;
enum { FH_AFFECTED_MOST = 2000 };
typedef struct fh_affected_options {
    uint32_t n_touchpoints;
    size_t n_asks; /* at most FH_AFFECTED_MOST */
    const fh_affected_ask *asks;
    const fh_severe *severe; /* NULL: breaks are not looked for; outlives the fold */
} fh_affected_options;

typedef struct fh_affected_count {
    uint64_t customers, broken; /* different ones; of these, with a severe break there */
} fh_affected_count;
typedef struct fh_affected {
    size_t n;
    const fh_affected_count *count; /* [n] as asked */
} fh_affected;

FH_API FH_MUST_CHECK fh_status fh_affected_new(const fh_allocator *from,
                                               const fh_affected_options *options, fh_fold **out,
                                               fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_affected_read(const fh_fold *fold, fh_arena *arena,
                                                fh_affected *out, fh_error *err);

/* ---- effect: before and after a fix ------------------------------------------------- */

/* A customer is looked at from the first contact at one of `treated` in a period, for
 * `follow_ms`, which must end in the same period; who has none of these in the period, but
 * one at `beside`, is in the comparison group. */
typedef struct fh_effect_options {
    uint32_t n_touchpoints, n_currencies;
    fh_bitset treated, beside;         /* touchpoints; beside NULL: any */
    fh_bitset staff;                   /* touchpoints where colleagues give scores; NULL: none */
    int64_t from_ms, fix_ms, until_ms; /* before: [from, fix), after: [fix, until) */
    int64_t follow_ms;
    int64_t gap_ms;          /* not in contact for so long behind that: left */
    int64_t observed_ms;     /* what happened is known until here */
    uint32_t currency;       /* values of this one count */
    const int32_t *best;     /* [n_touchpoints] best score, hundredths; 0: it does not count */
    const fh_severe *severe; /* outlives the fold */
} fh_effect_options;

/* Sums of one value for each customer, and of its square. */
typedef struct fh_effect_mean {
    uint64_t n, squares;
    int64_t sum;
} fh_effect_mean;
typedef struct fh_effect_share {
    uint64_t n, part;
} fh_effect_share;
typedef struct fh_effect_cell {
    fh_effect_mean score; /* mean of a customer's scores, in 1/10,000 of the best */
    fh_effect_mean value; /* told by the customer's contacts, whole units of the currency */
    fh_effect_share left, ruined;
} fh_effect_cell;
typedef struct fh_effect {
    fh_effect_cell treated[2], beside[2]; /* before, after */
    fh_effect_mean staff[2];
} fh_effect;

FH_API FH_MUST_CHECK fh_status fh_effect_new(const fh_allocator *from,
                                             const fh_effect_options *options, fh_fold **out,
                                             fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_effect_read(const fh_fold *fold, fh_effect *out, fh_error *err);

/* ---- elements: stories told in the touchpoints of a map ------------------------------ */

/* Which element (touchpoint of a map, from 0) an interaction is: of[its touchpoint] is one,
 * or FH_NO_ELEMENT, or FH_ELEMENT_BY + row: then
 * by[(row * n_channel_kinds + channel_kind[channel]) * n_department_kinds +
 *    department_kind[department]] is. */
#define FH_NO_ELEMENT UINT32_MAX
#define FH_ELEMENT_BY UINT32_C(0x80000000)
typedef struct fh_element_rules {
    uint32_t n_elements;
    uint32_t n_touchpoints, n_channels, n_departments; /* numbers are below these */
    const uint32_t *of;                                /* [n_touchpoints] */
    const uint32_t *by;                                /* [n_rows ...]; NULL: no rows */
    const uint32_t *channel_kind, *department_kind;    /* [n_channels], [n_departments] */
    uint32_t n_rows, n_channel_kinds, n_department_kinds;
} fh_element_rules;

/* From the last of the elements `before` to this one, which settles it. An element that
 * comes several times running counts from its first. */
typedef struct fh_element_promise {
    uint32_t element;
    int64_t within_ms;
    fh_bitset before;
} fh_element_promise;

/* Whose stories have something: a failing at `element`, or else one of the ways. */
typedef struct fh_element_pick {
    uint32_t failing;      /* FH_NO_ELEMENT: by ways */
    const fh_variant *way; /* [n_ways] steps as in fh_elements.ways */
    size_t n_ways;
} fh_element_pick;

typedef struct fh_elements_options {
    fh_element_rules rules;
    const fh_element_promise *promise; /* [n_promises] */
    uint32_t n_promises;
    const fh_severe *severe;     /* what fails there; NULL: only promises */
    const fh_element_pick *pick; /* NULL: nobody; must live as long as the fold */
    bool has_begun; /* only stories whose first element is in [begun_ms, until_ms); the others
                       are outside, and their interactions unknown */
    int64_t begun_ms, until_ms;
} fh_elements_options;

typedef struct fh_element_row {
    uint64_t count, stories, failing; /* interactions; stories; stories that failed there */
    int64_t first_ms, last_ms;        /* meaningful when count > 0 */
    uint64_t n_scores;
    int64_t score_sum; /* hundredths */
    int32_t score_max;
} fh_element_row;
typedef struct fh_element_kept {
    uint64_t n, kept;
    int64_t median_ms; /* of buckets: at most 3.2 % off */
} fh_element_kept;
typedef struct fh_element_unknown { /* interactions that are no element */
    uint32_t touchpoint, channel, department;
    uint64_t count;
} fh_element_unknown;
typedef struct fh_elements {
    uint64_t n_interactions, n_mapped;
    uint64_t n_stories, n_outside;     /* with an element; with none */
    const fh_element_row *row;         /* [n_elements] */
    const fh_element_kept *kept;       /* [n_promises] */
    const fh_element_unknown *unknown; /* [n_unknown] by count descending, then by number */
    size_t n_unknown;
    fh_variants ways;       /* of elements only: step k is element k - 1. None when
                         picking */
    const uint32_t *picked; /* [n_picked] customers, rising */
    size_t n_picked;
} fh_elements;

FH_API FH_MUST_CHECK fh_status fh_elements_new(const fh_allocator *from,
                                               const fh_elements_options *options, fh_fold **out,
                                               fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_elements_read(const fh_fold *fold, fh_arena *arena,
                                                fh_elements *out, fh_error *err);

/* ---- sides: who acts behind each touchpoint of a map ---------------------------------- */

/* Of an element and a department: its interactions there; or problems that came to the element
 * from that department, the last one before in the same problem (see handoffs). */
typedef struct fh_side {
    uint32_t element, department; /* department 0: none was named; never in `handed` */
    uint64_t count, stories;      /* interactions or hand-offs; stories with any */
    uint64_t inbound, outbound;   /* of the interactions */
    int64_t gap_ms_sum;           /* of hand-offs: since the last one before */
} fh_side;
typedef struct fh_sides {
    const fh_side *act, *handed; /* by element, then count descending */
    size_t n_acts, n_handed;
} fh_sides;

FH_API FH_MUST_CHECK fh_status fh_sides_new(const fh_allocator *from, const fh_element_rules *rules,
                                            fh_fold **out, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_sides_read(const fh_fold *fold, fh_arena *arena, fh_sides *out,
                                             fh_error *err);

/* ---- aligned: stories held against a journey ---------------------------------------- */

/* What one way comes to. Rows are the touchpoints that are counted by. */
typedef struct fh_aligned_way {
    uint64_t cost, worst;    /* moves needed; needed if none of it were in the journey */
    bool at_most, may_end;   /* there may be a cheaper one; it may be over */
    const bool *completed;   /* [n_steps] */
    const uint32_t *missing; /* [n_missing] rows, one as often as it is missing */
    const uint32_t *next;    /* [n_next] rows: what may come next */
    size_t n_missing, n_next;
} fh_aligned_way;

/* What a way comes to as it was and as it is, which only has more steps. The first `same` of
 * them and `missing_both` are common to both; the others' rows are of one or the other. Of what is
 * common only moves of rows that the others have need to be told. */
typedef struct fh_aligned_grown {
    fh_aligned_way was, is; /* was.completed [n_was - same]; is.completed [n_steps] */
    size_t same;
    const uint32_t *missing_both; /* [n_missing_both] */
    size_t n_missing_both;
} fh_aligned_grown;

/* How a way is held against the journey: folds know nothing of journeys. A fold opens a holder
 * of its own when it has something to hold; a result lives until the next. */
typedef struct fh_aligned_with {
    fh_status (*open)(void *ctx, const fh_allocator *from, void **holder, fh_error *err);
    fh_status (*hold)(void *holder, const uint32_t *rows, size_t n_steps, fh_aligned_way *out,
                      fh_error *err);
    /* Its first n_was steps, and all of them; NULL: each is held by itself. */
    fh_status (*hold_grown)(void *holder, const uint32_t *rows, size_t n_was, size_t n_steps,
                            fh_aligned_grown *out, fh_error *err);
    void (*close)(void *holder); /* NULL is allowed */
    void *ctx;                   /* outlives the fold, and may be used by several threads */
    fh_str journey;              /* bytes that are equal for equal journeys only */
} fh_aligned_with;

typedef struct fh_aligned_options {
    fh_element_rules rules; /* what is no element is left out */
    const uint32_t *row;    /* [rules.n_elements] */
    uint32_t n_rows;
    fh_aligned_with with;
} fh_aligned_options;

typedef struct fh_aligned_row {
    uint64_t completed, missing, ad_hoc; /* moves */
    /* Stories with such a move; one that is missing and elsewhere ad-hoc is out of order. */
    uint64_t stories_completed, stories_missing, stories_ad_hoc, stories_out_of_order;
    uint64_t stories_next;
} fh_aligned_row;
typedef struct fh_aligned {
    uint64_t n_interactions, n_mapped;
    uint64_t n_stories, n_outside; /* with an element; with none */
    uint64_t cost, worst, stories_at_most, stories_may_end;
    uint64_t fitness_sum;      /* of all stories, each 1 - cost / worst, in 1 / 2^32 */
    const fh_aligned_row *row; /* [n_rows] */
} fh_aligned;

/* Each different way is held once, or a few times where there are very many; that is dear, so
 * what was counted is best kept by small groups (fh_fold_is_dear). */
FH_API FH_MUST_CHECK fh_status fh_aligned_new(const fh_allocator *from,
                                              const fh_aligned_options *options, fh_fold **out,
                                              fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_aligned_read(const fh_fold *fold, fh_arena *arena,
                                               fh_aligned *out, fh_error *err);

/* ---- oughts: what must hold at the touchpoints of a map, and where it did not -------------- */

/* Each time an element (as above) comes, its rules are looked at; "before" and "last" are by
 * the order of the story. */
typedef enum fh_ought_form {
    FH_OUGHT_AFTER,   /* not within `within_ms` (0: ever) after the last of element `other` */
    FH_OUGHT_BEFORE,  /* not while `other` comes only later */
    FH_OUGHT_WITHOUT, /* not unless `other` came before */
    FH_OUGHT_TIMES,   /* not more than `times` in a story; within `within_ms`, unless 0 */
    FH_OUGHT_WHERE,   /* not with an outcome, channel, department of all these sets */
    FH_OUGHT_PROMISE  /* at most `within_ms` after one of `begins`, as fh_element_promise; and
                        after one of `must` it does come, judged when its time is over.
                        Each problem of a story has its own; what tells none settles all */
} fh_ought_form;

typedef struct fh_ought_rule {
    fh_ought_form form;
    uint32_t element, other;
    int64_t within_ms;
    uint32_t times;                            /* at most FH_OUGHT_TIMES_MAX */
    fh_bitset outcomes, channels, departments; /* WHERE; NULL: any */
    fh_bitset begins, must;                    /* PROMISE: of elements; must is part of begins */
} fh_ought_rule;
enum { FH_OUGHT_TIMES_MAX = 1000, FH_OUGHT_RULES_MAX = 10000 };

typedef struct fh_oughts_options {
    fh_element_rules rules;
    const fh_ought_rule *rule; /* [n_rules] */
    uint32_t n_rules;
    uint32_t n_outcomes; /* numbers are below this */
    int64_t until_ms;    /* everything before is known */
    uint32_t most;       /* hits told of one rule and story, the latest; 0: none, only counted */
} fh_oughts_options;

/* Where a rule did not hold. The moments are those that speak against it: the earlier and the
 * later, equal when it is one. A promise that nothing settled: where it began. */
typedef struct fh_ought_hit {
    uint32_t rule, customer;
    int64_t a_ms, b_ms;
    uint64_t a, b;                            /* fh_segment.id */
    uint16_t from, to, touchpoint, unsettled; /* departments of a and b; of b; 1: never settled */
} fh_ought_hit;
typedef struct fh_ought_row {
    uint64_t looked, hits;     /* times it was looked at; times it did not hold */
    uint64_t stories;          /* in which it did not hold */
    int64_t first_ms, last_ms; /* later moments of hits; meaningful when hits > 0 */
} fh_ought_row;
typedef struct fh_oughts {
    const fh_ought_row *row; /* [n_rules] */
    const fh_ought_hit *hit; /* [n_hits] by rule, customer, later moment, earlier moment */
    size_t n_hits;
} fh_oughts;

FH_API FH_MUST_CHECK fh_status fh_oughts_new(const fh_allocator *from,
                                             const fh_oughts_options *options, fh_fold **out,
                                             fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_oughts_read(const fh_fold *fold, fh_arena *arena, fh_oughts *out,
                                              fh_error *err);

#ifdef __cplusplus
}
#endif

#endif

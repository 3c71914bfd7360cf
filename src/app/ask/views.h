/* views.h - answers for people and programs: each standard question asked with
 * its words, and its result as tables and as JSON.
 *
 * One fh_view is a question's surroundings: the organisation, the filter, the
 * names, the zone. fh_view_X asks; fh_X_table puts the answer into a table (for
 * terminal, CSV and report alike, with the sentence that says n, period and
 * definition and the one that names what is hidden); fh_X_json writes it for
 * programs (docs/handbook/json.md; keys are never renamed). Everything lives in
 * the view's arena. `top` 0: all rows.
 */
#ifndef FH_APP_VIEWS_H
#define FH_APP_VIEWS_H

#include "app/ask/ask.h"
#include "app/ask/calling.h"
#include "app/ask/severe.h"
#include "app/ask/table.h"
#include "firsthand/journey.h"
#include "store/identities.h"

typedef struct fh_view {
    fh_org *org;
    fh_arena *arena;
    const fh_zone *zone;
    uint32_t threads; /* 0: as many as there are cores */
    fh_filter filter;
    fh_str filtered; /* the filter in words; empty: everything */
    fh_names touchpoint, channel, department, outcome, currency;
    int64_t first_ms, last_ms; /* the period looked at; 0 and -1 when there is nothing */
    fh_calling calling;        /* its customers, whatever a story is of */
    /* What a story is of: "customer", "customers", as a heading "Customers": the
     * organisation's own word (calling.h), or problem(s). `key` is
     * the key in JSON and CSV, whatever the word: "customers" or "problems". */
    const char *one, *many, *title, *key;
} fh_view;

/* `text` NULL: everything. `zone` NULL: the organisation's (setting "zone"), or UTC. */
FH_MUST_CHECK fh_status fh_view_open(fh_org *org, const fh_filter_text *text, const fh_zone *zone,
                                     uint32_t threads, fh_arena *arena, fh_view *out,
                                     fh_error *err);
/* The name of a number; "(none)" for 0. */
fh_str fh_view_name(const fh_names *names, uint32_t number);

/* ---- touchpoints ----------------------------------------------------------- */
FH_MUST_CHECK fh_status fh_view_touchpoints(const fh_view *v, fh_touchpoints *out, fh_error *err);
FH_MUST_CHECK fh_status fh_touchpoints_table(const fh_view *v, const fh_touchpoints *a, size_t top,
                                             fh_table *out, fh_error *err);
void fh_touchpoints_json(const fh_view *v, const fh_touchpoints *a, fh_json *j);

/* ---- arrivals: by month and channel -------------------------------------------- */
/* A calendar month is one of the zone's, as far east of UTC as it is at the end. */
FH_MUST_CHECK fh_status fh_view_arrivals(const fh_view *v, fh_arrivals *out, fh_error *err);

/* ---- follows ----------------------------------------------------------------- */
FH_MUST_CHECK fh_status fh_view_follows(const fh_view *v, fh_percentile_mode percentiles,
                                        fh_follows *out, fh_error *err);
FH_MUST_CHECK fh_status fh_follows_table(const fh_view *v, const fh_follows *a, size_t top,
                                         bool percentiles, fh_table *out, fh_error *err);
/* Where stories begin (`ends` false) or end. */
FH_MUST_CHECK fh_status fh_ends_table(const fh_view *v, const fh_follows *a, bool ends, size_t top,
                                      fh_table *out, fh_error *err);
void fh_follows_json(const fh_view *v, const fh_follows *a, bool percentiles, fh_json *j);

/* ---- variants: ways ------------------------------------------------------------ */
FH_MUST_CHECK fh_status fh_view_variants(const fh_view *v, size_t top, fh_variants *out,
                                         fh_error *err);
/* All of them, for whoever does not tell how long they last: that is 0. */
FH_MUST_CHECK fh_status fh_view_ways(const fh_view *v, fh_variants *out, fh_error *err);
FH_MUST_CHECK fh_status fh_variants_table(const fh_view *v, const fh_variants *a, fh_table *out,
                                          fh_error *err);
void fh_variants_json(const fh_view *v, const fh_variants *a, fh_json *j);

/* ---- changed: what moved between two groups -------------------------------------- */
typedef struct fh_changed_view {
    fh_view before, after; /* before.filter and after.filter are what was asked */
    fh_changed changed;
} fh_changed_view;
/* `against` NULL: the time before the view's, as long as it; where the view has no period,
 * the first half of all there is against the second. FH_INVALID when no time lies before. */
FH_MUST_CHECK fh_status fh_view_changed(const fh_view *v, const fh_filter_text *against,
                                        fh_changed_view *out, fh_error *err);
FH_MUST_CHECK fh_status fh_changed_table(const fh_changed_view *a, size_t top, fh_table *out,
                                         fh_error *err);
fh_str fh_changed_says(const fh_changed_view *a);
FH_MUST_CHECK fh_status fh_changed_json(const fh_changed_view *a, size_t top, fh_json *j,
                                        fh_error *err);

/* ---- representatives: a few ways that stand for all ------------------------------ */
typedef struct fh_representatives_view {
    fh_variants ways; /* [n_variants] all, the commonest first */
    fh_representatives of;
} fh_representatives_view;
FH_MUST_CHECK fh_status fh_view_representatives(const fh_view *v, uint32_t k,
                                                fh_representatives_view *out, fh_error *err);
FH_MUST_CHECK fh_status fh_representatives_table(const fh_view *v, const fh_representatives_view *a,
                                                 fh_table *out, fh_error *err);
FH_MUST_CHECK fh_status fh_representatives_json(const fh_view *v, const fh_representatives_view *a,
                                                fh_json *j, fh_error *err);

/* ---- conform: what was intended against what happened ---------------------------- */
typedef struct fh_conform_row {
    fh_str name;
    bool planned;                        /* the journey has it */
    uint64_t completed, missing, ad_hoc; /* moves */
    /* Stories with such a move; one that is missing and elsewhere ad-hoc is out of order. */
    uint64_t stories_completed, stories_missing, stories_ad_hoc, stories_out_of_order;
    uint64_t stories_next; /* of running ones: where it may come next */
} fh_conform_row;
typedef struct fh_conform_way {
    const fh_variant *way;
    uint64_t cost; /* moves that one such story needs */
} fh_conform_way;
typedef struct fh_conform {
    uint64_t n_stories, cost; /* of all stories */
    double fitness_avg, fitness_log;
    const fh_conform_row *row; /* [n_rows] the journey's, in its order; then the others */
    const fh_conform_way *way; /* [n_ways] by count descending, then path */
    size_t n_rows, n_ways;
    bool running;
    uint64_t stories_at_most; /* that may need fewer moves than were found */
    uint64_t stories_may_end; /* of running ones: that may be over */
    bool of_map;              /* interactions were told to the touchpoints of a map */
    uint64_t n_interactions, n_mapped;
} fh_conform;
/* `running`: stories are still going on, what has not come yet is not missing. Each different
 * way is told with its cost. */
FH_MUST_CHECK fh_status fh_view_conform(const fh_view *v, const fh_tree *tree, bool running,
                                        fh_conform *out, fh_error *err);
/* The same for ways whose steps were given other names (those of a map's touchpoints):
 * step k of a way is names->name[k]. `told` (may be NULL) is told of each way what its
 * stories met, [n_rows] in the order of the rows: bits below. */
enum { FH_MET_COMPLETED = 1, FH_MET_MISSING = 2, FH_MET_AD_HOC = 4 };
typedef void fh_conform_told(void *ctx, const fh_variant *way, const unsigned char *met);
FH_MUST_CHECK fh_status fh_conform_ways(const fh_view *v, const fh_names *names,
                                        const fh_variants *ways, const fh_tree *tree, bool running,
                                        fh_conform_told *told, void *ctx, fh_conform *out,
                                        fh_error *err);
/* All but the ways: what was counted is kept where that is done, and asked again costs what has
 * changed. `rules` NULL: the tree's touchpoints are those of the names; else names->name[e + 1]
 * is element e's. */
FH_MUST_CHECK fh_status fh_view_aligned(const fh_view *v, const fh_element_rules *rules,
                                        const fh_names *names, const fh_tree *tree, bool running,
                                        fh_conform *out, fh_error *err);
FH_MUST_CHECK fh_status fh_conform_table(const fh_view *v, const fh_conform *a, fh_table *out,
                                         fh_error *err);
void fh_conform_json(const fh_conform *a, fh_json *j);

/* ---- discover: the journey as it is, as a process tree (inductive miner) ---------- */
FH_MUST_CHECK fh_status fh_view_discover(const fh_view *v, double noise, fh_tree *out,
                                         fh_error *err);

/* ---- funnel ----------------------------------------------------------------------- */
/* n_touchpoints is filled in. `titles` [n_steps]: what each step is called. */
FH_MUST_CHECK fh_status fh_view_funnel(const fh_view *v, const fh_funnel_options *options,
                                       fh_funnel *out, fh_error *err);
FH_MUST_CHECK fh_status fh_funnel_table(const fh_view *v, const fh_funnel_options *options,
                                        const fh_str *titles, const fh_funnel *a, fh_table *out,
                                        fh_error *err);
void fh_funnel_json(const fh_view *v, const fh_str *titles, const fh_funnel *a, fh_json *j);

/* ---- retention ----------------------------------------------------------------------- */
/* n_touchpoints is filled in. observed_until_ms is usually fh_view_observed. */
int64_t fh_view_observed(const fh_view *v); /* the last time there is; 0 when there is nothing */
typedef struct fh_retention_view {
    fh_retention all;
    /* The same cohorts without what the organisation calls mandatory (app/ask/mandatory.h); of
     * them only `returned` differs. `rule` empty: nothing is mandatory, and this is not filled. */
    fh_retention chosen;
    fh_str rule; /* in words: "at Session: data protection" */
} fh_retention_view;
/* options->mandatory is filled in, too: by `said` (NULL: by the settings; fh_mandatory_said). */
FH_MUST_CHECK fh_status fh_view_retention(const fh_view *v, fh_retention_options *options,
                                          const fh_filter_text *said, fh_retention_view *out,
                                          fh_error *err);
/* Of all returns; with `chosen`: of voluntary ones by cohort. */
FH_MUST_CHECK fh_status fh_retention_table(const fh_view *v, const fh_retention_options *options,
                                           const fh_retention_view *a, bool chosen, fh_table *out,
                                           fh_error *err);
void fh_retention_json(const fh_view *v, const fh_retention_options *options,
                       const fh_retention_view *a, fh_json *j);

/* ---- paths ------------------------------------------------------------------------------ */
FH_MUST_CHECK fh_status fh_view_paths(const fh_view *v, const fh_paths_options *options,
                                      size_t max_children, fh_paths *out, fh_error *err);
FH_MUST_CHECK fh_status fh_paths_table(const fh_view *v, const fh_paths_options *options,
                                       const fh_paths *a, fh_table *out, fh_error *err);
void fh_paths_json(const fh_view *v, const fh_paths *a, fh_json *j);

/* ---- loops --------------------------------------------------------------------------------- */
FH_MUST_CHECK fh_status fh_view_loops(const fh_view *v, fh_loops *out, fh_error *err);
FH_MUST_CHECK fh_status fh_loops_table(const fh_view *v, const fh_loops *a, size_t top,
                                       fh_table *out, fh_error *err);
FH_MUST_CHECK fh_status fh_pingpongs_table(const fh_view *v, const fh_loops *a, size_t top,
                                           fh_table *out, fh_error *err);
void fh_loops_json(const fh_view *v, const fh_loops *a, fh_json *j);

/* ---- waits ---------------------------------------------------------------------------------- */
FH_MUST_CHECK fh_status fh_view_waits(const fh_view *v, fh_waits *out, fh_error *err);
FH_MUST_CHECK fh_status fh_waits_table(const fh_view *v, const fh_waits *a, size_t top,
                                       fh_table *out, fh_error *err);
void fh_waits_json(const fh_view *v, const fh_waits *a, fh_json *j);

/* ---- handoffs ------------------------------------------------------------------------------- */
FH_MUST_CHECK fh_status fh_view_handoffs(const fh_view *v, bool without_problem, fh_handoffs *out,
                                         fh_error *err);
FH_MUST_CHECK fh_status fh_handoffs_table(const fh_view *v, const fh_handoffs *a, size_t top,
                                          fh_table *out, fh_error *err);
/* How many problems had how many hand-offs. */
FH_MUST_CHECK fh_status fh_handoffs_per_problem_table(const fh_view *v, const fh_handoffs *a,
                                                      fh_table *out, fh_error *err);
void fh_handoffs_json(const fh_view *v, const fh_handoffs *a, fh_json *j);

/* ---- repeats -------------------------------------------------------------------------------- */
/* n_departments and n_channels are filled in. */
FH_MUST_CHECK fh_status fh_view_repeats(const fh_view *v, const fh_repeats_options *options,
                                        fh_repeats *out, fh_error *err);
FH_MUST_CHECK fh_status fh_repeats_table(const fh_view *v, const fh_repeats_options *options,
                                         const fh_repeats *a, size_t top, fh_table *out,
                                         fh_error *err);
void fh_repeats_json(const fh_view *v, const fh_repeats *a, fh_json *j);

/* ---- ruined days ------------------------------------------------------------ */
typedef struct fh_ruined_view {
    fh_ruined ruined;
    fh_severe_rules rules;
} fh_ruined_view;
FH_MUST_CHECK fh_status fh_view_ruined(const fh_view *v, fh_ruined_view *out, fh_error *err);
FH_MUST_CHECK fh_status fh_ruined_rules_table(const fh_view *v, const fh_ruined_view *a,
                                              fh_table *out, fh_error *err);
FH_MUST_CHECK fh_status fh_ruined_table(const fh_view *v, const fh_ruined_view *a, size_t top,
                                        fh_table *out, fh_error *err);
/* The latest first. */
FH_MUST_CHECK fh_status fh_ruined_weeks_table(const fh_view *v, const fh_ruined_view *a, size_t top,
                                              fh_table *out, fh_error *err);
void fh_ruined_json(const fh_view *v, const fh_ruined_view *a, fh_json *j);

/* ---- customers: who is behind a figure ------------------------------------------------------ */
typedef struct fh_behind_row {
    fh_customer_row row;
    const fh_identity *identity; /* [n_identities] */
    size_t n_identities;
    fh_str problem; /* by problem: its name */
} fh_behind_row;
typedef struct fh_behind {
    uint64_t n_stories, n_interactions; /* in all */
    size_t n_rows;
    const fh_behind_row *rows; /* of this page */
    bool more, times;          /* there are more; row.times was counted */
} fh_behind;
/* At most `limit` (1 to 1000) behind the place `after`, which the page before told (empty:
 * from the first). FH_INVALID when there is no such limit or place. */
FH_MUST_CHECK fh_status fh_view_customers(const fh_view *v, uint64_t limit, fh_str after,
                                          fh_behind *out, fh_error *err);
/* Where the next page begins; empty: there is none. */
fh_str fh_behind_next(const fh_view *v, const fh_behind *a);
FH_MUST_CHECK fh_status fh_behind_table(const fh_view *v, const fh_behind *a, fh_table *out,
                                        fh_error *err);
void fh_behind_json(const fh_view *v, const fh_behind *a, fh_json *j);

/* ---- one story ------------------------------------------------------------------------------ */
typedef struct fh_story_view {
    uint32_t customer;
    const fh_identity *identity; /* [n_identities] */
    size_t n_identities;
    const fh_told *told;   /* [n] in order of time; what the filter of the view leaves */
    const fh_str *problem; /* [n] names, empty: none */
    const bool *handed_on; /* [n] another department than before in the same problem */
    size_t n, n_all;       /* n_all: without the filter */
    size_t n_problems, n_handoffs;
} fh_story_view;
FH_MUST_CHECK fh_status fh_view_story(const fh_view *v, uint32_t customer, fh_story_view *out,
                                      fh_error *err);
FH_MUST_CHECK fh_status fh_story_table(const fh_view *v, const fh_story_view *a, fh_table *out,
                                       fh_error *err);
/* Members of the object that is open. */
void fh_story_json(const fh_view *v, const fh_story_view *a, fh_json *j);

#endif

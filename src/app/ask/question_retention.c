/* question_retention.c - who comes back. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    fh_str born, back, edges, observed_until, must, must_outcomes, must_directions;
    uint32_t unit, mode;
    bool rolling;
    uint64_t buckets;
} options;

static const fh_option option_table[] = {
    {'u', "unit", FH_OPTION_CHOICE, offsetof(options, unit), "day|week|month",
     "length of a cohort and of a bucket (default month)", NULL},
    {'m', "mode", FH_OPTION_CHOICE, offsetof(options, mode), "bounded|unbounded|bracket",
     "came back in that very bucket, in it or later, or between two --edges (default bounded)",
     NULL},
    {0, "rolling", FH_OPTION_FLAG, offsetof(options, rolling), NULL,
     "count buckets from each one's own start instead of the calendar", NULL},
    {'k', "buckets", FH_OPTION_COUNT, offsetof(options, buckets), "N",
     "how many buckets (default 12)", NULL},
    {0, "edges", FH_OPTION_TEXT, offsetof(options, edges), "DAYS",
     "where brackets begin and end, in days: 1,8,31,91", NULL},
    {0, "born", FH_OPTION_LIST, offsetof(options, born), "NAMES",
     "touchpoints whose first interaction starts the clock (default: any)", NULL},
    {0, "back", FH_OPTION_LIST, offsetof(options, back), "NAMES",
     "touchpoints that count as coming back (default: any)", NULL},
    {0, "mandatory", FH_OPTION_LIST, offsetof(options, must), "NAMES",
     "touchpoints that nobody chooses: coming to them is no voluntary return (default: as the "
     "settings say)",
     NULL},
    {0, "mandatory-outcome", FH_OPTION_LIST, offsetof(options, must_outcomes), "NAMES",
     "nor is what ended so", NULL},
    {0, "mandatory-direction", FH_OPTION_LIST, offsetof(options, must_directions), "NAMES",
     "nor what went so: in, out, internal", NULL},
    {0, "observed-until", FH_OPTION_TEXT, offsetof(options, observed_until), "DATE",
     "until when the data is complete (default: the last interaction)", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.unit = 2, .buckets = 12};

/* "1,8,31" into rising numbers; how many, 0 when it cannot be read. */
static uint32_t read_edges(fh_str text, uint32_t *edges, uint32_t most)
{
    uint32_t n = 0, value = 0;
    bool digits = false;
    for (size_t i = 0; i <= text.len; i++) {
        const char c = i < text.len ? text.ptr[i] : ',';
        if (c >= '0' && c <= '9' && value < 100000) {
            value = value * 10 + (uint32_t)(c - '0');
            digits = true;
        } else if (c == ',' && digits && n < most && (!n || value > edges[n - 1])) {
            edges[n++] = value;
            value = 0;
            digits = false;
        } else {
            return 0;
        }
    }
    return n;
}

static fh_status read_buckets(const options *o, fh_retention_options *wanted, uint32_t *edges,
                              fh_error *err)
{
    if (o->mode == FH_BRACKET) {
        wanted->edges = edges;
        wanted->n_edges = read_edges(o->edges, edges, FH_RETENTION_MAX_BUCKETS + 1);
        wanted->n_buckets = wanted->n_edges ? wanted->n_edges - 1 : 0;
        if (wanted->n_edges >= 2) return FH_OK;
        fh_fail(err, FH_INVALID, "mode bracket needs edges, two rising numbers or more");
        return fh_hint(err, FH_INVALID, "Give edges 1,8,31: days 1-7 and days 8-30.");
    }
    if (o->edges.len) return fh_fail(err, FH_INVALID, "edges are for mode bracket");
    if (o->buckets < 1 || o->buckets > FH_RETENTION_MAX_BUCKETS)
        return fh_fail(err, FH_INVALID, "buckets must be 1 to %d", FH_RETENTION_MAX_BUCKETS);
    wanted->n_buckets = (uint32_t)o->buckets;
    return FH_OK;
}

static fh_status read_sets(fh_answer *a, const options *o, fh_retention_options *wanted,
                           fh_error *err)
{
    const fh_filter_text until = {.until = o->observed_until};
    fh_filter border = {0};
    fh_status s = fh_touchpoint_set(a->org, o->born, ',', a->arena, &wanted->born, err);
    if (!s) s = fh_touchpoint_set(a->org, o->back, ',', a->arena, &wanted->back, err);
    if (!s) s = fh_filter_compile(a->org, &until, a->arena, &border, err);
    wanted->observed_until_ms = border.has_until ? border.until_ms : fh_view_observed(&a->view);
    return s;
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    static const fh_unit units[] = {FH_DAY, FH_WEEK, FH_MONTH};
    static const fh_retention_mode modes[] = {FH_BOUNDED, FH_UNBOUNDED, FH_BRACKET};
    uint32_t edges[FH_RETENTION_MAX_BUCKETS + 1];
    fh_retention_options wanted = {.unit = units[o->unit],
                                   .mode = modes[o->mode],
                                   .rolling = o->rolling,
                                   .zone_s = fh_zone_offset(a->view.zone, a->view.last_ms)};
    fh_status s = read_buckets(o, &wanted, edges, err);
    if (!s) s = read_sets(a, o, &wanted, err);
    fh_retention_view result;
    const fh_filter_text said = {
        .touchpoints = o->must, .outcomes = o->must_outcomes, .directions = o->must_directions};
    if (!s) s = fh_view_retention(&a->view, &wanted, &said, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_retention_json(&a->view, &wanted, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_retention_table(&a->view, &wanted, &result, false, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (s || !result.rule.len) return s;
    s = fh_retention_table(&a->view, &wanted, &result, true, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_retention = {
    .name = "retention",
    .summary = "show who comes back, cohort by cohort",
    .details = "Puts customers who started in the same day, week or month into a cohort and\n"
               "shows which share of each came back later. Shares that may still grow, because\n"
               "not everybody could be observed that long, are marked with +.\n"
               "Where the settings (or --mandatory) say what nobody chose, voluntary returns stand "
               "beside all:\n"
               "the same cohorts, without it. CSV has all, JSON has both.\n",
    .examples = "firsthand retention our.fh\n"
                "firsthand retention our.fh --unit week --rolling --buckets 8\n"
                "firsthand retention our.fh --mode bracket --edges 1,8,31,91 --born Purchase "
                "--back Purchase\n"
                "firsthand retention our.fh --mandatory \"Safety training\"\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};

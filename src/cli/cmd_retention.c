/* cmd_retention.c - `firsthand retention`: who comes back. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    fh_str born, back, edges, observed_until;
    uint32_t unit, mode;
    bool rolling;
    uint64_t buckets;
} options;

static const cli_option option_table[] = {
    {'u', "unit", CLI_CHOICE, offsetof(options, unit), "day|week|month",
     "length of a cohort and of a bucket (default month)", NULL},
    {'m', "mode", CLI_CHOICE, offsetof(options, mode), "bounded|unbounded|bracket",
     "came back in that very bucket, in it or later, or between two --edges (default bounded)",
     NULL},
    {0, "rolling", CLI_FLAG, offsetof(options, rolling), NULL,
     "count buckets from each one's own start instead of the calendar", NULL},
    {'k', "buckets", CLI_COUNT, offsetof(options, buckets), "N", "how many buckets (default 12)",
     NULL},
    {0, "edges", CLI_TEXT, offsetof(options, edges), "DAYS",
     "where brackets begin and end, in days: 1,8,31,91", NULL},
    {0, "born", CLI_LIST, offsetof(options, born), "NAMES",
     "touchpoints whose first interaction starts the clock (default: any)", NULL},
    {0, "back", CLI_LIST, offsetof(options, back), "NAMES",
     "touchpoints that count as coming back (default: any)", NULL},
    {0, "observed-until", CLI_TEXT, offsetof(options, observed_until), "DATE",
     "until when the data is complete (default: the last interaction)", NULL},
    CLI_ASK(options),
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
        fh_fail(err, FH_INVALID, "--mode bracket needs --edges, two rising numbers or more");
        return fh_hint(err, FH_INVALID, "Write --edges 1,8,31: days 1-7 and days 8-30.");
    }
    if (o->edges.len) return fh_fail(err, FH_INVALID, "--edges is for --mode bracket");
    if (o->buckets < 1 || o->buckets > FH_RETENTION_MAX_BUCKETS)
        return fh_fail(err, FH_INVALID, "--buckets must be 1 to %d", FH_RETENTION_MAX_BUCKETS);
    wanted->n_buckets = (uint32_t)o->buckets;
    return FH_OK;
}

static fh_status read_sets(cli_answer *a, const options *o, fh_retention_options *wanted,
                           fh_error *err)
{
    const fh_filter_text until = {.until = o->observed_until};
    fh_filter border = {0};
    fh_status s = fh_touchpoint_set(a->org, o->born, ',', a->io->arena, &wanted->born, err);
    if (!s) s = fh_touchpoint_set(a->org, o->back, ',', a->io->arena, &wanted->back, err);
    if (!s) s = fh_filter_compile(a->org, &until, a->io->arena, &border, err);
    wanted->observed_until_ms = border.has_until ? border.until_ms : fh_view_observed(&a->view);
    return s;
}

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    static const fh_unit units[] = {FH_DAY, FH_WEEK, FH_MONTH};
    static const fh_retention_mode modes[] = {FH_BOUNDED, FH_UNBOUNDED, FH_BRACKET};
    uint32_t edges[FH_RETENTION_MAX_BUCKETS + 1];
    fh_retention_options wanted = {.unit = units[o->unit],
                                   .mode = modes[o->mode],
                                   .rolling = o->rolling,
                                   .zone_s = fh_zone_offset(a->view.zone, a->view.last_ms)};
    fh_status s = read_buckets(o, &wanted, edges, err);
    if (!s) s = read_sets(a, o, &wanted, err);
    fh_retention result;
    if (!s) s = fh_view_retention(&a->view, &wanted, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_retention_json(&a->view, &wanted, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_retention_table(&a->view, &wanted, &result, &table, err);
    return s ? s : cli_answer_table(a, &table, err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    cli_answer a;
    fh_status s = cli_answer_open(io, &o->ask, args[0], &a, err);
    if (!s) s = answer(&a, o, err);
    cli_answer_close(&a);
    return s;
}

const cli_command cmd_retention = {
    .name = "retention",
    .synopsis = "[options] ORG.fh",
    .summary = "show who comes back, cohort by cohort",
    .details = "Puts customers who started in the same day, week or month into a cohort and\n"
               "shows which share of each came back later. Shares that may still grow, because\n"
               "not everybody could be observed that long, are marked with +.\n",
    .examples = "firsthand retention our.fh\n"
                "firsthand retention our.fh --unit week --rolling --buckets 8\n"
                "firsthand retention our.fh --mode bracket --edges 1,8,31,91 --born Purchase "
                "--back Purchase\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};

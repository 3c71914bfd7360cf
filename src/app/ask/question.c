/* question.c - what all questions share: the filter, and the ways of answering. */
#include "app/ask/question.h"

#include <stddef.h>
#include <string.h>

extern const fh_question fh_question_sources, fh_question_story, fh_question_touchpoints,
    fh_question_follows, fh_question_variants, fh_question_changed, fh_question_funnel,
    fh_question_retention, fh_question_paths, fh_question_loops, fh_question_waits,
    fh_question_handoffs, fh_question_repeats, fh_question_journey, fh_question_customers,
    fh_question_conform, fh_question_discover, fh_question_ruined_days, fh_question_participation,
    fh_question_representatives, fh_question_reviews, fh_question_whom, fh_question_experience,
    fh_question_forgotten, fh_question_serves, fh_question_loyalty;

const fh_question *const fh_questions[] = {
    &fh_question_sources,         &fh_question_story,     &fh_question_touchpoints,
    &fh_question_journey,         &fh_question_follows,   &fh_question_variants,
    &fh_question_representatives, &fh_question_changed,   &fh_question_funnel,
    &fh_question_retention,       &fh_question_paths,     &fh_question_loops,
    &fh_question_waits,           &fh_question_handoffs,  &fh_question_repeats,
    &fh_question_ruined_days,     &fh_question_reviews,   &fh_question_participation,
    &fh_question_loyalty,         &fh_question_customers, &fh_question_conform,
    &fh_question_experience,      &fh_question_discover,  &fh_question_whom,
    &fh_question_forgotten,       &fh_question_serves,    NULL,
};

const fh_option fh_asking_whom_options[] = {
    {.name = "", .kind = FH_OPTION_HEADING, .help = "Which interactions and customers"},
    {0, "from", FH_OPTION_TEXT, offsetof(fh_asking, from), "DATE",
     "only what happened then or later: 2024-03-31, 2024-03, 2024 or an instant", NULL},
    {0, "until", FH_OPTION_TEXT, offsetof(fh_asking, until), "DATE", "only what happened before",
     NULL},
    {0, "channel", FH_OPTION_LIST, offsetof(fh_asking, channels), "NAMES",
     "only these channels (comma-separated; quote a name with a comma)", NULL},
    {0, "department", FH_OPTION_LIST, offsetof(fh_asking, departments), "NAMES",
     "only these departments", NULL},
    {0, "touchpoint", FH_OPTION_LIST, offsetof(fh_asking, touchpoints), "NAMES",
     "only these touchpoints", NULL},
    {0, "outcome", FH_OPTION_LIST, offsetof(fh_asking, outcomes), "NAMES", "only these outcomes",
     NULL},
    {0, "direction", FH_OPTION_LIST, offsetof(fh_asking, directions), "NAMES",
     "only in, out or internal", NULL},
    {0, "value-min", FH_OPTION_TEXT, offsetof(fh_asking, value_min), "AMOUNT",
     "only with a value of at least this", NULL},
    {0, "value-max", FH_OPTION_TEXT, offsetof(fh_asking, value_max), "AMOUNT",
     "only with a value of at most this", NULL},
    {0, "passed", FH_OPTION_LIST, offsetof(fh_asking, passed), "NAMES",
     "only stories that passed one of these touchpoints", NULL},
    {0, "passed-all", FH_OPTION_LIST, offsetof(fh_asking, passed_all), "NAMES",
     "only stories that passed all of these touchpoints", NULL},
    {0, "not-passed", FH_OPTION_LIST, offsetof(fh_asking, not_passed), "NAMES",
     "only stories that passed none of these touchpoints", NULL},
    {0, "followed", FH_OPTION_LIST, offsetof(fh_asking, followed), "MOVES",
     "only stories that made one of these moves, one thing right after the other: \"A>B\"; "
     "\"(start)>A\" began with A, \"A>(end)\" ended with it",
     NULL},
    {0, "way", FH_OPTION_TEXT, offsetof(fh_asking, way), "NAMES",
     "only stories that took exactly this way: \"A>B>C\"", NULL},
    {0, "handed", FH_OPTION_LIST, offsetof(fh_asking, handed), "MOVES",
     "only stories handed from one department to another within a problem: \"A>B\"", NULL},
    {0, "repeated", FH_OPTION_DURATION, offsetof(fh_asking, repeated_ms), "TIME",
     "only stories with a contact again about the same problem within this: 7d", NULL},
    {0, "customer", FH_OPTION_LIST, offsetof(fh_asking, customers), "WHO",
     "only these customers, by any identifier", NULL},
    {0, "whose", FH_OPTION_CHOICE, offsetof(fh_asking, whose), "anybody|internal|external",
     "only stories of colleagues and departments (internal customers), or all but these (default "
     "anybody)",
     NULL},
    {0, "severe", FH_OPTION_LIST, offsetof(fh_asking, severe), "RULES",
     "only what broke badly for a customer: any, or failed, low-score, reopened, told-again, "
     "again (see ruined-days)",
     NULL},
    {0, "by", FH_OPTION_CHOICE, offsetof(fh_asking, by), "customer|problem",
     "what a story is of (default customer)", NULL},
    {.name = "", .kind = FH_OPTION_HEADING, .help = "How it is answered"},
    {0},
};

const fh_option fh_asking_how_options[] = {
    {0, "threads", FH_OPTION_COUNT, offsetof(fh_asking, threads), "N",
     "how many threads may work (default: as many as there are cores)", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(fh_asking, zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

const fh_option fh_asking_options[] = {
    {.name = "", .kind = FH_OPTION_INCLUDE, .include = fh_asking_whom_options},
    {'f', "format", FH_OPTION_CHOICE, offsetof(fh_asking, format), "text|json|csv|xlsx",
     "for people or for programs (default text)", NULL},
    {.name = "", .kind = FH_OPTION_INCLUDE, .include = fh_asking_how_options},
    {0},
};

const fh_option fh_asking_rows_options[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(fh_asking_rows, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    FH_ASKING(fh_asking_rows),
    {0},
};

const fh_asking_rows fh_asking_rows_defaults = {.top = FH_TOP_DEFAULT};

size_t fh_asking_top(const fh_asking *ask, uint64_t top)
{
    if (top == FH_TOP_DEFAULT) return ask->format == FH_ANSWER_TEXT ? 20 : 0;
    return top > SIZE_MAX ? 0 : (size_t)top;
}

fh_filter_text fh_asking_filter(const fh_asking *ask)
{
    return (fh_filter_text){
        .from = ask->from,
        .until = ask->until,
        .touchpoints = ask->touchpoints,
        .channels = ask->channels,
        .departments = ask->departments,
        .outcomes = ask->outcomes,
        .directions = ask->directions,
        .value_min = ask->value_min,
        .value_max = ask->value_max,
        .passed = ask->passed,
        .passed_all = ask->passed_all,
        .not_passed = ask->not_passed,
        .followed = ask->followed,
        .way = ask->way,
        .handed = ask->handed,
        .repeated_ms = ask->repeated_ms,
        .customers = ask->customers,
        .severe = ask->severe,
        .whose = ask->whose,
        .by_problem = ask->by == 1,
    };
}

static fh_status written(const fh_buf *out, fh_error *err)
{
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    if (out->status) return fh_fail(err, out->status, "the answer is larger than fits in memory");
    return FH_OK;
}

fh_status fh_answer_begin(fh_answer *a, fh_org *org, const fh_asking *ask,
                          const fh_text_style *style, fh_arena *arena, fh_buf *out, fh_error *err)
{
    *a = (fh_answer){.ask = ask, .org = org, .arena = arena, .out = out};
    if (style) a->style = *style;
    fh_json_begin(&a->json, out, 0);
    const fh_filter_text filter = fh_asking_filter(ask);
    const fh_zone *zone = NULL;
    fh_status s = ask->zone.len ? fh_os_zone(fh_org_os(org), arena, ask->zone, &zone, err) : FH_OK;
    if (s) return s;
    const uint32_t threads = ask->threads > 64 ? 64 : (uint32_t)ask->threads;
    s = fh_view_open(org, &filter, zone, threads, arena, &a->view, err);
    a->style.zone = a->view.zone;
    return s;
}

fh_status fh_answer_end(fh_answer *a, fh_status s, fh_error *err)
{
    if (!s && a->book) s = fh_xlsx_write(a->book, a->out, err);
    fh_xlsx_free(a->book);
    a->book = NULL;
    return s ? s : written(a->out, err);
}

/* Where the organisation's file lies: whoever reads it may write there. */
static fh_status put_sheet(fh_answer *a, const fh_table *t, fh_error *err)
{
    const char *path = fh_org_path(a->org), *slash = strrchr(path, '/');
    fh_str folder = FH_STR(".");
    if (slash &&
        !fh_arena_format(a->arena, &folder, "%.*s", slash > path ? (int)(slash - path) : 1, path))
        return fh_no_memory(err);
    fh_status s = a->book ? FH_OK : fh_xlsx_new(folder.ptr, a->style.zone, &a->book, err);
    if (!s) s = fh_xlsx_add(a->book, t, err);
    return s;
}

bool fh_answer_is_json(const fh_answer *a)
{
    return a->ask->format == FH_ANSWER_JSON;
}

fh_status fh_answer_table(fh_answer *a, const fh_table *t, fh_error *err)
{
    const bool csv = a->ask->format == FH_ANSWER_CSV;
    const bool first = a->n_tables++ == 0;
    if (a->ask->format == FH_ANSWER_XLSX) return put_sheet(a, t, err);
    if (csv && !first) return FH_OK;
    if (!first) fh_buf_char(a->out, '\n');
    if (csv)
        fh_table_csv(t, a->style.zone, a->out);
    else
        fh_table_text(t, &a->style, a->out);
    return written(a->out, err);
}

fh_status fh_question_ask(const fh_question *q, fh_org *org, const void *options,
                          const fh_str *args, size_t n_args, const fh_text_style *style,
                          fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_answer a;
    fh_status s = fh_org_moment(org, err);
    if (s) return s;
    s = fh_answer_begin(&a, org, options, style, arena, out, err);
    a.args = args;
    a.n_args = n_args;
    if (!s) s = q->answer(&a, options, err);
    s = fh_answer_end(&a, s, err);
    fh_org_moment_end(org);
    return s;
}

/* answer.c - the filter options and the ways an answer is printed. */
#include "cli/answer.h"

#include <stddef.h>

const cli_option cli_ask_options[] = {
    {.name = "", .kind = CLI_HEADING, .help = "Which interactions and customers"},
    {0, "from", CLI_TEXT, offsetof(cli_ask, from), "DATE",
     "only what happened then or later: 2024-03-31, 2024-03, 2024 or an instant", NULL},
    {0, "until", CLI_TEXT, offsetof(cli_ask, until), "DATE", "only what happened before", NULL},
    {0, "channel", CLI_LIST, offsetof(cli_ask, channels), "NAMES",
     "only these channels (comma-separated; quote a name with a comma)", NULL},
    {0, "department", CLI_LIST, offsetof(cli_ask, departments), "NAMES", "only these departments",
     NULL},
    {0, "touchpoint", CLI_LIST, offsetof(cli_ask, touchpoints), "NAMES", "only these touchpoints",
     NULL},
    {0, "outcome", CLI_LIST, offsetof(cli_ask, outcomes), "NAMES", "only these outcomes", NULL},
    {0, "direction", CLI_LIST, offsetof(cli_ask, directions), "NAMES", "only in, out or internal",
     NULL},
    {0, "value-min", CLI_TEXT, offsetof(cli_ask, value_min), "AMOUNT",
     "only with a value of at least this", NULL},
    {0, "value-max", CLI_TEXT, offsetof(cli_ask, value_max), "AMOUNT",
     "only with a value of at most this", NULL},
    {0, "passed", CLI_LIST, offsetof(cli_ask, passed), "NAMES",
     "only stories that passed one of these touchpoints", NULL},
    {0, "passed-all", CLI_LIST, offsetof(cli_ask, passed_all), "NAMES",
     "only stories that passed all of these touchpoints", NULL},
    {0, "not-passed", CLI_LIST, offsetof(cli_ask, not_passed), "NAMES",
     "only stories that passed none of these touchpoints", NULL},
    {0, "customer", CLI_LIST, offsetof(cli_ask, customers), "WHO",
     "only these customers, by any identifier", NULL},
    {0, "by", CLI_CHOICE, offsetof(cli_ask, by), "customer|problem",
     "what a story is of (default customer)", NULL},
    {.name = "", .kind = CLI_HEADING, .help = "How it is answered"},
    {'f', "format", CLI_CHOICE, offsetof(cli_ask, format), "text|json|csv",
     "for people or for programs (default text)", NULL},
    {0, "threads", CLI_COUNT, offsetof(cli_ask, threads), "N",
     "how many threads may work (default: as many as there are cores)", NULL},
    {0, "zone", CLI_TEXT, offsetof(cli_ask, zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

size_t cli_top(const cli_ask *ask, uint64_t top)
{
    if (top == CLI_TOP_DEFAULT) return ask->format == CLI_FORMAT_TEXT ? 20 : 0;
    return top > SIZE_MAX ? 0 : (size_t)top;
}

static fh_filter_text filter_of(const cli_ask *ask)
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
        .customers = ask->customers,
        .by_problem = ask->by == 1,
    };
}

fh_status cli_answer_open(const cli_io *io, const cli_ask *ask, fh_str path, cli_answer *out,
                          fh_error *err)
{
    *out = (cli_answer){.io = io, .ask = ask};
    fh_buf_init(&out->out, NULL, SIZE_MAX / 2);
    const fh_filter_text filter = filter_of(ask);
    const fh_zone *zone = NULL;
    fh_status s = ask->zone.len ? fh_os_zone(io->os, io->arena, ask->zone, &zone, err) : FH_OK;
    if (!s) s = fh_org_open(io->os, path.ptr, FH_ORG_READ, &out->org, err);
    if (s) return s;
    const uint32_t threads = ask->threads > 64 ? 64 : (uint32_t)ask->threads;
    return fh_view_open(out->org, &filter, zone, threads, io->arena, &out->view, err);
}

static fh_status put_table(const cli_io *io, const fh_table *t, const fh_zone *zone, bool csv,
                           fh_buf *out, fh_error *err)
{
    const fh_text_style style = {.colour = io->colour, .width = io->width, .zone = zone};
    if (csv)
        fh_table_csv(t, zone, out);
    else
        fh_table_text(t, &style, out);
    return cli_write(io, out, err);
}

fh_status cli_print_table(const cli_io *io, const fh_table *t, const fh_zone *zone, bool csv,
                          fh_error *err)
{
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    const fh_status s = put_table(io, t, zone, csv, &out, err);
    fh_buf_free(&out);
    return s;
}

fh_status cli_answer_table(cli_answer *a, const fh_table *t, fh_error *err)
{
    const bool csv = a->ask->format == CLI_FORMAT_CSV;
    const bool first = a->n_tables++ == 0;
    if (csv && !first) return FH_OK;
    if (!first) fh_buf_char(&a->out, '\n');
    return put_table(a->io, t, a->view.zone, csv, &a->out, err);
}

bool cli_wants_json(const cli_answer *a)
{
    return a->ask->format == CLI_FORMAT_JSON;
}

fh_status cli_answer_json(cli_answer *a, fh_error *err)
{
    fh_buf_char(&a->out, '\n');
    return cli_write(a->io, &a->out, err);
}

void cli_answer_close(cli_answer *a)
{
    fh_buf_free(&a->out);
    fh_org_close(a->org);
}

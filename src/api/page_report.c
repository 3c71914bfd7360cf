/* page_report.c - the report as a page of the server, with its filter. */
#include "api/page.h"

#include "app/ask/question.h"
#include "app/report/report.h"

#include <stddef.h>

/* ---- The report ----------------------------------------------------------------------------- */

typedef struct report_query {
    fh_asking ask;
} report_query;

static const fh_option report_options[] = {
    {0, "from", FH_OPTION_TEXT, offsetof(report_query, ask.from), "DATE", "only then or later",
     NULL},
    {0, "until", FH_OPTION_TEXT, offsetof(report_query, ask.until), "DATE", "only before", NULL},
    {0},
};

static fh_status filter_form(const fh_call *c, const fh_asking *ask, fh_str *out, fh_error *err)
{
    fh_buf text;
    const fh_html h = {.out = &text};
    fh_buf_init(&text, fh_arena_allocator(c->arena), 1 << 14);
    fh_html_say(&h,
                "<form class=\"filter\" method=\"get\" action=\"/report\">\n"
                "<label>From<input name=\"from\" value=\"%s\" size=\"10\" "
                "placeholder=\"2024-01\"></label>\n"
                "<label>until before<input name=\"until\" value=\"%s\" size=\"10\" "
                "placeholder=\"2024-04\"></label>\n"
                "<button>Show</button>\n<a href=\"/\">Home</a>\n</form>\n",
                ask->from, ask->until);
    const bool ok = !text.status && fh_arena_str(c->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return ok ? FH_OK : fh_no_memory(err);
}

static fh_status report(fh_call *c, fh_error *err)
{
    const report_query *q = c->query;
    const fh_os *os = fh_org_os(c->org);
    fh_report_options wanted = {.made_ms = os->now_ms(os->ctx)};
    fh_answer a;
    fh_report_facts found;
    fh_status s = filter_form(c, &q->ask, &wanted.above, err);
    if (!s) s = fh_answer_begin(&a, c->org, &q->ask, NULL, c->arena, &c->out, err);
    if (!s) s = fh_report_ask(&a.view, &wanted, &found, err);
    if (!s) s = fh_report_page(&found, &wanted, &c->out, err);
    if (s) return s;
    /* The page itself names its style sheet by its hash: both policies count. */
    return fh_call_field(c, "Content-Security-Policy",
                         FH_STR("default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                                "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
                         err);
}

const fh_route fh_routes_pages[] = {
    {.method = FH_HTTP_GET,
     .path = "/report",
     .id = "pageReport",
     .group = "Pages",
     .summary = "What customers live through",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_PAGE,
     .query = report_options,
     .query_size = sizeof(report_query),
     .reply_type = "text/html; charset=utf-8",
     .handle = report},
    {.path = NULL},
};

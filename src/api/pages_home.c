/* pages_home.c - the first page of who is signed in, and the report with its filter. */
#include "api/page.h"

#include "app/question.h"
#include "app/report.h"
#include "app/words.h"
#include "store/segments.h"

#include <stddef.h>

/* ---- The first page --------------------------------------------------------------------- */

typedef struct facts {
    fh_str name, mission;
    fh_store_counts counts;
    uint64_t customers, identifiers, problems;
    const fh_zone *zone;
    bool counted, must_add_factor;
} facts;

static fh_status ask_facts(fh_call *c, facts *f, fh_error *err)
{
    fh_session_now now;
    fh_status s = fh_setting_get(c->org, FH_STR("name"), c->arena, &f->name, err);
    if (!s) s = fh_setting_get(c->org, FH_STR("mission"), c->arena, &f->mission, err);
    if (!s) s = fh_org_zone(c->org, c->arena, &f->zone, err);
    f->counted = fh_may(&c->actor, FH_RIGHT_ASK);
    if (!s && f->counted) s = fh_store_count(c->org, &f->counts, err);
    if (!s && f->counted)
        s = fh_identity_counts(c->org, &f->customers, &f->identifiers, &f->problems, err);
    if (!s && c->secret.len) {
        s = fh_session_resume(c->org, c->secret, &c->caller, c->arena, &now, err);
        if (!s) f->must_add_factor = now.must_add_factor;
    }
    return s;
}

static void put_counts(const fh_html *h, const facts *f)
{
    if (!f->counted) return;
    if (!f->counts.interactions) {
        fh_html_say(h, "<section><h2>Nothing has been told yet</h2>\n<p>Here will be what your "
                       "customers live through. The first step: import a file of interactions "
                       "with <code>firsthand import</code>, or let a program send them.</p>"
                       "</section>\n");
        return;
    }
    fh_html_say(h,
                "<section aria-labelledby=\"so-far\"><h2 id=\"so-far\">So far</h2>\n"
                "<dl class=\"figures\"><div><dt>customers</dt><dd>%n</dd></div>"
                "<div><dt>interactions</dt><dd>%n</dd></div></dl>\n<p class=\"basis\">",
                f->customers, f->counts.interactions);
    fh_say_period(h->out, f->counts.first_ms, f->counts.last_ms, f->zone);
    fh_buf_text(h->out, ". What was sent twice counts once as soon as it is merged.</p>\n"
                        "</section>\n");
}

static void put_cards(const fh_call *c, const fh_html *h)
{
    static const struct {
        const char *path, *name, *what;
        int right;
    } cards[] = {
        {"/report", "Report", "What customers live through: ways, loops, waits, hand-offs.",
         FH_RIGHT_ASK},
        {"/tokens", "Tokens", "Let a program of yours send interactions or ask questions.",
         FH_RIGHT_OWN_TOKENS},
        {"/account", "My account", "Your password, second factor, and where you are signed in.",
         FH_ANYBODY},
        {"/api/v1/openapi.json", "The API", "All that programs can do here, as OpenAPI 3.1.",
         FH_ANYBODY},
    };
    fh_buf_text(h->out, "<h2>What there is</h2>\n<ul class=\"cards\">\n");
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++)
        if (cards[i].right == FH_ANYBODY || fh_may(&c->actor, (fh_right)cards[i].right))
            fh_html_say(h, "<li><a href=\"%t\">%t</a><p>%t</p></li>\n", cards[i].path,
                        cards[i].name, cards[i].what);
    fh_buf_text(h->out, "</ul>\n");
}

static void put_roles(const fh_call *c, const fh_html *h)
{
    bool any = false;
    fh_html_say(h, "<p>You are signed in as <strong>%s</strong>", c->actor.name);
    for (unsigned i = 0; i < FH_N_ROLES; i++) {
        if (!(c->actor.roles >> i & 1)) continue;
        fh_html_say(h, "%t%t", any ? ", " : ": ", fh_role_title((fh_role)i));
        any = true;
    }
    fh_buf_text(h->out, any ? ".</p>\n"
                            : ", and have no role yet: ask whoever looks after people here."
                              "</p>\n");
}

static fh_status home(fh_call *c, fh_error *err)
{
    facts f = {0};
    fh_html h;
    fh_status s = ask_facts(c, &f, err);
    const char *title = f.name.len ? f.name.ptr : "Firsthand";
    if (!s) s = fh_screen_begin(c, title, "What is here, and where do I go from here?", 0, &h, err);
    if (s) return s;
    if (f.mission.len) fh_html_say(&h, "<p class=\"mission\">%s</p>\n", f.mission);
    if (f.must_add_factor)
        fh_html_say(&h, "<div class=\"problem\" role=\"note\"><p><strong>This organisation asks "
                        "for a second factor.</strong></p><p>Until you have one, some of what you "
                        "may do is withheld. <a href=\"/account\">Add an authenticator app</a>; "
                        "it takes two minutes.</p></div>\n");
    put_roles(c, &h);
    put_counts(&h, &f);
    put_cards(c, &h);
    fh_screen_end(&h);
    return FH_OK;
}

/* ---- The report --------------------------------------------------------------------------------
 */

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
     .path = "/",
     .id = "pageHome",
     .group = "Pages",
     .summary = "The first page",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE,
     .reply_type = "text/html; charset=utf-8",
     .handle = home},
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

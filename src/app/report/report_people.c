/* report_people.c - who came, by month and channel; who came back, by cohort. */
#include "app/report/report_parts.h"

/* ---- Who came ---------------------------------------------------------------------- */

static void say_month(const fh_html *h, int64_t from_ms)
{
    const fh_civil c = fh_civil_of(from_ms + fh_zone_offset(h->zone, from_ms) * FH_SECOND_MS);
    fh_buf_printf(h->out, "%04d-%02d", c.year, c.month);
}

static void put_figure(const fh_html *h, const char *what, uint64_t n)
{
    fh_html_say(h, "<div><dt>%t</dt><dd>%n</dd></div>\n", what, n);
}

typedef enum series { INTERACTIONS, NEWCOMERS } series;

static fh_status put_months(const fh_page *p, series which, const char *title)
{
    const fh_html *h = &p->html;
    const fh_arrivals *a = &p->facts->arrivals;
    uint64_t *n = FH_NEW_ARRAY(p->view->arena, uint64_t, a->n_months);
    if (!n) return FH_NOMEM;
    uint64_t most = 0;
    size_t at = 0;
    for (size_t i = 0; i < a->n_months; i++) {
        n[i] = which == INTERACTIONS ? a->months[i].count : a->months[i].newcomers;
        if (n[i] > most) most = n[i], at = i;
    }
    fh_html_say(h, "<figure class=\"months\"><figcaption>%t a month, at most %n (", title, most);
    say_month(h, a->months[at].from_ms);
    fh_buf_text(h->out, ")</figcaption>\n");
    fh_html_columns(h, n, a->n_months);
    fh_buf_text(h->out, "<p class=\"axis\"><span>");
    say_month(h, a->months[0].from_ms);
    fh_buf_text(h->out, "</span><span>");
    say_month(h, a->months[a->n_months - 1].from_ms);
    fh_buf_text(h->out, "</span></p></figure>\n");
    return FH_OK;
}

static void put_month_table(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_arrivals *a = &p->facts->arrivals;
    fh_buf_text(h->out, "<details><summary>The numbers: months</summary>\n");
    fh_html_scroll(h, "Months");
    fh_html_say(h,
                "<table><caption>Interactions and %t a month</caption>\n<thead><tr>"
                "<th scope=\"col\">Month</th><th scope=\"col\" class=\"n\">Interactions</th>"
                "<th scope=\"col\" class=\"n\">%t</th><th scope=\"col\" class=\"n\">for the first "
                "time</th></tr></thead>\n<tbody>\n",
                p->view->many, p->view->title);
    for (size_t i = 0; i < a->n_months; i++) {
        fh_buf_text(h->out, "<tr><th scope=\"row\">");
        say_month(h, a->months[i].from_ms);
        fh_html_say(h,
                    "</th><td class=\"n\">%n</td><td class=\"n\">%n</td><td class=\"n\">%n</td>"
                    "</tr>\n",
                    a->months[i].count, a->months[i].stories, a->months[i].newcomers);
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    fh_buf_text(h->out, "</details>\n");
}

static bool channels_told(const fh_arrivals *a)
{
    return a->n_channels > 1 || (a->n_channels == 1 && a->channels[0].channel != 0);
}

static void put_channels(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_arrivals *a = &p->facts->arrivals;
    fh_html_scroll(h, "Channels");
    fh_html_say(h,
                "<table><caption>Interactions by channel</caption>\n<thead><tr>"
                "<th scope=\"col\">Channel</th><th scope=\"col\">Share</th>"
                "<th scope=\"col\" class=\"n\">Interactions</th>"
                "<th scope=\"col\" class=\"n\">%t</th></tr></thead>\n<tbody>\n",
                p->view->title);
    uint64_t shown = 0;
    size_t i = 0;
    for (; i < a->n_channels && i < 2 * p->top; i++) {
        const fh_arrivals_channel *c = &a->channels[i];
        fh_html_say(h, "<tr><th scope=\"row\">%s</th><td>",
                    fh_view_name(&p->view->channel, c->channel));
        fh_html_bar(h, c->count, a->channels[0].count);
        fh_html_say(h, " %p</td><td class=\"n\">%n</td><td class=\"n\">%n</td></tr>\n", c->count,
                    a->n_interactions, c->count, c->stories);
        shown += c->count;
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    if (i < a->n_channels)
        fh_html_say(h,
                    "<p class=\"hidden\">%n further channels, %p of interactions, are not "
                    "shown.</p>\n",
                    (uint64_t)(a->n_channels - i), a->n_interactions - shown, a->n_interactions);
}

fh_status fh_page_who(const fh_page *p, fh_error *err)
{
    const fh_html *h = &p->html;
    const fh_arrivals *a = &p->facts->arrivals;
    fh_page_section(p, "who", "Who came?");
    if (a->n_interactions == 0 || a->n_months == 0) {
        fh_page_needed(p,
                       "Nothing has been imported yet, or nothing passes the filter. First step: "
                       "firsthand import ORG.fh FILE");
        fh_page_end_section(p);
        return FH_OK;
    }
    fh_html_say(h, "<p class=\"answer\">%n %t came %n times, %s.", a->n_stories,
                a->n_stories == 1 ? p->view->one : p->view->many, a->n_interactions, p->period);
    if (channels_told(a))
        fh_html_say(h, " %p of all interactions were by %s.", a->channels[0].count,
                    a->n_interactions, fh_view_name(&p->view->channel, a->channels[0].channel));
    fh_buf_text(h->out, "</p>\n");
    const fh_str one = fh_printed(p->view->arena,
                                  "An interaction is one contact: something a %s did, or something "
                                  "done for or said to one.",
                                  p->view->calling.one);
    fh_page_basis(p, a->n_interactions, "interaction", "interactions", one.len ? one.ptr : "");
    fh_buf_text(h->out, "<dl class=\"figures\">\n");
    put_figure(h, p->view->many, a->n_stories);
    put_figure(h, "interactions", a->n_interactions);
    put_figure(h, "touchpoints", p->facts->touchpoints.n_rows);
    put_figure(h, "months", a->n_months);
    fh_buf_text(h->out, "</dl>\n<div class=\"pair\">\n");
    fh_status s = put_months(p, INTERACTIONS, "Interactions");
    if (!s) s = put_months(p, NEWCOMERS, "Seen for the first time");
    if (s) return fh_no_memory(err);
    fh_buf_text(h->out, "</div>\n");
    put_month_table(p);
    if (channels_told(a))
        put_channels(p);
    else
        fh_page_needed(p, "By which channel they came could be told too: map a column to channel "
                          "when importing, or say channel=\"web\" for a whole file.");
    fh_page_end_section(p);
    return FH_OK;
}

/* ---- Cohorts --------------------------------------------------------------------------- */

enum { SHADES = 5 };

enum { FINE = 100000 }; /* shares are compared as parts of this */

/* The greatest share in any cell: the darkest. */
static uint64_t greatest_share(const fh_retention *a, size_t first)
{
    uint64_t most = 1;
    for (size_t i = first; i < a->n_cohorts; i++) {
        for (size_t k = 1; k < a->n_buckets; k++) {
            const fh_cohort *c = &a->cohorts[i];
            const uint64_t share = fh_html_scale(c->cells[k].returned, c->stories, FINE);
            if (share > most) most = share;
        }
    }
    return most;
}

static void put_cell(const fh_html *h, const fh_retention_cell *c, uint64_t of, uint64_t most)
{
    if (c->reached == 0 && c->returned == 0) {
        fh_buf_text(h->out, "<td class=\"n open\"><span class=\"quiet\">not yet</span></td>");
        return;
    }
    const uint64_t share = fh_html_scale(c->returned, of, FINE);
    const int shade = share ? 1 + (int)fh_html_scale(share, most, SHADES - 1) : 0;
    fh_html_say(h,
                c->complete ? "<td class=\"n s%i\">%p</td>"
                            : "<td class=\"n s%i open\">%p<span class=\"mark\">+</span></td>",
                shade, c->returned, of);
}

/* Voluntary returns over finished months, and which share of all they are. */
static void put_chosen(const fh_html *h, const fh_retention_view *both)
{
    const fh_retention *all = &both->all, *chosen = &both->chosen;
    fh_html_say(h, "<tr class=\"all\"><th scope=\"row\">Voluntary</th><td class=\"n\">%n</td>",
                chosen->n_stories);
    for (size_t k = 1; k < chosen->n_buckets; k++) {
        const fh_retention_cell *c = &chosen->overall[k];
        fh_html_say(h, c->reached ? "<td class=\"n\">%p</td>" : "<td class=\"n\"></td>",
                    c->returned, c->reached);
    }
    fh_buf_text(h->out, "</tr>\n<tr class=\"all\"><th scope=\"row\">Voluntary share</th><td></td>");
    for (size_t k = 1; k < chosen->n_buckets; k++) {
        const uint64_t n = all->overall[k].returned;
        fh_html_say(h, n ? "<td class=\"n\">%p</td>" : "<td class=\"n\"></td>",
                    chosen->overall[k].returned, n);
    }
    fh_buf_text(h->out, "</tr>\n");
}

static void put_cohorts(const fh_page *p, size_t first)
{
    const fh_html *h = &p->html;
    const fh_retention *a = &p->facts->retention.all;
    const uint64_t most = greatest_share(a, first);
    fh_html_scroll(h, "Who came back, by month of the first interaction");
    fh_html_say(
        h,
        "<table class=\"heat\"><caption>Share of each month's new %t that came back so many "
        "months later. <span class=\"note\">A + and a broken border mark months that were "
        "not over when the data ended: the share can still rise.</span></caption>\n"
        "<thead><tr><th scope=\"col\">First seen</th><th scope=\"col\" class=\"n\">%t</th>",
        p->view->many, p->view->title);
    for (size_t k = 1; k < a->n_buckets; k++)
        fh_html_say(h, "<th scope=\"col\" class=\"n\">after %n</th>", (uint64_t)k);
    fh_buf_text(h->out, "</tr></thead>\n<tbody>\n");
    for (size_t i = first; i < a->n_cohorts; i++) {
        const fh_cohort *c = &a->cohorts[i];
        fh_buf_text(h->out, "<tr><th scope=\"row\">");
        say_month(h, c->from_ms);
        fh_html_say(h, "</th><td class=\"n\">%n</td>", c->stories);
        for (size_t k = 1; k < a->n_buckets; k++) put_cell(h, &c->cells[k], c->stories, most);
        fh_buf_text(h->out, "</tr>\n");
    }
    fh_html_say(h, "<tr class=\"all\"><th scope=\"row\">All finished</th><td class=\"n\">%n</td>",
                a->n_stories);
    for (size_t k = 1; k < a->n_buckets; k++) {
        const fh_retention_cell *c = &a->overall[k];
        if (c->reached)
            fh_html_say(h, "<td class=\"n\">%p</td>", c->returned, c->reached);
        else
            fh_buf_text(h->out, "<td class=\"n\"></td>");
    }
    fh_buf_text(h->out, "</tr>\n");
    if (p->facts->retention.rule.len) put_chosen(h, &p->facts->retention);
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    if (first)
        fh_html_say(h, "<p class=\"hidden\">%n earlier months are not shown.</p>\n",
                    (uint64_t)first);
}

fh_status fh_page_cohorts(const fh_page *p, fh_error *err)
{
    enum { MAX_COHORTS = 24 };
    (void)err;
    const fh_html *h = &p->html;
    const fh_retention *a = &p->facts->retention.all;
    fh_page_section(p, "cohorts", "Who comes back?");
    if (a->n_cohorts == 0 || a->n_buckets < 2 || a->overall[1].reached == 0) {
        fh_page_needed(p, "Coming back is counted by calendar month: it needs data of more than "
                          "two months.");
        fh_page_end_section(p);
        return FH_OK;
    }
    fh_html_say(h, "<p class=\"answer\">%p of %t come back in the month after their first",
                a->overall[1].returned, a->overall[1].reached, p->view->many);
    const size_t half = 6;
    if (a->n_buckets > half && a->overall[half].reached)
        fh_html_say(h, ", %p in the sixth month after it", a->overall[half].returned,
                    a->overall[half].reached);
    fh_buf_text(h->out, ".");
    const fh_retention_view *both = &p->facts->retention;
    if (both->rule.len && a->overall[1].returned)
        fh_html_say(h,
                    " By choice, with something that is not mandatory (%s), %p do: %p of the "
                    "returns.",
                    both->rule, both->chosen.overall[1].returned, a->overall[1].reached,
                    both->chosen.overall[1].returned, a->overall[1].returned);
    fh_buf_text(h->out, "</p>\n");
    fh_page_basis(
        p, a->n_stories, p->view->one, p->view->many,
        "Rows are those whose first interaction fell in a calendar month; a cell is the "
        "share with an interaction in the so-manieth month after it. The last row is over "
        "finished months only.");
    put_cohorts(p, a->n_cohorts > MAX_COHORTS ? a->n_cohorts - MAX_COHORTS : 0);
    fh_page_end_section(p);
    return FH_OK;
}

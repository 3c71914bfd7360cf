/* report_journeys.c - commonest ways as chevrons, loops, waits. */
#include "app/report/report_parts.h"

/* ---- Ways ------------------------------------------------------------------------ */

enum { MAX_STEPS = 24, N_TINTS = 8 };

/* The commonest touchpoints have tints of their own, so that the eye can follow
 * them from row to row; the name always stands beside. */
static int tint_of(const fh_page *p, uint32_t touchpoint)
{
    const fh_touchpoints *t = &p->facts->touchpoints;
    for (size_t i = 0; i < t->n_rows && i < N_TINTS; i++)
        if (t->rows[i].touchpoint == touchpoint) return (int)i + 1;
    return 0;
}

static void put_steps(const fh_page *p, const fh_variant *way)
{
    const fh_html *h = &p->html;
    fh_buf_text(h->out, "<ol class=\"way\">");
    size_t shown = 0;
    for (size_t i = 0; i < way->n_steps && shown < MAX_STEPS; shown++) {
        size_t times = 1;
        while (i + times < way->n_steps && way->path[i + times] == way->path[i]) times++;
        fh_html_say(h, "<li class=\"t%i\">%s", tint_of(p, way->path[i]),
                    fh_page_touchpoint(p, way->path[i]));
        if (times > 1) fh_html_say(h, " \xc3\x97%n", (uint64_t)times);
        fh_buf_text(h->out, "</li>");
        i += times;
        if (shown + 1 == MAX_STEPS && i < way->n_steps)
            fh_html_say(h, "<li class=\"more\">and %n more</li>", (uint64_t)(way->n_steps - i));
    }
    fh_buf_text(h->out, "</ol>");
}

static void put_ways(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_variants *a = &p->facts->variants;
    fh_html_scroll(h, "The commonest ways");
    fh_buf_text(h->out,
                "<table class=\"ways\"><caption>The commonest ways, from first to last "
                "interaction</caption>\n<thead><tr><th scope=\"col\">Share</th>"
                "<th scope=\"col\" class=\"n\">Takes</th><th scope=\"col\">Way</th></tr></thead>\n"
                "<tbody>\n");
    for (size_t i = 0; i < a->n_top; i++) {
        const fh_variant *way = &a->top[i];
        fh_buf_text(h->out, "<tr><th scope=\"row\">");
        fh_html_bar(h, way->count, a->top[0].count);
        fh_html_say(h, " %p<small>%n %t</small></th><td class=\"n\">%d</td><td>", way->count,
                    a->n_stories, way->count, way->count == 1 ? p->view->one : p->view->many,
                    way->count ? way->duration_ms_sum / (int64_t)way->count : 0);
        put_steps(p, way);
        fh_buf_text(h->out, "</td></tr>\n");
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
}

fh_status fh_page_ways(const fh_page *p, fh_error *err)
{
    (void)err;
    const fh_html *h = &p->html;
    const fh_variants *a = &p->facts->variants;
    fh_page_section(p, "ways", "Which ways are commonest?");
    if (a->n_top == 0) {
        fh_page_needed(p, "Ways need interactions: import a file first.");
        fh_page_end_section(p);
        return FH_OK;
    }
    uint64_t shown = 0;
    for (size_t i = 0; i < a->n_top; i++) shown += a->top[i].count;
    fh_html_say(
        h,
        "<p class=\"answer\">The commonest way is taken by %p of %t. There are %n different "
        "ways; the %n shown here are those of %p of %t.</p>\n",
        a->top[0].count, a->n_stories, p->view->many, a->n_variants, (uint64_t)a->n_top, shown,
        a->n_stories, p->view->many);
    fh_page_basis(
        p, a->n_stories, p->view->one, p->view->many,
        "A way is the whole sequence of touchpoints of one story; \xc3\x97 tells how often "
        "one was repeated at once. Takes: mean time from first to last interaction.");
    put_ways(p);
    if (a->n_variants > a->n_top)
        fh_html_say(h, "<p class=\"hidden\">%n other ways, those of %p of %t, are not shown.</p>\n",
                    a->n_variants - a->n_top, a->n_stories - shown, a->n_stories, p->view->many);
    fh_page_end_section(p);
    return FH_OK;
}

/* ---- Loops ------------------------------------------------------------------------- */

static void put_loops(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_loops *a = &p->facts->loops;
    uint64_t most = 1;
    for (size_t i = 0; i < a->n_rows; i++)
        if (a->rows[i].rework > most) most = a->rows[i].rework;
    fh_html_scroll(h, "Where they come round again");
    fh_html_say(h,
                "<table><caption>Where they come round again</caption>\n<thead><tr>"
                "<th scope=\"col\">Touchpoint</th><th scope=\"col\">Came round</th>"
                "<th scope=\"col\" class=\"n\">Times</th><th scope=\"col\" class=\"n\">%t</th>"
                "<th scope=\"col\" class=\"n\">Round takes</th>"
                "<th scope=\"col\" class=\"n\">Most for one</th></tr></thead>\n<tbody>\n",
                p->view->title);
    for (size_t i = 0; i < a->n_rows && i < p->top; i++) {
        const fh_loop_row *row = &a->rows[i];
        fh_html_say(h, "<tr><th scope=\"row\">%s</th><td>", fh_page_touchpoint(p, row->touchpoint));
        fh_html_bar(h, row->rework, most);
        fh_html_say(h, "</td><td class=\"n\">%n</td><td class=\"n\">%n</td><td class=\"n\">",
                    row->rework, row->stories_again);
        if (row->rework) fh_html_say(h, "%d", row->rework_ms_sum / (int64_t)row->rework);
        fh_html_say(h, "</td><td class=\"n\">%n visits</td></tr>\n", row->most);
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
}

fh_status fh_page_loops(const fh_page *p, fh_error *err)
{
    const fh_html *h = &p->html;
    const fh_loops *a = &p->facts->loops;
    fh_page_section(p, "loops", "Where do they come round again?");
    if (a->n_rows == 0) {
        if (a->n_stories == 0)
            fh_page_needed(p, "Loops need interactions: import a file first.");
        else
            fh_html_say(h, "<p class=\"answer\">Nowhere: no touchpoint was visited twice.</p>\n");
        fh_page_end_section(p);
        return FH_OK;
    }
    fh_html_say(h, "<p class=\"answer\">%p of %t (%n) come back to a touchpoint after having been ",
                a->stories_with_rework, a->n_stories, p->view->many, a->stories_with_rework);
    fh_html_say(h, "elsewhere, most of all to <q>%s</q>.</p>\n",
                fh_page_touchpoint(p, a->rows[0].touchpoint));
    fh_page_basis(p, a->n_stories, p->view->one, p->view->many,
                  "Came round: visits to a touchpoint after having been elsewhere since the last "
                  "one. Round takes: mean time from the last visit to this one.");
    put_loops(p);
    fh_table loops, pingpongs;
    fh_status s = fh_loops_table(p->view, a, 0, &loops, err);
    if (!s) s = fh_pingpongs_table(p->view, a, 4 * p->top, &pingpongs, err);
    if (s) return s;
    fh_html_details(h, "The numbers: all loops", &loops);
    fh_html_details(h, "The numbers: to and fro between two touchpoints", &pingpongs);
    fh_page_end_section(p);
    return FH_OK;
}

/* ---- Waits --------------------------------------------------------------------------- */

/* Times are drawn on a scale where each step is a doubling: waits span seconds
 * to months. 0 is a second or less. */
enum { SCALE_STEPS = 24, SCALE_STEP = 10, SCALE_WIDTH = SCALE_STEPS * SCALE_STEP };

static int scale_at(int64_t ms)
{
    int64_t unit = 1000;
    int step = 0;
    while (step < SCALE_STEPS && ms >= unit * 2) unit *= 2, step++;
    if (step == SCALE_STEPS) return SCALE_WIDTH;
    if (ms < unit) return 0;
    return step * SCALE_STEP + (int)((ms - unit) * SCALE_STEP / unit);
}

static const struct {
    const char *name;
    int64_t ms;
} ticks[] = {{"1 min", 60000}, {"1 h", 3600000}, {"1 day", FH_DAY_MS}, {"1 month", 30 * FH_DAY_MS}};
enum { N_TICKS = sizeof ticks / sizeof ticks[0] };

static void put_range(const fh_html *h, const fh_percentiles *wait)
{
    fh_buf_printf(h->out,
                  "<svg class=\"range\" width=\"%d\" height=\"16\" aria-hidden=\"true\" "
                  "focusable=\"false\">",
                  SCALE_WIDTH + 8);
    for (int i = 0; i < N_TICKS; i++)
        fh_buf_printf(h->out, "<path class=\"tick\" d=\"M%d 0V16\"/>", 4 + scale_at(ticks[i].ms));
    const int half = 4 + scale_at(wait->p50_ms), most = 4 + scale_at(wait->p90_ms);
    fh_buf_printf(h->out,
                  "<path class=\"line\" d=\"M%d 8H%d\"/><path class=\"stop\" d=\"M%d 4V12\"/>"
                  "<circle cx=\"%d\" cy=\"8\" r=\"4\"/></svg>",
                  half, most, most, half);
}

static void put_scale(const fh_html *h)
{
    fh_buf_printf(h->out,
                  "<svg class=\"range\" width=\"%d\" height=\"16\" aria-hidden=\"true\" "
                  "focusable=\"false\">",
                  SCALE_WIDTH + 8);
    for (int i = 0; i < N_TICKS; i++) {
        fh_buf_printf(h->out, "<text x=\"%d\" y=\"12\">", 4 + scale_at(ticks[i].ms));
        fh_html_say(h, "%t</text>", ticks[i].name);
    }
    fh_buf_text(h->out, "</svg>");
}

static void put_waits(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_waits *a = &p->facts->waits;
    int64_t all = 0;
    for (size_t i = 0; i < a->n_rows; i++) all += a->rows[i].wait_ms_sum / 1000;
    fh_html_scroll(h, "Where they wait");
    fh_buf_text(h->out,
                "<table><caption>How long before it happens: the dot is the median, the line ends "
                "where nine of ten have been served; each step to the right doubles</caption>\n"
                "<thead><tr><th scope=\"col\">Before</th><th scope=\"col\"><span "
                "class=\"quiet\">Range</span> ");
    put_scale(h);
    fh_buf_text(h->out,
                "</th><th scope=\"col\" class=\"n\">Half within</th>"
                "<th scope=\"col\" class=\"n\">9 of 10 within</th>"
                "<th scope=\"col\" class=\"n\">Of all waiting</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < a->n_rows && i < p->top; i++) {
        const fh_wait_row *row = &a->rows[i];
        fh_html_say(h, "<tr><th scope=\"row\">%s</th><td>", fh_page_touchpoint(p, row->touchpoint));
        put_range(h, &row->wait);
        fh_html_say(h,
                    "</td><td class=\"n\">%d</td><td class=\"n\">%d</td><td class=\"n\">%p</td>"
                    "</tr>\n",
                    row->wait.p50_ms, row->wait.p90_ms, (uint64_t)(row->wait_ms_sum / 1000),
                    (uint64_t)all);
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
}

fh_status fh_page_waits(const fh_page *p, fh_error *err)
{
    const fh_html *h = &p->html;
    const fh_waits *a = &p->facts->waits;
    fh_page_section(p, "waits", "Where do they wait?");
    if (a->n_rows == 0) {
        fh_page_needed(p, "Waits need stories with more than one interaction.");
        fh_page_end_section(p);
        return FH_OK;
    }
    const fh_wait_row *worst = &a->rows[0];
    fh_html_say(
        h,
        "<p class=\"answer\">Most waiting happens before <q>%s</q>: half wait less than %d, "
        "one in ten more than %d.</p>\n",
        fh_page_touchpoint(p, worst->touchpoint), worst->wait.p50_ms, worst->wait.p90_ms);
    fh_page_basis(p, a->n_interactions, "interaction", "interactions",
                  "A wait is the time since the interaction before in the same story. Medians and "
                  "nine-of-ten figures are at most 3.2 % off.");
    put_waits(p);
    if (a->answers.count)
        fh_html_say(h,
                    "<p>An answer to what %t said came within %d for half of them, within %d for "
                    "nine of ten (%n answers); in %n stories the last word is the %t's.</p>\n",
                    p->view->many, a->answers.wait.p50_ms, a->answers.wait.p90_ms, a->answers.count,
                    a->unanswered, p->view->one);
    else
        fh_page_needed(p, "How long answers take could be told too if interactions said their "
                          "direction: map a column to direction (in, out, internal).");
    fh_table waits;
    const fh_status s = fh_waits_table(p->view, a, 0, &waits, err);
    if (s) return s;
    fh_html_details(h, "The numbers: all waits", &waits);
    fh_page_end_section(p);
    return FH_OK;
}

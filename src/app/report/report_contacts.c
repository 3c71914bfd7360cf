/* report_contacts.c - hand-offs between departments, and contacts that had to be
 * made again. */
#include "app/report/report_parts.h"

#include "base/sort.h"

enum { MAX_DEPARTMENTS = 12, SHADES = 5 };

/* ---- Hand-offs -------------------------------------------------------------------- */

typedef struct matrix {
    uint32_t department[MAX_DEPARTMENTS];
    size_t n, n_all;
    const fh_handoff *cell[MAX_DEPARTMENTS][MAX_DEPARTMENTS]; /* from, to */
    uint64_t most, shown;
} matrix;

typedef struct busy {
    uint32_t department;
    uint64_t count;
} busy;

static int by_count(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const busy *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->department < y->department ? -1 : x->department > y->department;
}

/* The departments that give and take most, and what passes between them. */
static fh_status make_matrix(const fh_page *p, matrix *m)
{
    const fh_handoffs *a = &p->facts->handoffs;
    const uint32_t n = p->view->department.n;
    busy *all = FH_NEW_ARRAY(p->view->arena, busy, n);
    if (!all) return FH_NOMEM;
    for (uint32_t i = 0; i < n; i++) all[i].department = i;
    for (size_t i = 0; i < a->n_pairs; i++) {
        if (a->pairs[i].from >= n || a->pairs[i].to >= n) continue;
        all[a->pairs[i].from].count += a->pairs[i].count;
        all[a->pairs[i].to].count += a->pairs[i].count;
    }
    if (fh_sort(fh_arena_allocator(p->view->arena), all, n, sizeof *all, by_count, NULL))
        return FH_NOMEM;
    for (uint32_t i = 0; i < n && all[i].count; i++) {
        m->n_all++;
        if (m->n < MAX_DEPARTMENTS) m->department[m->n++] = all[i].department;
    }
    for (size_t i = 0; i < a->n_pairs; i++) {
        const fh_handoff *x = &a->pairs[i];
        for (size_t from = 0; from < m->n; from++) {
            for (size_t to = 0; to < m->n; to++) {
                if (m->department[from] != x->from || m->department[to] != x->to) continue;
                m->cell[from][to] = x;
                m->shown += x->count;
                if (x->count > m->most) m->most = x->count;
            }
        }
    }
    return FH_OK;
}

/* 1 .. SHADES by share of the greatest; 0: nothing. */
static int shade(uint64_t part, uint64_t of)
{
    return part ? 1 + (int)fh_html_scale(part, of, SHADES - 1) : 0;
}

static void put_matrix(const fh_page *p, const matrix *m)
{
    const fh_html *h = &p->html;
    fh_html_scroll(h, "Hand-offs between departments");
    fh_buf_text(h->out,
                "<table class=\"heat\"><caption>Hand-offs from the department on the left to the "
                "one above; darker is more</caption>\n<thead><tr><th scope=\"col\">From</th>");
    for (size_t i = 0; i < m->n; i++)
        fh_html_say(h, "<th scope=\"col\" class=\"n\">to %s</th>",
                    fh_page_department(p, m->department[i]));
    fh_buf_text(h->out, "</tr></thead>\n<tbody>\n");
    for (size_t from = 0; from < m->n; from++) {
        fh_html_say(h, "<tr><th scope=\"row\">%s</th>", fh_page_department(p, m->department[from]));
        for (size_t to = 0; to < m->n; to++) {
            const fh_handoff *x = m->cell[from][to];
            if (x)
                fh_html_say(h, "<td class=\"n s%i\">%n</td>", shade(x->count, m->most), x->count);
            else
                fh_html_say(h, from == to ? "<td class=\"n same\">\xe2\x80\x93</td>"
                                          : "<td class=\"n\"></td>");
        }
        fh_buf_text(h->out, "</tr>\n");
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    const uint64_t all = p->facts->handoffs.n_handoffs;
    if (m->n_all > m->n)
        fh_html_say(
            h,
            "<p class=\"hidden\">The %n busiest of %n departments are shown; %p of hand-offs "
            "involve others.</p>\n",
            (uint64_t)m->n, (uint64_t)m->n_all, all - m->shown, all);
}

static void say_handoffs(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_handoffs *a = &p->facts->handoffs;
    const bool whole = p->facts->handoffs_by_customer;
    const char *many = whole ? p->view->many : "problems", *one = whole ? p->view->one : "problem";
    uint64_t returned = 0;
    for (size_t i = 0; i < a->n_pairs; i++) returned += a->pairs[i].returned;
    fh_html_say(h,
                "<p class=\"answer\">%p of %n %t were handed from one department to another, "
                "%n times in all; %p of hand-offs went straight back.",
                a->n_problems - a->problems_with[0], a->n_problems, a->n_problems, many,
                a->n_handoffs, returned, a->n_handoffs);
    if (a->n_pairs)
        fh_html_say(h, " The commonest is <q>%s</q> to <q>%s</q>, %n times.",
                    fh_page_department(p, a->pairs[0].from), fh_page_department(p, a->pairs[0].to),
                    a->pairs[0].count);
    fh_buf_text(h->out, "</p>\n");
    fh_page_basis(p, a->n_problems, one, many,
                  whole
                      ? "A hand-off is an interaction with another department than the one before. "
                        "Nothing tells which problem an interaction belongs to, so all of a "
                        "story counts as one."
                      : "A hand-off is an interaction with another department than the one before "
                        "about the same problem.");
}

fh_status fh_page_handoffs(const fh_page *p, fh_error *err)
{
    const fh_html *h = &p->html;
    const fh_handoffs *a = &p->facts->handoffs;
    fh_page_section(p, "handoffs", "Where are they handed on?");
    if (a->n_problems == 0) {
        fh_page_needed(p, "Hand-offs need a department on each interaction, and better still the "
                          "number of the problem or case: map them with department=... and "
                          "problem=... when importing.");
        fh_page_end_section(p);
        return FH_OK;
    }
    say_handoffs(p);
    matrix m = {.n = 0};
    if (make_matrix(p, &m)) return fh_no_memory(err);
    if (m.n) put_matrix(p, &m);
    fh_table pairs, problems;
    fh_status s = fh_handoffs_table(p->view, a, 100, &pairs, err);
    if (!s) s = fh_handoffs_per_problem_table(p->view, a, &problems, err);
    if (s) return s;
    fh_html_details(h, "The numbers: hand-offs", &pairs);
    fh_html_details(h, "The numbers: how often each was handed on", &problems);
    fh_page_end_section(p);
    return FH_OK;
}

/* ---- Repeats ------------------------------------------------------------------------- */

static void put_repeats(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_repeats *a = &p->facts->repeats;
    fh_html_scroll(h, "Told again");
    fh_html_say(h,
                "<table><caption>Contacts that followed another within %d, by department of the "
                "first and of the second</caption>\n<thead><tr><th scope=\"col\">First</th>"
                "<th scope=\"col\">Then</th><th scope=\"col\">Share</th>"
                "<th scope=\"col\" class=\"n\">Times</th><th scope=\"col\" class=\"n\">%t</th>"
                "<th scope=\"col\" class=\"n\">Mean time between</th></tr></thead>\n<tbody>\n",
                (int64_t)p->facts->repeats_options.window_ms, p->view->title);
    uint64_t shown = 0;
    for (size_t i = 0; i < a->n_pairs && i < p->top; i++) {
        const fh_repeat *x = &a->pairs[i];
        shown += x->count;
        fh_html_say(h, "<tr><th scope=\"row\">%s</th><td>%s</td><td>",
                    fh_page_department(p, x->from), fh_page_department(p, x->to));
        fh_html_bar(h, x->count, a->n_repeats);
        fh_html_say(h,
                    " %p</td><td class=\"n\">%n</td><td class=\"n\">%n</td><td class=\"n\">%d</td>"
                    "</tr>\n",
                    x->count, a->n_repeats, x->count, x->customers,
                    x->count ? x->gap_ms_sum / (int64_t)x->count : 0);
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    if (a->n_pairs > p->top)
        fh_html_say(h, "<p class=\"hidden\">%n further pairs, %p of repeats, are not shown.</p>\n",
                    (uint64_t)(a->n_pairs - p->top), a->n_repeats - shown, a->n_repeats);
}

fh_status fh_page_repeats(const fh_page *p, fh_error *err)
{
    (void)err;
    const fh_html *h = &p->html;
    const fh_repeats *a = &p->facts->repeats;
    const int64_t window = (int64_t)p->facts->repeats_options.window_ms;
    fh_page_section(p, "repeats", "Who had to come again?");
    if (a->n_contacts == 0) {
        fh_page_needed(p, "Repeat contacts need interactions: import a file first.");
        fh_page_end_section(p);
        return FH_OK;
    }
    fh_html_say(
        h,
        "<p class=\"answer\">%p of contacts followed another of the same %t within %d; %p of "
        "%t had to come again at least once.",
        a->n_repeats, a->n_contacts, p->view->one, window, a->stories_with_repeat, a->n_stories,
        p->view->many);
    if (p->view->department.n > 1)
        fh_html_say(h, " %p of these were told again to another department.", a->n_other_department,
                    a->n_repeats);
    fh_buf_text(h->out, "</p>\n");
    fh_page_basis(p, a->n_contacts, "contact", "contacts",
                  "A repeat is a contact about the same problem, or about none where none is told, "
                  "within the window after the contact before.");
    if (p->view->department.n > 1 && a->n_pairs)
        put_repeats(p);
    else if (a->n_repeats)
        fh_page_needed(p, "To see which departments these contacts went between, map a column to "
                          "department when importing.");
    fh_page_end_section(p);
    return FH_OK;
}

/* look_deviations.c - touchpoints of intended maps that do not go as they were meant to.
 *
 * Whole stories are compared, never parts that a period cuts off: those who met their first
 * touchpoint of the map within half a year, with those who did in the half year before. The
 * last 60 days are left out, so that everybody had time to get on. A touchpoint is told when
 * it is missing, out of order or failing
 *
 *   - for more than a tenth of them, by the lower bound of Wilson's interval, or
 *   - for more of them than before, by Newcombe's interval of the difference, and by two
 *     percentage points and more.
 *
 * The ten greatest of each map are told.
 */
#include "app/find/look_maps.h"

#include "app/ask/effect.h"
#include "base/sort.h"

enum { SPAN_DAYS = 182, LEFT_OUT_DAYS = 60, LEAST_STORIES = 30, MOST_TOLD = 10 };
#define SHARE_LEAST .10
#define RISE_LEAST  .02

static const struct {
    fh_lived_state state;
    const char *name, *how;
} states[] = {{FH_LIVED_MISSING, "missing", "is missing"},
              {FH_LIVED_OUT_OF_ORDER, "out_of_order", "comes out of order"},
              {FH_LIVED_FAILING, "failing", "fails"}};
enum { N_STATES = sizeof states / sizeof states[0] };

typedef struct deviation {
    uint32_t touchpoint, state;
    uint64_t now, before; /* customers */
    double share;
    bool rises;
} deviation;

static bool is_deviation(deviation *d, uint64_t n_now, uint64_t n_before)
{
    const fh_estimate now = fh_estimate_share(d->now, n_now);
    const fh_estimate before = fh_estimate_share(d->before, n_before);
    const fh_estimate change = fh_estimate_change(&before, &now);
    d->share = now.value;
    d->rises = n_before >= LEAST_STORIES && change.low > 0 && change.value >= RISE_LEAST;
    return d->rises || now.low > SHARE_LEAST;
}

static int by_share(const void *a, const void *b, void *ctx)
{
    const deviation *x = a, *y = b;
    (void)ctx;
    if (x->now != y->now) return x->now > y->now ? -1 : 1;
    if (x->touchpoint != y->touchpoint) return x->touchpoint < y->touchpoint ? -1 : 1;
    return (x->state > y->state) - (x->state < y->state);
}

static fh_status tell(const fh_look_map *m, const deviation *d, const fh_lived_span *span,
                      const uint64_t *n, fh_error *err)
{
    const fh_map_touchpoint *t = &m->open.map.touchpoint[d->touchpoint];
    const uint32_t *customer = NULL;
    size_t n_customers = 0;
    fh_look_about a;
    fh_status s = fh_maps_cohort_who(&m->view, &m->open.map, span, d->touchpoint,
                                     states[d->state].state, &customer, &n_customers, err);
    if (s) return s;
    fh_look_about_begin(&a, m->view.arena);
    fh_look_about_text(&a, "map", m->open.map.title);
    fh_look_about_text(&a, "step", t->name);
    fh_look_about_text(&a, "how", fh_str_of(states[d->state].how));
    fh_look_about_share(&a, "share", d->now, n[0]);
    if (d->rises) fh_look_about_share(&a, "was", d->before, n[1]);
    fh_found c = {.sort = FH_FIND_DEVIATION,
                  .cause = fh_look_cause(m, FH_FIND_DEVIATION, d->touchpoint,
                                         fh_str_of(states[d->state].name)),
                  .touchpoint = fh_look_name(m, d->touchpoint),
                  .from = fh_look_department(&m->view, t->from),
                  .about = fh_look_about_end(&a, m->view.arena),
                  .about_map = m->open.row.map,
                  .first_ms = span->from_ms,
                  .last_ms = span->until_ms - 1,
                  .n = d->now,
                  .customers = d->now};
    s = fh_found_cause(m->to, &c, err);
    for (size_t i = 0; !s && i < n_customers; i++) {
        const fh_found_of of = {
            .customer = customer[i], .a_ms = span->from_ms, .b_ms = span->until_ms - 1, .sure = 1};
        s = fh_found_hit(m->to, &c, &of, err);
    }
    return s;
}

static fh_status look_at(const fh_look_map *m, fh_error *err)
{
    const int64_t until_ms = fh_view_observed(&m->view) - LEFT_OUT_DAYS * FH_DAY_MS;
    const fh_lived_span now = {until_ms - SPAN_DAYS * FH_DAY_MS, until_ms},
                        before = {now.from_ms - SPAN_DAYS * FH_DAY_MS, now.from_ms};
    const uint32_t n_touchpoints = m->open.map.n_touchpoints;
    fh_lived_cohort is, was;
    size_t n = 0;
    fh_status s = fh_maps_cohort(&m->view, &m->open.map, &now, &is, err);
    if (s || is.n_stories < LEAST_STORIES) return s;
    s = fh_maps_cohort(&m->view, &m->open.map, &before, &was, err);
    if (s) return s;
    deviation *list = FH_NEW_ARRAY(m->view.arena, deviation, (size_t)n_touchpoints * N_STATES + 1);
    if (!list) return fh_no_memory(err);
    for (uint32_t t = 0; t < n_touchpoints; t++)
        for (uint32_t k = 0; k < N_STATES; k++) {
            deviation d = {.touchpoint = t,
                           .state = k,
                           .now = is.at[t].customers[states[k].state],
                           .before = was.at[t].customers[states[k].state]};
            if (is_deviation(&d, is.n_stories, was.n_stories)) list[n++] = d;
        }
    if (fh_sort(fh_arena_allocator(m->view.arena), list, n, sizeof *list, by_share, NULL))
        return fh_no_memory(err);
    for (size_t i = 0; !s && i < n && i < MOST_TOLD; i++)
        s = tell(m, &list[i], &now, (uint64_t[]){is.n_stories, was.n_stories}, err);
    return s;
}

fh_status fh_look_at_deviations(const fh_look_job *job, fh_arena *arena, fh_findings *to,
                                fh_error *err)
{
    (void)arena;
    return fh_look_each_map(job, to, look_at, err);
}

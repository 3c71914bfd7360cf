/* lived_json.c - a map held against what happened, as JSON (docs/handbook/json.md). */
#include "app/maps/lived.h"

#include "app/ask/view_parts.h"
#include "base/put.h"

#include <math.h>

enum { STEPS_SHOWN = 100 };

static void share(fh_json *j, const char *key, uint64_t part, uint64_t of)
{
    enum { DECIMALS = 4 };
    fh_put_key(j, key);
    if (of)
        fh_json_fixed(j, llround((double)part / (double)of * 1e4), DECIMALS);
    else
        fh_json_null(j);
}

static void fitness(fh_json *j, const char *key, double value)
{
    enum { DECIMALS = 12 };
    fh_put_key(j, key);
    fh_json_fixed(j, llround(value * 1e12), DECIMALS);
}

static void time_or_null(fh_json *j, const char *key, bool is, int64_t ms)
{
    fh_put_key(j, key);
    if (is)
        fh_json_int(j, ms);
    else
        fh_json_null(j);
}

static void put_score(const fh_element_row *r, fh_json *j)
{
    fh_json_key(j, FH_STR("score"));
    fh_json_object(j);
    fh_put_number(j, "n", r->n_scores);
    fh_json_key(j, FH_STR("mean"));
    if (r->n_scores)
        fh_json_fixed(j, fh_mean(r->score_sum, r->n_scores), 2);
    else
        fh_json_null(j);
    fh_json_key(j, FH_STR("max"));
    if (r->n_scores)
        fh_json_fixed(j, r->score_max, 2);
    else
        fh_json_null(j);
    fh_json_end_object(j);
}

static void said(fh_json *j, const char *key, uint64_t n, int64_t mean)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, "n", n);
    fh_json_key(j, FH_STR("mean"));
    if (n)
        fh_json_fixed(j, mean, 2);
    else
        fh_json_null(j);
    fh_json_end_object(j);
}

void fh_lived_felt_json(const fh_lived_felt *f, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "meant", (uint64_t)f->meant);
    said(j, "felt", f->n_scores, f->felt);
    said(j, "observed", f->n_observed, f->observed);
    fh_json_key(j, FH_STR("gap"));
    if (f->has_gap)
        fh_json_fixed(j, f->gap, 2);
    else
        fh_json_null(j);
    fh_put_text(j, "says", f->says);
    fh_json_end_object(j);
}

static const fh_map_ought *ought_of(const fh_map_lived_view *a, uint32_t t, uint32_t line,
                                    bool promise)
{
    for (size_t i = 0; i < a->n_oughts; i++)
        if (a->ought[i].touchpoint == t && a->ought[i].line == line &&
            a->ought[i].promise == promise)
            return &a->ought[i];
    return NULL;
}

static void put_promises(const fh_map_lived_view *a, uint32_t t, fh_json *j)
{
    const fh_map_touchpoint *x = &a->open->map.touchpoint[t];
    uint32_t at = a->promise_at[t];
    fh_json_key(j, FH_STR("promises"));
    fh_json_array(j);
    for (uint32_t p = 0; p < x->n_promises; p++) {
        const bool timed = x->promise[p].within_ms > 0;
        const fh_element_kept k = timed ? a->elements.kept[at++] : (fh_element_kept){0};
        fh_json_object(j);
        fh_put_text(j, "words", x->promise[p].text);
        const fh_map_ought *o = ought_of(a, t, p, true);
        const uint64_t n = o ? o->row.looked : 0, kept = o ? n - o->row.hits : 0;
        fh_put_int(j, "within_ms", x->promise[p].within_ms);
        fh_put_number(j, "n", n);
        fh_put_number(j, "kept", kept);
        share(j, "share", kept, n);
        time_or_null(j, "median_ms", k.n > 0, k.median_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

/* What must never happen: for whom it did, how often and when; null when only people can tell. */
static void put_nevers(const fh_map_lived_view *a, uint32_t t, fh_json *j)
{
    const fh_map_touchpoint *x = &a->open->map.touchpoint[t];
    fh_json_key(j, FH_STR("never"));
    fh_json_array(j);
    for (uint32_t i = 0; i < x->n_nevers; i++) {
        const fh_map_ought *o = ought_of(a, t, i, false);
        const fh_ought_row r = o ? o->row : (fh_ought_row){0};
        fh_json_object(j);
        fh_put_text(j, "words", x->never[i].text);
        fh_map_rule_json(&x->never[i], j);
        fh_put_bool(j, "checked", o != NULL);
        fh_put_number(j, "n", r.looked);
        fh_put_number(j, "hits", r.hits);
        fh_put_number(j, "customers", r.stories);
        time_or_null(j, "first_ms", r.hits > 0, r.first_ms);
        time_or_null(j, "last_ms", r.hits > 0, r.last_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_touchpoint(const fh_map_lived_view *a, uint32_t t, fh_json *j)
{
    const fh_map_touchpoint *x = &a->open->map.touchpoint[t];
    const fh_lived_touchpoint *at = &a->at[t];
    const fh_element_row *r = at->row;
    fh_json_object(j);
    fh_put_text(j, "id", x->id);
    fh_put_text(j, "name", x->name);
    fh_json_key(j, FH_STR("customers"));
    fh_json_object(j);
    for (int i = 0; i < FH_N_LIVED_STATES; i++)
        fh_put_number(j, fh_lived_states[i], at->customers[i]);
    fh_json_end_object(j);
    share(j, "share_completed", at->customers[FH_LIVED_COMPLETED], a->conform.n_stories);
    fh_put_number(j, "interactions", r->count);
    time_or_null(j, "first_ms", r->count > 0, r->first_ms);
    time_or_null(j, "last_ms", r->count > 0, r->last_ms);
    time_or_null(j, "last_confirmed_ms", r->count > 0, r->last_ms);
    fh_put_bool(j, "stale", at->stale);
    fh_put_word(j, "evidence", r->count ? "events" : at->records_open ? "said" : "none");
    put_score(r, j);
    fh_json_key(j, FH_STR("experience"));
    fh_lived_felt_json(&at->felt, j);
    put_promises(a, t, j);
    put_nevers(a, t, j);
    fh_json_key(j, FH_STR("records"));
    fh_json_object(j);
    fh_put_number(j, "open", at->records_open);
    fh_put_number(j, "ownerless", at->records_ownerless);
    fh_json_end_object(j);
    fh_json_end_object(j);
}

static void put_way(const fh_map_lived_view *a, const fh_conform_way *w, fh_json *j)
{
    const size_t shown = w->way->n_steps < STEPS_SHOWN ? w->way->n_steps : STEPS_SHOWN;
    fh_json_object(j);
    fh_put_number(j, "count", w->way->count);
    fh_put_number(j, "cost", w->cost);
    fh_put_number(j, "steps", w->way->n_steps);
    fh_json_key(j, FH_STR("path"));
    fh_json_array(j);
    for (size_t i = 0; i < shown; i++)
        fh_json_str(j, a->open->map.touchpoint[w->way->path[i] - 1].id);
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static void put_unknown(const fh_map_lived_view *a, fh_json *j)
{
    fh_json_key(j, FH_STR("unmapped"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_unknown; i++) {
        const fh_lived_unknown *u = &a->unknown[i];
        fh_json_object(j);
        fh_put_text(j, "name", u->name);
        fh_put_text(j, "channel", u->channel);
        fh_put_text(j, "department", u->department);
        fh_put_number(j, "interactions", u->interactions);
        fh_json_key(j, FH_STR("suggest"));
        if (u->suggest == FH_MAP_NONE)
            fh_json_null(j);
        else
            fh_json_str(j, a->open->map.touchpoint[u->suggest].id);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

/* n, period, the version, and what it is held against. */
static fh_str says(const fh_map_lived_view *a)
{
    const fh_view *v = a->view;
    if (!a->conform.n_stories)
        return fh_printed(v->arena,
                          "No %s met a touchpoint of the map (version %lld) in what was asked "
                          "about. Where it should have been somebody, look at the filter, and at "
                          "the names that touchpoints stand for.",
                          v->one, (long long)a->open->version.version);
    const fh_str n = fh_view_stories(v, a->conform.n_stories), scope = fh_view_scope(v);
    const fh_str mapped = fh_view_share(v, a->elements.n_mapped, a->elements.n_interactions);
    return fh_printed(
        v->arena,
        "%.*s who met a touchpoint of the map, %.*s, held against its version %lld. Of all "
        "interactions asked about %.*s are its touchpoints; of these it explains %.1f %% (fitness, "
        "all together). Each story is held against it by the fewest moves that there can be: "
        "completed where the map has it, missing, or ad-hoc; missing and ad-hoc in one story is "
        "out of order. Failing: it was there, but the outcome, a low score or the time promised "
        "failed the %s.",
        FH_STR_ARG(n), FH_STR_ARG(scope), (long long)a->open->version.version, FH_STR_ARG(mapped),
        100 * a->conform.fitness_log, v->one);
}

void fh_map_lived_json(const fh_map_lived_view *a, fh_json *j)
{
    const fh_elements *e = &a->elements;
    fh_json_object(j);
    fh_put_int(j, "map", a->open->row.map);
    fh_put_int(j, "version", a->open->version.version);
    fh_put_number(j, a->view->key, a->conform.n_stories);
    fh_put_number(j, "outside", e->n_outside);
    fitness(j, "fitness_avg", a->conform.fitness_avg);
    fitness(j, "fitness_log", a->conform.fitness_log);
    fh_put_number(j, "cost", a->conform.cost);
    fh_put_int(j, "observed_ms", fh_view_observed(a->view));
    fh_put_text(j, "period", fh_view_scope(a->view));
    fh_put_text(j, "says", says(a));
    fh_json_key(j, FH_STR("coverage"));
    fh_json_object(j);
    fh_put_number(j, "interactions", e->n_interactions);
    fh_put_number(j, "mapped", e->n_mapped);
    share(j, "share", e->n_mapped, e->n_interactions);
    fh_json_end_object(j);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (uint32_t t = 0; t < a->open->map.n_touchpoints; t++) put_touchpoint(a, t, j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("ways"));
    fh_json_array(j);
    for (size_t i = 0; i < a->conform.n_ways; i++) put_way(a, &a->conform.way[i], j);
    fh_json_end_array(j);
    put_unknown(a, j);
    fh_json_end_object(j);
}

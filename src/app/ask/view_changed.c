/* view_changed.c - what moved between two groups: touchpoints, moves and ways whose share of
 * customers differs by more than chance.
 *
 * Each side is one pass over its stories for touchpoints, follows and variants together;
 * fh_changed_between compares them. Intervals are those of effect.h.
 */
#include "app/ask/view_parts.h"

#include "app/ask/effect.h"
#include "base/put.h"

#include <math.h>
#include <stdio.h>

enum { N_COUNTED = 3, CHANCE_DECIMALS = 12 };

/* ---- Asking -------------------------------------------------------------------------- */

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_follows_options moves = {.n_touchpoints = v->touchpoint.n, .stories = true};
    const fh_variants_options ways = {.n_touchpoints = v->touchpoint.n};
    fh_fold *fold[N_COUNTED] = {NULL};
    fh_status s = fh_make_touchpoints(ctx, from, &fold[0], err);
    if (!s) s = fh_follows_new(from, &moves, &fold[1], err);
    if (!s) s = fh_variants_new(from, &ways, &fold[2], err);
    if (!s) s = fh_several_new(from, fold, N_COUNTED, out, err);
    for (size_t i = 0; s && i < N_COUNTED; i++) fh_fold_free(fold[i]);
    return s;
}

typedef struct side {
    fh_touchpoints touchpoints;
    fh_follows follows;
    fh_variants variants;
} side;

static fh_status count(const fh_view *v, side *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *all = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &asked, &all, err);
    if (!s) s = fh_touchpoints_read(fh_several_at(all, 0), v->arena, &out->touchpoints, err);
    if (!s) s = fh_follows_read(fh_several_at(all, 1), v->arena, &out->follows, err);
    if (!s) s = fh_variants_read(fh_several_at(all, 2), v->arena, 0, &out->variants, err);
    fh_fold_free(all);
    return s;
}

static void set_period(fh_view *v, int64_t from_ms, int64_t until_ms)
{
    v->filter.has_from = v->filter.has_until = true;
    v->filter.from_ms = v->first_ms = from_ms;
    v->filter.until_ms = until_ms;
    v->last_ms = until_ms - 1;
}

static fh_status nothing_before(fh_error *err)
{
    (void)fh_fail(err, FH_INVALID, "there is no time to compare with");
    return fh_hint(err, FH_INVALID,
                   "Choose a later 'from', or say with 'against' what to compare with.");
}

/* The time before, as long as the view's; or the two halves of all there is. */
static fh_status period_before(fh_changed_view *a, fh_error *err)
{
    const fh_view *v = &a->after;
    int64_t from_ms = v->first_ms;
    const int64_t until_ms = v->last_ms + 1;
    if (from_ms >= until_ms) return FH_OK; /* nothing at all: nothing moved */
    const bool halves = !v->filter.has_from;
    if (halves) from_ms += (until_ms - from_ms) / 2;
    const int64_t span_ms = until_ms - from_ms;
    if (span_ms <= 0 || from_ms < INT64_MIN + span_ms) return nothing_before(err);
    set_period(&a->after, from_ms, until_ms);
    set_period(&a->before, halves ? v->first_ms : from_ms - span_ms, from_ms);
    if (halves) a->before.first_ms = a->before.filter.from_ms = until_ms - 2 * span_ms;
    return FH_OK;
}

fh_status fh_view_changed(const fh_view *v, const fh_filter_text *against, fh_changed_view *out,
                          fh_error *err)
{
    fh_changed_view a = {.before = *v, .after = *v};
    side before, after;
    fh_status s = against
                      ? fh_view_open(v->org, against, v->zone, v->threads, v->arena, &a.before, err)
                      : period_before(&a, err);
    if (!s) s = count(&a.before, &before, err);
    if (!s) s = count(&a.after, &after, err);
    if (s) return s;
    const fh_changed_side b = {&before.touchpoints, &before.follows, &before.variants};
    const fh_changed_side n = {&after.touchpoints, &after.follows, &after.variants};
    s = fh_changed_between(v->arena, &b, &n, &a.changed, err);
    if (!s) *out = a;
    return s;
}

/* ---- Words --------------------------------------------------------------------------- */

static fh_estimate difference(const fh_changed_view *a, const fh_change *c)
{
    const fh_estimate before = fh_estimate_share(c->before, a->changed.n_before);
    const fh_estimate after = fh_estimate_share(c->after, a->changed.n_after);
    return fh_estimate_change(&before, &after);
}

static fh_str name_from(const fh_view *v, const fh_change *c)
{
    return c->sort == FH_CHANGED_START ? FH_STR("(start)") : fh_view_name(&v->touchpoint, c->from);
}

static fh_str name_to(const fh_view *v, const fh_change *c)
{
    return c->sort == FH_CHANGED_END ? FH_STR("(end)") : fh_view_name(&v->touchpoint, c->to);
}

static fh_str sort_name(const fh_change *c)
{
    if (c->sort == FH_CHANGED_TOUCHPOINT) return FH_STR("touchpoint");
    return c->sort == FH_CHANGED_WAY ? FH_STR("way") : FH_STR("move");
}

static fh_str what(const fh_view *v, const fh_change *c)
{
    fh_buf words;
    fh_str out = {0};
    if (c->sort == FH_CHANGED_WAY) return fh_view_way(v, c->path, c->n_steps);
    fh_buf_init(&words, NULL, 1 << 20);
    if (c->sort == FH_CHANGED_START) {
        fh_buf_printf(&words, "begins with %.*s", FH_STR_ARG(name_to(v, c)));
    } else if (c->sort == FH_CHANGED_END) {
        fh_buf_printf(&words, "ends with %.*s", FH_STR_ARG(name_from(v, c)));
    } else {
        fh_buf_str(&words, name_from(v, c));
        if (c->sort == FH_CHANGED_MOVE)
            fh_buf_printf(&words, " \xe2\x86\x92 %.*s", FH_STR_ARG(name_to(v, c)));
    }
    if (words.status || !fh_arena_str(v->arena, fh_buf_view(&words), &out)) out = (fh_str){0};
    fh_buf_free(&words);
    return out;
}

static bool unlike_in_length(const fh_changed_view *a)
{
    const double before = (double)(a->before.last_ms - a->before.first_ms);
    const double after = (double)(a->after.last_ms - a->after.first_ms);
    if (before < 0 || after < 0) return false; /* nothing at all */
    return before > 1.1 * after || after > 1.1 * before;
}

fh_str fh_changed_says(const fh_changed_view *a)
{
    const fh_changed *c = &a->changed;
    const fh_view *v = &a->after;
    return fh_printed(
        v->arena,
        "%.*s (%.*s) against %.*s before (%.*s): %zu of %zu shares moved by more than chance "
        "(test of two proportions, at most 1 of 20 called moved by mistake); %.*s too "
        "rare or too common to tell. A story is what a %s lived through within the time.%s",
        FH_STR_ARG(fh_view_stories(v, c->n_after)), FH_STR_ARG(fh_view_scope(v)),
        FH_STR_ARG(fh_view_stories(v, c->n_before)), FH_STR_ARG(fh_view_scope(&a->before)),
        c->n_moved, c->n_tested, FH_STR_ARG(fh_view_count(v, c->n_few, "other is", "others are")),
        v->one,
        unlike_in_length(a) ? " The two times are not equally long: in a longer one there is more "
                              "of everything."
                            : "");
}

/* ---- Tables and JSON ------------------------------------------------------------------ */

/* "0.031", "under 0.001": how often chance alone would do it. */
static fh_str chance(const fh_view *v, double q)
{
    return q < 0.001 ? FH_STR("under 0.001") : fh_printed(v->arena, "%.3f", q);
}

static int64_t points(double share)
{
    return llround(share * 10000);
}

fh_status fh_changed_table(const fh_changed_view *a, size_t top, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"", "What", FH_CELL_TEXT},
                                              {"sort", NULL, FH_CELL_TEXT},
                                              {"from", NULL, FH_CELL_TEXT},
                                              {"to", NULL, FH_CELL_TEXT},
                                              {"path", NULL, FH_CELL_TEXT},
                                              {"before", NULL, FH_CELL_COUNT},
                                              {"after", NULL, FH_CELL_COUNT},
                                              {"before_share", "Before", FH_CELL_SHARE},
                                              {"after_share", "After", FH_CELL_SHARE},
                                              {"points", "Points", FH_CELL_DECIMAL},
                                              {"points_low", "95 % from", FH_CELL_DECIMAL},
                                              {"points_high", "to", FH_CELL_DECIMAL},
                                              {"q", "By chance", FH_CELL_TEXT},
                                              {"moved", "Moved", FH_CELL_TEXT}};
    const fh_view *v = &a->after;
    const fh_changed *c = &a->changed;
    const size_t shown = fh_top(top, c->n_tested);
    const fh_status s = fh_view_new_table(v, "What changed", columns,
                                          sizeof columns / sizeof columns[0], shown, out, err);
    if (s) return s;
    for (size_t i = 0; i < shown; i++) {
        const fh_change *row = &c->changes[i];
        const fh_estimate d = difference(a, row);
        const bool way = row->sort == FH_CHANGED_WAY;
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(what(v, row));
        *cell++ = fh_cell_text(sort_name(row));
        *cell++ = fh_cell_text(way ? (fh_str){0} : name_from(v, row));
        *cell++ =
            fh_cell_text(way || row->sort == FH_CHANGED_TOUCHPOINT ? (fh_str){0} : name_to(v, row));
        *cell++ = fh_cell_text(way ? fh_view_path(v, row->path, row->n_steps) : (fh_str){0});
        *cell++ = fh_cell_count(row->before);
        *cell++ = fh_cell_count(row->after);
        *cell++ = fh_cell_part(row->before, c->n_before);
        *cell++ = fh_cell_part(row->after, c->n_after);
        *cell++ = fh_cell_int(points(d.value));
        *cell++ = fh_cell_int(points(d.low));
        *cell++ = fh_cell_int(points(d.high));
        *cell++ = fh_cell_text(chance(v, row->q));
        *cell = fh_cell_text(row->moved ? FH_STR("yes") : FH_STR("no"));
    }
    out->note = fh_changed_says(a);
    out->rest = fh_view_rest(v, c->n_tested - shown, "share", "shares", 0, 0, "");
    return FH_OK;
}

static void put_side(const fh_view *v, const char *key, uint64_t n, fh_json *j)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, v->key, n);
    if (v->filter.has_from) fh_put_time_in(j, "from", v->filter.from_ms, v->zone);
    if (v->filter.has_until) fh_put_time_in(j, "until", v->filter.until_ms, v->zone);
    fh_json_end_object(j);
}

static void put_share(fh_json *j, const char *key, double share, uint32_t decimals)
{
    double scale = 1;
    for (uint32_t i = 0; i < decimals; i++) scale *= 10;
    fh_put_key(j, key);
    fh_json_fixed(j, llround(share * scale), decimals);
}

static void put_change(const fh_changed_view *a, const fh_change *c, fh_json *j)
{
    const fh_view *v = &a->after;
    const fh_estimate d = difference(a, c);
    fh_json_object(j);
    fh_put_text(j, "sort", sort_name(c));
    if (c->sort == FH_CHANGED_WAY) {
        fh_json_key(j, FH_STR("path"));
        fh_view_path_json(v, c->path, c->n_steps, j);
    } else if (c->sort == FH_CHANGED_TOUCHPOINT) {
        fh_json_name(j, "touchpoint", &v->touchpoint, c->from);
    } else {
        fh_put_text(j, "from", name_from(v, c));
        fh_put_text(j, "to", name_to(v, c));
    }
    fh_put_number(j, "before", c->before);
    fh_put_number(j, "after", c->after);
    put_share(j, "difference", d.value, 6);
    put_share(j, "low", d.low, 6);
    put_share(j, "high", d.high, 6);
    put_share(j, "p", c->p, CHANCE_DECIMALS);
    put_share(j, "q", c->q, CHANCE_DECIMALS);
    fh_put_bool(j, "moved", c->moved);
    fh_json_end_object(j);
}

fh_status fh_changed_json(const fh_changed_view *a, size_t top, fh_json *j, fh_error *err)
{
    const fh_changed *c = &a->changed;
    const fh_str says = fh_changed_says(a);
    if (!says.len) return fh_no_memory(err);
    fh_json_object(j);
    put_side(&a->before, "before", c->n_before, j);
    put_side(&a->after, "after", c->n_after, j);
    fh_put_number(j, "tested", c->n_tested);
    fh_put_number(j, "moved", c->n_moved);
    fh_put_number(j, "too_few", c->n_few);
    fh_put_text(j, "says", says);
    fh_json_key(j, FH_STR("changes"));
    fh_json_array(j);
    for (size_t i = 0; i < fh_top(top, c->n_tested); i++) put_change(a, &c->changes[i], j);
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

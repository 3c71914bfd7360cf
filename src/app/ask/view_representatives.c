/* view_representatives.c - a few ways that stand for all, how many each stands for and how far
 * these are from it.
 *
 * All ways are counted; they are laid before fh_represent commonest first, at most MANY of them:
 * whom the rest took is told with those that were left.
 */
#include "app/ask/view_parts.h"

#include "base/put.h"

#include <math.h>

enum { MANY = 20000, SHOWN_WAYS = 5, DECIMALS = 4 };

static fh_status ways_of(const fh_view *v, const fh_variants *all, fh_discover_way **out, size_t n,
                         fh_error *err)
{
    fh_discover_way *way = FH_NEW_ARRAY(v->arena, fh_discover_way, n + 1);
    size_t n_steps = 0;
    for (size_t i = 0; i < n; i++) n_steps += all->top[i].n_steps;
    uint32_t *step = FH_NEW_ARRAY(v->arena, uint32_t, n_steps + 1);
    if (!way || !step) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const fh_variant *from = &all->top[i];
        way[i] = (fh_discover_way){.story = step, .n = from->n_steps, .count = from->count};
        for (size_t k = 0; k < from->n_steps; k++) *step++ = from->path[k];
    }
    *out = way;
    return FH_OK;
}

fh_status fh_view_representatives(const fh_view *v, uint32_t k, fh_representatives_view *out,
                                  fh_error *err)
{
    fh_representatives_view a = {0};
    fh_discover_way *way = NULL;
    fh_status s = fh_view_ways(v, &a.ways, err);
    const size_t n = a.ways.n_top < MANY ? a.ways.n_top : MANY;
    if (!s) s = ways_of(v, &a.ways, &way, n, err);
    if (!s) s = fh_represent(way, n, v->touchpoint.n, k, v->arena, &a.of, err);
    for (size_t i = n; !s && i < a.ways.n_top; i++) {
        a.of.n_left++;
        a.of.stories_left += a.ways.top[i].count;
    }
    if (!s) *out = a;
    return s;
}

/* Kaufman and Rousseeuw's reading of it. */
static const char *how_apart(double silhouette)
{
    if (silhouette > 0.7) return "they are far apart";
    if (silhouette > 0.5) return "they are fairly far apart";
    return silhouette > 0.25 ? "they run into one another" : "they are hardly groups at all";
}

static fh_str note(const fh_view *v, const fh_representatives_view *a)
{
    const fh_representatives *of = &a->of;
    const fh_str groups = of->n < 2 ? (fh_str){0}
                                    : fh_printed(v->arena, " The groups' silhouette is %.2f: %s.",
                                                 of->silhouette, how_apart(of->silhouette));
    const fh_str left =
        !of->n_left ? (fh_str){0}
                    : fh_printed(v->arena, " %.*s on %.*s were too many to compare and are left.",
                                 FH_STR_ARG(fh_view_stories(v, of->stories_left)),
                                 FH_STR_ARG(fh_view_count(v, of->n_left, "way", "ways")));
    return fh_printed(
        v->arena,
        "%.*s took %.*s, %.*s; the %zu below stand for them. They were chosen among the %zu "
        "commonest (%.*s of %s), all others count to the nearest.%.*s%.*s",
        FH_STR_ARG(fh_view_stories(v, a->ways.n_stories)),
        FH_STR_ARG(fh_view_count(v, a->ways.n_variants, "different way", "different ways")),
        FH_STR_ARG(fh_view_scope(v)), of->n, of->n_compared,
        FH_STR_ARG(fh_view_share(v, of->stories_compared, a->ways.n_stories)), v->many,
        FH_STR_ARG(groups), FH_STR_ARG(left));
}

fh_status fh_representatives_table(const fh_view *v, const fh_representatives_view *a,
                                   fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {FH_COLUMN_STORIES,
                                              {"share", "Share", FH_CELL_SHARE},
                                              {"same", "Just so", FH_CELL_COUNT},
                                              {"ways", "Ways", FH_CELL_COUNT},
                                              {"mean", "Differ by", FH_CELL_SHARE},
                                              {"farthest", "At most", FH_CELL_SHARE},
                                              {"", "Way", FH_CELL_TEXT},
                                              {"path", NULL, FH_CELL_TEXT}};
    const fh_status s = fh_view_new_table(v, "A few journeys that stand for all", columns,
                                          sizeof columns / sizeof columns[0], a->of.n, out, err);
    if (s) return s;
    for (size_t i = 0; i < a->of.n; i++) {
        const fh_representative *r = &a->of.list[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_count(r->stories);
        *cell++ = fh_cell_part(r->stories, a->ways.n_stories);
        *cell++ = fh_cell_count(r->same);
        *cell++ = fh_cell_count(r->n_ways);
        *cell++ = fh_cell_part((uint64_t)llround(r->mean * 10000), 10000);
        *cell++ = fh_cell_part((uint64_t)llround(r->farthest * 10000), 10000);
        *cell++ =
            fh_cell_text(fh_view_way(v, a->ways.top[r->way].path, a->ways.top[r->way].n_steps));
        *cell =
            fh_cell_text(fh_view_path(v, a->ways.top[r->way].path, a->ways.top[r->way].n_steps));
    }
    out->note = note(v, a);
    return FH_OK;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_fraction(fh_json *j, const char *key, double value)
{
    fh_put_key(j, key);
    fh_json_fixed(j, llround(value * 10000), DECIMALS);
}

static void put_path(const fh_view *v, const fh_variant *way, fh_json *j)
{
    fh_json_key(j, FH_STR("path"));
    fh_view_path_json(v, way->path, way->n_steps, j);
}

static void put_representative(const fh_view *v, const fh_representatives_view *a, uint32_t which,
                               fh_json *j)
{
    const fh_representative *r = &a->of.list[which];
    size_t shown = 0;
    fh_json_object(j);
    fh_put_number(j, v->key, r->stories);
    fh_put_number(j, "same", r->same);
    fh_put_number(j, "variants", r->n_ways);
    put_fraction(j, "mean", r->mean);
    put_fraction(j, "farthest", r->farthest);
    put_path(v, &a->ways.top[r->way], j);
    fh_json_key(j, FH_STR("ways"));
    fh_json_array(j);
    for (size_t i = 0; i < a->ways.n_top && i < MANY && shown < SHOWN_WAYS; i++) {
        if (a->of.of[i] != which) continue;
        shown++;
        fh_json_object(j);
        fh_put_number(j, "count", a->ways.top[i].count);
        put_fraction(j, "apart", a->of.apart[i]);
        put_path(v, &a->ways.top[i], j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

fh_status fh_representatives_json(const fh_view *v, const fh_representatives_view *a, fh_json *j,
                                  fh_error *err)
{
    const fh_str says = note(v, a);
    if (!says.len) return fh_no_memory(err);
    fh_json_object(j);
    fh_put_number(j, v->key, a->ways.n_stories);
    fh_put_number(j, "variants", a->ways.n_variants);
    fh_put_number(j, "compared", a->of.n_compared);
    fh_put_number(j, "stories_compared", a->of.stories_compared);
    fh_put_number(j, "left", a->of.n_left);
    fh_put_number(j, "stories_left", a->of.stories_left);
    put_fraction(j, "silhouette", a->of.silhouette);
    fh_json_key(j, FH_STR("silhouettes"));
    fh_json_array(j);
    for (size_t i = 0; i < a->of.n_silhouettes; i++)
        fh_json_fixed(j, llround(a->of.silhouettes[i] * 10000), DECIMALS);
    fh_json_end_array(j);
    fh_put_text(j, "says", says);
    fh_json_key(j, FH_STR("representatives"));
    fh_json_array(j);
    for (uint32_t i = 0; i < a->of.n; i++) put_representative(v, a, i, j);
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

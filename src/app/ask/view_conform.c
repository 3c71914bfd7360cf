/* view_conform.c - what we intended against what really happened: every way aligned with a
 * process tree, exactly, and summed by touchpoint.
 *
 * A way is aligned once, however many took it. An interaction is *completed* where the
 * tree has it, else *ad-hoc*; a touchpoint that the tree asks for and that did not happen is
 * *missing*. One that is missing here and ad-hoc elsewhere in the same story came *out of
 * order*.
 */
#include "app/ask/view_parts.h"

#include "base/intern.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

typedef struct holder {
    const fh_view *v;
    const fh_names *names; /* of the steps of ways */
    fh_conform_told *told;
    void *ctx;
    const fh_tree *tree;
    fh_conform *out;
    fh_conform_row *row;     /* [n_labels + touchpoints] */
    uint32_t *label;         /* [touchpoints] of the tree; FH_ALIGN_UNKNOWN */
    uint32_t *row_of;        /* [touchpoints] */
    unsigned char *met;      /* [rows] of the story at hand: bits below */
    uint64_t weight, fit_of; /* sums for the fitness of the whole log */
    double fit;
} holder;

enum { COMPLETED = FH_MET_COMPLETED, MISSING = FH_MET_MISSING, AD_HOC = FH_MET_AD_HOC };

/* The tree's touchpoints first, as they stand there; what it does not know behind them. */
static fh_status make_rows(holder *h, fh_error *err)
{
    const fh_names *names = h->names;
    const size_t n = (size_t)h->tree->n_labels + names->n;
    fh_intern *known = fh_intern_new(NULL);
    h->row = FH_NEW_ARRAY(h->v->arena, fh_conform_row, n + 1);
    h->label = FH_NEW_ARRAY(h->v->arena, uint32_t, names->n + 1);
    h->row_of = FH_NEW_ARRAY(h->v->arena, uint32_t, names->n + 1);
    h->met = FH_NEW_ARRAY(h->v->arena, unsigned char, n + 1);
    bool ok = known && h->row && h->label && h->row_of && h->met;
    for (uint32_t l = 0; ok && l < h->tree->n_labels; l++) {
        const fh_str name = h->tree->label[l];
        ok = fh_intern_add(known, name, fh_intern_hash(name)) != 0;
        h->row[l] = (fh_conform_row){.name = name, .planned = true};
    }
    uint32_t rows = h->tree->n_labels;
    for (uint32_t t = 0; ok && t < names->n; t++) {
        const fh_str name = fh_view_name(names, t);
        const uint32_t number = fh_intern_find(known, name, fh_intern_hash(name));
        h->label[t] = number ? number - 1 : FH_ALIGN_UNKNOWN;
        h->row_of[t] = number ? number - 1 : rows;
        if (!number) h->row[rows++].name = name;
    }
    fh_intern_free(known);
    h->out->row = h->row;
    h->out->n_rows = rows;
    return ok ? FH_OK : fh_no_memory(err);
}

static void count_story(holder *h, uint64_t times)
{
    for (size_t r = 0; r < h->out->n_rows; r++) {
        fh_conform_row *row = &h->row[r];
        const unsigned char met = h->met[r];
        row->stories_completed += met & COMPLETED ? times : 0;
        row->stories_out_of_order += (met & MISSING) && (met & AD_HOC) ? times : 0;
        row->stories_missing += (met & MISSING) && !(met & AD_HOC) ? times : 0;
        row->stories_ad_hoc += (met & AD_HOC) && !(met & MISSING) ? times : 0;
        h->met[r] = 0;
    }
}

static void count_moves(holder *h, const fh_variant *way, const fh_alignment *found)
{
    for (size_t i = 0; i < way->n_steps; i++) {
        const uint32_t r = h->row_of[way->path[i]];
        if (found->completed[i])
            h->row[r].completed += way->count;
        else
            h->row[r].ad_hoc += way->count;
        h->met[r] |= found->completed[i] ? COMPLETED : AD_HOC;
    }
    for (size_t m = 0; m < found->n_missing; m++) {
        h->row[found->missing[m].label].missing += way->count;
        h->met[found->missing[m].label] |= MISSING;
    }
    if (h->told) h->told(h->ctx, way, h->met);
    count_story(h, way->count);
}

static fh_status align_way(holder *h, fh_aligner *aligner, const fh_variant *way, uint32_t *story,
                           fh_arena *arena, uint64_t *cost, fh_error *err)
{
    fh_alignment found;
    for (size_t i = 0; i < way->n_steps; i++) story[i] = h->label[way->path[i]];
    const fh_status s = fh_align_moves(aligner, story, way->n_steps, arena, &found, err);
    if (s) return s;
    count_moves(h, way, &found);
    const uint64_t worst = way->n_steps + fh_align_empty(aligner);
    h->out->cost += found.cost * way->count;
    h->fit_of += worst * way->count;
    h->fit += (double)way->count * (worst ? 1 - (double)found.cost / (double)worst : 1);
    *cost = found.cost;
    return FH_OK;
}

static fh_status align_ways(holder *h, const fh_variants *ways, fh_aligner *aligner, fh_error *err)
{
    size_t longest = 0;
    for (size_t i = 0; i < ways->n_top; i++)
        if (ways->top[i].n_steps > longest) longest = ways->top[i].n_steps;
    uint32_t *story = FH_NEW_ARRAY(h->v->arena, uint32_t, longest + 1);
    fh_conform_way *way = FH_NEW_ARRAY(h->v->arena, fh_conform_way, ways->n_top + 1);
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = story && way && arena ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; !s && i < ways->n_top; i++) {
        way[i].way = &ways->top[i];
        s = align_way(h, aligner, &ways->top[i], story, arena, &way[i].cost, err);
        fh_arena_reset(arena);
    }
    fh_arena_free(arena);
    h->out->way = way;
    h->out->n_ways = ways->n_top;
    return s;
}

fh_status fh_conform_ways(const fh_view *v, const fh_names *names, const fh_variants *ways,
                          const fh_tree *tree, fh_conform_told *told, void *ctx, fh_conform *out,
                          fh_error *err)
{
    fh_aligner *aligner = NULL;
    *out = (fh_conform){0};
    holder h = {.v = v, .names = names, .told = told, .ctx = ctx, .tree = tree, .out = out};
    fh_status s = fh_aligner_new(NULL, tree, NULL, &aligner, err);
    if (!s) s = make_rows(&h, err);
    if (!s) s = align_ways(&h, ways, aligner, err);
    if (!s) {
        out->n_stories = ways->n_stories;
        out->fitness_avg = ways->n_stories ? h.fit / (double)ways->n_stories : 1;
        out->fitness_log = h.fit_of ? 1 - (double)out->cost / (double)h.fit_of : 1;
    }
    fh_aligner_free(aligner);
    return s;
}

fh_status fh_view_conform(const fh_view *v, const fh_tree *tree, fh_conform *out, fh_error *err)
{
    fh_variants ways;
    const fh_status s = fh_view_variants(v, 0, &ways, err);
    return s ? s : fh_conform_ways(v, &v->touchpoint, &ways, tree, NULL, NULL, out, err);
}

/* ---- Telling -------------------------------------------------------------------------------- */

/* Of what the journey does not know, what did not happen is not worth a row. */
static bool worth_a_row(const fh_conform_row *row)
{
    return row->planned || row->ad_hoc;
}

fh_status fh_conform_table(const fh_view *v, const fh_conform *a, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"touchpoint", "Touchpoint", FH_CELL_TEXT},
        {"completed", "Completed", FH_CELL_COUNT},
        {"missing", "Missing", FH_CELL_COUNT},
        {"adhoc", "Ad-hoc", FH_CELL_COUNT},
        {"stories_missing", "Without it", FH_CELL_SHARE},
        {"stories_out_of_order", "Out of order", FH_CELL_SHARE},
        {"stories_adhoc", "One too many", FH_CELL_SHARE}};
    size_t n = 0, at = 0;
    for (size_t r = 0; r < a->n_rows; r++) n += worth_a_row(&a->row[r]);
    const fh_status s =
        fh_view_new_table(v, "What was intended, and what happened", columns, 7, n, out, err);
    if (s) return s;
    for (size_t r = 0; r < a->n_rows; r++) {
        const fh_conform_row *row = &a->row[r];
        if (!worth_a_row(row)) continue;
        fh_cell *cell = fh_table_row(out, at++);
        *cell++ = fh_cell_text(row->name);
        *cell++ = fh_cell_count(row->completed);
        *cell++ = fh_cell_count(row->missing);
        *cell++ = fh_cell_count(row->ad_hoc);
        *cell++ = fh_cell_part(row->stories_missing, a->n_stories);
        *cell++ = fh_cell_part(row->stories_out_of_order, a->n_stories);
        *cell = fh_cell_part(row->stories_ad_hoc, a->n_stories);
    }
    out->note = fh_text(
        v->arena,
        "%.*s, %.*s. The journey explains %.1f %% of what happened (fitness, all together; %.1f %% "
        "for one %s on average). Each story is held against it by the fewest moves that there can "
        "be: completed where the journey has it, missing, or ad-hoc.",
        FH_STR_ARG(fh_view_stories(v, a->n_stories)), FH_STR_ARG(fh_view_scope(v)),
        100 * a->fitness_log, 100 * a->fitness_avg, v->one);
    return FH_OK;
}

static void put_fraction(fh_json *j, const char *key, double value)
{
    enum { DECIMALS = 12 };
    fh_json_key(j, fh_str_of(key));
    fh_json_fixed(j, llround(value * 1e12), DECIMALS);
}

void fh_conform_json(const fh_conform *a, fh_json *j)
{
    fh_json_object(j);
    fh_json_number(j, "cases", a->n_stories);
    put_fraction(j, "fitness_avg", a->fitness_avg);
    put_fraction(j, "fitness_log", a->fitness_log);
    fh_json_number(j, "cost", a->cost);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (size_t r = 0; r < a->n_rows; r++) {
        const fh_conform_row *row = &a->row[r];
        if (!worth_a_row(row)) continue;
        fh_json_object(j);
        fh_json_key(j, FH_STR("name"));
        fh_json_str(j, row->name);
        fh_json_key(j, FH_STR("planned"));
        fh_json_bool(j, row->planned);
        fh_json_number(j, "completed", row->completed);
        fh_json_number(j, "missing", row->missing);
        fh_json_number(j, "adhoc", row->ad_hoc);
        fh_json_number(j, "stories_completed", row->stories_completed);
        fh_json_number(j, "stories_missing", row->stories_missing);
        fh_json_number(j, "stories_adhoc", row->stories_ad_hoc);
        fh_json_number(j, "stories_out_of_order", row->stories_out_of_order);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("variants"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_ways; i++) {
        fh_json_object(j);
        fh_json_number(j, "count", a->way[i].way->count);
        fh_json_number(j, "cost", a->way[i].cost);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

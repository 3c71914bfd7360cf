/* lived.c - a map held against what customers really lived through (see lived.h). */
#include "app/maps/lived_parts.h"

#include "app/ask/words.h"
#include "base/intern.h"
#include "base/nearest.h"
#include "base/time.h"
#include "os/pages.h"

#include <string.h>

enum { UNKNOWN_SHOWN = 20 };

const char *const fh_lived_states[FH_N_LIVED_STATES] = {
    [FH_LIVED_COMPLETED] = "completed", [FH_LIVED_MISSING] = "missing",
    [FH_LIVED_AD_HOC] = "adhoc",        [FH_LIVED_OUT_OF_ORDER] = "out_of_order",
    [FH_LIVED_FAILING] = "failing",
};

fh_status fh_lived_state_read(fh_str word, fh_lived_state *out, fh_error *err)
{
    for (int i = 0; i < FH_N_LIVED_STATES; i++) {
        if (!fh_str_eq(word, fh_str_of(fh_lived_states[i]))) continue;
        *out = (fh_lived_state)i;
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "there is no state '%.*s' of a touchpoint",
                  (int)(word.len < 40 ? word.len : 40), word.ptr);
    return fh_hint(err, FH_INVALID, "Give completed, missing, adhoc, out_of_order or failing.");
}

/* ---- Asking ---------------------------------------------------------------------------- */

fh_status fh_lived_ask(const fh_view *v, const fh_map *map, fh_lived_asking *out, fh_error *err)
{
    fh_element_promise *promise = NULL;
    *out = (fh_lived_asking){.filter = v->filter};
    fh_elements_options *o = &out->options;
    fh_status s = fh_severe_read(v->org, v->threads, v->arena, &out->severe, err);
    if (!s) s = fh_lived_rules(v, map, &o->rules, err);
    if (!s) s = fh_lived_promises(map, v->arena, &promise, &o->n_promises, &out->promise_at, err);
    o->promise = out->promise = promise;
    /* Only what fails by itself counts here, wherever else the customer was before. */
    fh_severe *rules = &out->severe.severe;
    rules->rules &= 1u << FH_SEVERE_FAILED | 1u << FH_SEVERE_SCORE;
    if (rules->rules) o->severe = rules;
    return s;
}

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_elements_new(from ? from : fh_pages_allocator(), ctx, out, err);
}

fh_status fh_lived_count(const fh_view *v, fh_lived_asking *a, fh_elements *out, fh_error *err)
{
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &a->filter, v->threads, make, &a->options, &fold, err);
    if (!s) s = fh_elements_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

/* ---- Who acts behind it ---------------------------------------------------------------- */

static fh_status make_sides(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_sides_new(from ? from : fh_pages_allocator(), ctx, out, err);
}

fh_status fh_maps_sides(const fh_view *v, const fh_map *map, fh_sides *out, fh_error *err)
{
    fh_element_rules rules;
    fh_fold *fold = NULL;
    fh_status s = fh_lived_rules(v, map, &rules, err);
    if (!s) s = fh_ask(v->org, &v->filter, v->threads, make_sides, &rules, &fold, err);
    if (!s) s = fh_sides_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

/* ---- Never-rules and promises ---------------------------------------------------------- */

static fh_status make_oughts(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_oughts_new(from ? from : fh_pages_allocator(), ctx, out, err);
}

fh_status fh_maps_oughts(const fh_view *v, const fh_map *map, uint32_t most, fh_map_ought **out,
                         size_t *n, fh_oughts *hits, fh_error *err)
{
    fh_lived_asking a;
    fh_lived_ought_list list = {0};
    fh_fold *fold = NULL;
    fh_oughts held = {0};
    *out = NULL;
    *n = 0;
    fh_status s = fh_lived_ask(v, map, &a, err);
    if (!s) s = fh_lived_oughts(v, map, a.promise, a.promise_at, &list, err);
    if (s || !list.n) return s;
    fh_oughts_options o = {.rules = a.options.rules,
                           .rule = list.rule,
                           .n_rules = list.n,
                           .n_outcomes = v->outcome.n,
                           .until_ms = fh_view_observed(v),
                           .most = most};
    s = fh_ask(v->org, &a.filter, v->threads, make_oughts, &o, &fold, err);
    if (!s) s = fh_oughts_read(fold, v->arena, &held, err);
    fh_fold_free(fold);
    fh_map_ought *row = s ? NULL : FH_NEW_ARRAY(v->arena, fh_map_ought, (size_t)list.n + 1);
    if (!s && !row) return fh_no_memory(err);
    for (uint32_t i = 0; row && i < list.n; i++)
        row[i] = (fh_map_ought){.touchpoint = list.about[i].touchpoint,
                                .line = list.about[i].line,
                                .promise = list.about[i].promise,
                                .row = held.row[i]};
    *out = row;
    *n = s ? 0 : list.n;
    if (!s && hits) *hits = held;
    return s;
}

/* ---- Aligning ---------------------------------------------------------------------------- */

/* Steps of ways are told by the ids of touchpoints. */
static fh_status names_of(const fh_map *map, fh_arena *arena, fh_names *out, fh_error *err)
{
    fh_str *name = FH_NEW_ARRAY(arena, fh_str, (size_t)map->n_touchpoints + 1);
    if (!name) return fh_no_memory(err);
    for (uint32_t t = 0; t < map->n_touchpoints; t++) name[t + 1] = map->touchpoint[t].id;
    *out = (fh_names){.n = map->n_touchpoints + 1, .name = name};
    return FH_OK;
}

static fh_status align(const fh_view *v, const fh_map *map, const fh_variants *ways, bool running,
                       fh_conform_told *told, void *ctx, fh_conform *out, fh_error *err)
{
    fh_names names;
    fh_tree tree;
    fh_status s = fh_map_tree(map, v->arena, &tree, err);
    if (!s) s = names_of(map, v->arena, &names, err);
    return s ? s : fh_conform_ways(v, &names, ways, &tree, running, told, ctx, out, err);
}

/* All but the ways: of what was counted before, only what has changed. */
static fh_status align_all(const fh_view *v, const fh_map *map, fh_lived_asking *a, bool running,
                           fh_conform *out, fh_error *err)
{
    fh_names names;
    fh_tree tree;
    fh_view asked = *v;
    asked.filter = a->filter;
    fh_status s = fh_map_tree(map, v->arena, &tree, err);
    if (!s) s = names_of(map, v->arena, &names, err);
    return s ? s : fh_view_aligned(&asked, &a->options.rules, &names, &tree, running, out, err);
}

/* Instead of ids, as people call them. */
static fh_status name_rows(const fh_view *v, const fh_map *map, fh_conform *a, fh_error *err)
{
    fh_intern *names = fh_intern_new(NULL);
    uint32_t *times = FH_NEW_ARRAY(v->arena, uint32_t, (size_t)map->n_touchpoints + 1);
    fh_conform_row *row = FH_NEW_ARRAY(v->arena, fh_conform_row, a->n_rows + 1);
    bool ok = names && times && row;
    if (ok) memset(times, 0, ((size_t)map->n_touchpoints + 1) * sizeof *times);
    for (uint32_t t = 0; ok && t < map->n_touchpoints; t++) {
        const fh_str name = map->touchpoint[t].name;
        const uint32_t number = fh_intern_add(names, name, fh_intern_hash(name));
        ok = number != 0;
        if (ok) times[number - 1]++;
    }
    for (size_t r = 0; ok && r < a->n_rows; r++) {
        row[r] = a->row[r];
        const uint32_t t = fh_lived_touchpoint_of(map, row[r].name);
        if (t == FH_MAP_NONE) continue;
        const fh_str id = row[r].name, name = map->touchpoint[t].name;
        row[r].name = name;
        if (times[fh_intern_find(names, name, fh_intern_hash(name)) - 1] > 1)
            ok = fh_arena_format(v->arena, &row[r].name, "%.*s (%.*s)", FH_STR_ARG(name),
                                 FH_STR_ARG(id));
    }
    a->row = row;
    fh_intern_free(names);
    return ok ? FH_OK : fh_no_memory(err);
}

static fh_status conform_ways(const fh_view *v, const fh_map *map, fh_lived_asking *a, bool running,
                              fh_conform *out, fh_error *err)
{
    fh_elements elements;
    fh_status s = fh_lived_count(v, a, &elements, err);
    if (!s) s = align(v, map, &elements.ways, running, NULL, NULL, out, err);
    if (s) return s;
    out->n_interactions = elements.n_interactions;
    out->n_mapped = elements.n_mapped;
    return FH_OK;
}

fh_status fh_map_conform(const fh_view *v, const fh_map *map, bool running, bool ways,
                         fh_conform *out, fh_error *err)
{
    fh_lived_asking a;
    fh_status s = fh_lived_ask(v, map, &a, err);
    if (!s) s = (ways ? conform_ways : align_all)(v, map, &a, running, out, err);
    if (s) return s;
    out->of_map = true;
    return name_rows(v, map, out, err);
}

/* ---- What each touchpoint comes to --------------------------------------------------------- */

/* Nothing came for twice as long as it usually takes, and for 90 days. */
static bool is_stale(const fh_element_row *r, int64_t until_ms)
{
    const int64_t silent = until_ms - r->last_ms;
    if (!r->count) return false;
    const int64_t usual = r->count > 1 ? (r->last_ms - r->first_ms) / (int64_t)(r->count - 1) : 0;
    return silent > 90 * FH_DAY_MS && silent / 2 >= usual;
}

static fh_status count_states(const fh_map_lived_view *a, fh_lived_touchpoint *at, fh_error *err)
{
    const fh_map *map = &a->open->map;
    fh_intern *ids = fh_intern_new(NULL);
    bool ok = ids != NULL;
    for (uint32_t t = 0; ok && t < map->n_touchpoints; t++)
        ok = fh_intern_add(ids, map->touchpoint[t].id, fh_intern_hash(map->touchpoint[t].id)) != 0;
    for (size_t r = 0; ok && r < a->conform.n_rows; r++) {
        const fh_conform_row *row = &a->conform.row[r];
        const uint32_t number = fh_intern_find(ids, row->name, fh_intern_hash(row->name));
        if (!number) continue;
        uint64_t *n = at[number - 1].customers;
        n[FH_LIVED_COMPLETED] += row->stories_completed;
        n[FH_LIVED_MISSING] += row->stories_missing;
        n[FH_LIVED_AD_HOC] += row->stories_ad_hoc;
        n[FH_LIVED_OUT_OF_ORDER] += row->stories_out_of_order;
    }
    fh_intern_free(ids);
    return ok ? FH_OK : fh_no_memory(err);
}

static fh_status count_records(const fh_view *v, const fh_actor *actor, const fh_map_open *open,
                               fh_lived_touchpoint *at, fh_error *err)
{
    fh_map_record *record = NULL;
    size_t n = 0;
    const fh_status s = fh_maps_records(v, actor, open, &record, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        if (record[i].touchpoint == FH_MAP_NONE) continue;
        at[record[i].touchpoint].records_open++;
        at[record[i].touchpoint].records_ownerless += record[i].ownerless;
    }
    return s;
}

static fh_status tell_touchpoints(const fh_actor *actor, fh_map_lived_view *a, fh_error *err)
{
    const fh_view *v = a->view;
    const uint32_t n = a->open->map.n_touchpoints;
    fh_lived_touchpoint *at = FH_NEW_ARRAY(v->arena, fh_lived_touchpoint, (size_t)n + 1);
    if (!at) return fh_no_memory(err);
    const int64_t until_ms = fh_view_observed(v);
    for (uint32_t t = 0; t < n; t++) {
        at[t].row = &a->elements.row[t];
        at[t].customers[FH_LIVED_FAILING] = at[t].row->failing;
        at[t].stale = is_stale(at[t].row, until_ms);
    }
    a->at = at;
    const fh_lived_felt *felt = NULL;
    fh_status s = count_states(a, at, err);
    if (!s) s = count_records(v, actor, a->open, at, err);
    if (!s) s = fh_maps_felt(v, a->open, &a->elements, &felt, err);
    for (uint32_t t = 0; !s && t < n; t++) at[t].felt = felt[t];
    return s;
}

/* ---- Those who began in a span of time ------------------------------------------------------ */

fh_status fh_maps_cohort(const fh_view *v, const fh_map *map, const fh_lived_span *span,
                         fh_lived_cohort *out, fh_error *err)
{
    fh_lived_asking a;
    fh_elements all;
    const fh_map_open open = {.map = *map};
    fh_map_lived_view counted = {.view = v, .open = &open};
    fh_lived_touchpoint *at =
        FH_NEW_ARRAY(v->arena, fh_lived_touchpoint, (size_t)map->n_touchpoints + 1);
    if (!at) return fh_no_memory(err);
    fh_status s = fh_lived_ask(v, map, &a, err);
    if (s) return s;
    a.options.has_begun = true;
    a.options.begun_ms = span->from_ms;
    a.options.until_ms = span->until_ms;
    s = fh_lived_count(v, &a, &all, err);
    if (!s) s = align(v, map, &all.ways, false, NULL, NULL, &counted.conform, err);
    if (!s) s = count_states(&counted, at, err);
    for (uint32_t t = 0; !s && t < map->n_touchpoints; t++) {
        at[t].row = &all.row[t];
        at[t].customers[FH_LIVED_FAILING] = all.row[t].failing;
    }
    *out = (fh_lived_cohort){counted.conform.n_stories, at};
    return s;
}

/* ---- What the map does not know ------------------------------------------------------------- */

/* Names of touchpoints and of their matches, and which touchpoint each is of. */
static fh_status known_names(const fh_map *map, fh_arena *arena, fh_str **name, uint32_t **of,
                             size_t *n, fh_error *err)
{
    size_t most = 0;
    for (uint32_t t = 0; t < map->n_touchpoints; t++) most += 1 + map->touchpoint[t].n_matches;
    *name = FH_NEW_ARRAY(arena, fh_str, most + 1);
    *of = FH_NEW_ARRAY(arena, uint32_t, most + 1);
    if (!*name || !*of) return fh_no_memory(err);
    *n = 0;
    for (uint32_t t = 0; t < map->n_touchpoints; t++) {
        const fh_map_touchpoint *x = &map->touchpoint[t];
        if (x->is_unseen) continue;
        (*name)[*n] = x->name;
        (*of)[(*n)++] = t;
        for (uint32_t m = 0; m < x->n_matches; m++) {
            fh_str begins = x->match[m].name;
            if (begins.len && begins.ptr[begins.len - 1] == '*') begins.len--;
            (*name)[*n] = begins;
            (*of)[(*n)++] = t;
        }
    }
    return FH_OK;
}

static fh_str name_or_empty(const fh_names *names, uint32_t number)
{
    return number && number < names->n ? names->name[number] : (fh_str){"", 0};
}

static fh_status tell_unknown(fh_map_lived_view *a, fh_error *err)
{
    const fh_view *v = a->view;
    const fh_elements *e = &a->elements;
    const size_t n = e->n_unknown < UNKNOWN_SHOWN ? e->n_unknown : UNKNOWN_SHOWN;
    fh_lived_unknown *list = FH_NEW_ARRAY(v->arena, fh_lived_unknown, n + 1);
    fh_str *name = NULL;
    uint32_t *of = NULL;
    size_t n_names = 0;
    if (!list) return fh_no_memory(err);
    const fh_status s = known_names(&a->open->map, v->arena, &name, &of, &n_names, err);
    if (s) return s;
    for (size_t i = 0; i < n; i++) {
        const fh_element_unknown *u = &e->unknown[i];
        list[i] = (fh_lived_unknown){.name = fh_view_name(&v->touchpoint, u->touchpoint),
                                     .channel = name_or_empty(&v->channel, u->channel),
                                     .department = name_or_empty(&v->department, u->department),
                                     .interactions = u->count};
        const size_t k = fh_nearest(list[i].name, name, n_names);
        list[i].suggest = k < n_names ? of[k] : FH_MAP_NONE;
    }
    a->unknown = list;
    a->n_unknown = n;
    return FH_OK;
}

/* Everything by touchpoint, and the ways that are shown. */
static fh_status align_shown(const fh_view *v, const fh_map *map, fh_lived_asking *a,
                             const fh_variants *ways, fh_conform *out, fh_error *err)
{
    fh_variants shown = *ways;
    fh_conform top;
    if (shown.n_top > FH_LIVED_WAYS_SHOWN) shown.n_top = FH_LIVED_WAYS_SHOWN;
    fh_status s = align_all(v, map, a, false, out, err);
    if (!s) s = align(v, map, &shown, false, NULL, NULL, &top, err);
    if (s) return s;
    out->way = top.way;
    out->n_ways = top.n_ways;
    return FH_OK;
}

fh_status fh_maps_lived(const fh_view *v, const fh_actor *actor, const fh_map_open *open,
                        fh_map_lived_view *out, fh_error *err)
{
    fh_lived_asking a;
    *out = (fh_map_lived_view){.view = v, .open = open};
    fh_status s = fh_lived_ask(v, &open->map, &a, err);
    if (!s) s = fh_lived_count(v, &a, &out->elements, err);
    if (!s) s = align_shown(v, &open->map, &a, &out->elements.ways, &out->conform, err);
    if (!s) s = tell_touchpoints(actor, out, err);
    if (!s) s = tell_unknown(out, err);
    if (!s) s = fh_maps_oughts(v, &open->map, 0, &out->ought, &out->n_oughts, NULL, err);
    out->promise_at = a.promise_at;
    return s;
}

/* From 1 to 5, by how high the scores of this touchpoint go. */
double fh_lived_one_to_five(const fh_element_row *r)
{
    if (!r->n_scores) return 0;
    const double mean = (double)r->score_sum / (double)r->n_scores / 100;
    const double best = (double)r->score_max / 100;
    const double five = best <= 5 ? mean : best <= 10 ? 1 + mean * 4 / 10 : 1 + mean * 4 / 100;
    return five < 1 ? 1 : five > 5 ? 5 : five;
}

fh_status fh_map_lived_picture(const fh_map_lived_view *a, fh_map_lived *out, fh_error *err)
{
    const uint32_t n = a->open->map.n_touchpoints;
    fh_map_lived_at *at = FH_NEW_ARRAY(a->view->arena, fh_map_lived_at, (size_t)n + 1);
    if (!at) return fh_no_memory(err);
    for (uint32_t t = 0; t < n; t++) {
        const uint64_t *c = a->at[t].customers;
        at[t] = (fh_map_lived_at){.completed = c[FH_LIVED_COMPLETED],
                                  .missing = c[FH_LIVED_MISSING],
                                  .ad_hoc = c[FH_LIVED_AD_HOC],
                                  .out_of_order = c[FH_LIVED_OUT_OF_ORDER],
                                  .failing = c[FH_LIVED_FAILING],
                                  .score = fh_lived_one_to_five(a->at[t].row)};
    }
    *out = (fh_map_lived){a->conform.n_stories, at};
    return FH_OK;
}

/* ---- Who ------------------------------------------------------------------------------------- */

typedef struct choosing {
    size_t row;
    fh_lived_state state;
    fh_variant *way; /* those with the state, [n]; room for all */
    size_t n;
} choosing;

static void choose(void *ctx, const fh_variant *way, const unsigned char *met)
{
    choosing *c = ctx;
    const unsigned char m = met[c->row];
    const bool missing = m & FH_MET_MISSING, ad_hoc = m & FH_MET_AD_HOC;
    const bool is = c->state == FH_LIVED_COMPLETED      ? (m & FH_MET_COMPLETED) != 0
                    : c->state == FH_LIVED_MISSING      ? missing && !ad_hoc
                    : c->state == FH_LIVED_AD_HOC       ? ad_hoc && !missing
                    : c->state == FH_LIVED_OUT_OF_ORDER ? missing && ad_hoc
                                                        : false;
    if (is) c->way[c->n++] = *way;
}

static size_t row_of(const fh_tree *tree, fh_str id)
{
    size_t l = 0;
    while (l < tree->n_labels && !fh_str_eq(tree->label[l], id)) l++;
    return l;
}

static fh_status pick_ways(const fh_view *v, const fh_map *map, fh_lived_asking *a,
                           uint32_t touchpoint, fh_lived_state state, fh_element_pick *pick,
                           fh_error *err)
{
    fh_elements all;
    fh_conform conform;
    fh_tree tree;
    choosing c = {.state = state};
    fh_status s = fh_lived_count(v, a, &all, err);
    if (!s) s = fh_map_tree(map, v->arena, &tree, err);
    if (s) return s;
    c.row = row_of(&tree, map->touchpoint[touchpoint].id);
    c.way = FH_NEW_ARRAY(v->arena, fh_variant, all.ways.n_top + 1);
    if (!c.way) return fh_no_memory(err);
    if (c.row < tree.n_labels) s = align(v, map, &all.ways, false, choose, &c, &conform, err);
    pick->way = c.way;
    pick->n_ways = c.n;
    return s;
}

/* The filter as it was, and these customers only. */
static fh_status narrow(fh_view *v, const uint32_t *customer, size_t n, fh_error *err)
{
    const uint32_t most = n ? customer[n - 1] : 0;
    uint64_t *bits = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)most / 64 + 1);
    if (!bits) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) bits[customer[i] / 64] |= UINT64_C(1) << customer[i] % 64;
    /* Who has such a problem is shown with all that is asked about. */
    if (v->filter.by_problem) {
        v->key = "customers";
        v->filter = (fh_filter){.has_from = v->filter.has_from,
                                .has_until = v->filter.has_until,
                                .from_ms = v->filter.from_ms,
                                .until_ms = v->filter.until_ms};
    }
    v->filter.customers = (fh_bitset){bits, most + 1};
    return FH_OK;
}

fh_status fh_maps_cohort_who(const fh_view *v, const fh_map *map, const fh_lived_span *span,
                             uint32_t touchpoint, fh_lived_state state, const uint32_t **customer,
                             size_t *n, fh_error *err)
{
    fh_lived_asking a;
    fh_elements found;
    fh_element_pick pick = {.failing = FH_NO_ELEMENT};
    fh_status s = fh_lived_ask(v, map, &a, err);
    if (s) return s;
    a.options.has_begun = true;
    a.options.begun_ms = span->from_ms;
    a.options.until_ms = span->until_ms;
    if (state == FH_LIVED_FAILING)
        pick.failing = touchpoint;
    else
        s = pick_ways(v, map, &a, touchpoint, state, &pick, err);
    a.options.pick = &pick;
    if (!s) s = fh_lived_count(v, &a, &found, err);
    *customer = s ? NULL : found.picked;
    *n = s ? 0 : found.n_picked;
    return s;
}

fh_status fh_maps_lived_who(fh_view *v, const fh_map_open *open, fh_str touchpoint,
                            fh_lived_state state, fh_error *err)
{
    fh_lived_asking a;
    fh_elements found;
    fh_element_pick pick = {.failing = FH_NO_ELEMENT};
    const uint32_t t = fh_lived_touchpoint_of(&open->map, touchpoint);
    if (t == FH_MAP_NONE) {
        (void)fh_fail(err, FH_NOTFOUND, "version %lld of the map has no touchpoint '%.*s'",
                      (long long)open->version.version,
                      (int)(touchpoint.len < 60 ? touchpoint.len : 60), touchpoint.ptr);
        return fh_hint(err, FH_NOTFOUND, "Give the id of one of its touchpoints.");
    }
    fh_status s = fh_lived_ask(v, &open->map, &a, err);
    if (!s && state == FH_LIVED_FAILING)
        pick.failing = t;
    else if (!s)
        s = pick_ways(v, &open->map, &a, t, state, &pick, err);
    a.options.pick = &pick;
    if (state != FH_LIVED_FAILING) { /* ways are all that is looked at */
        a.options.severe = NULL;
        a.options.n_promises = 0;
    }
    if (!s) s = fh_lived_count(v, &a, &found, err);
    return s ? s : narrow(v, found.picked, found.n_picked, err);
}

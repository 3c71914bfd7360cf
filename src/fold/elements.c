/* elements.c - stories told in the touchpoints of a map.
 *
 *     touchpoint, channel, department --rules--> element of each interaction
 *                                                   |
 *                     a segment with these as touchpoints --> variants, touchpoints
 *                                                   |
 *                         one walk over its stories: promises, failures, who
 *
 * Which element a local code is stands in a table made once a segment; channels and
 * departments are looked at only where the map tells by them. What is no element is left out
 * of ways and counted by its own names; a story that has none at all is outside.
 */
#include "fold/fold.h"
#include "fold/histogram.h"
#include "fold/keys.h"
#include "fold/told.h"

#include "base/intern.h"
#include "base/sort.h"

#include <string.h>

enum {
    ELEMENTS,
    LOCAL = ELEMENTS + FH_TOLD_SPACES - 1,
    NAMES,
    KNOWN,
    WHERE,
    MARKS /* and one more */
};
enum { FAILING = 1u << FH_SEVERE_FAILED | 1u << FH_SEVERE_SCORE };

typedef struct watch {
    uint32_t element;
    int64_t within_ms;
    fh_element_kept sum;
    uint64_t *histogram;  /* [FH_BUCKETS] */
    uint32_t story, from; /* of the story at hand: begun by this element; story 0: not */
    int64_t since_ms;
} watch;

typedef struct elements {
    fh_fold base;
    fh_element_rules rules;
    uint32_t n_promises;
    watch *promise;
    uint32_t *begins, *begin_at; /* promises that element e begins: begins[begin_at[e] ..] */
    uint32_t *settles, *settle_at;
    const fh_severe *severe;
    const fh_element_pick *pick;
    bool has_begun;
    int64_t begun_ms, until_ms;
    fh_intern *ways; /* that are picked: steps of 16 bits */
    fh_fold *variants, *touchpoints;
    fh_keys unknown;
    uint64_t n_interactions, n_stories, n_outside, n_mapped;
    uint64_t *failing; /* [n_elements] stories */
    uint32_t *failed;  /* [n_elements] last story of the segment that failed there, from 1 */
    fh_buf picked;     /* uint32_t each */
} elements;

/* Only stories that began in time keep their elements. */
static void leave_out(const elements *f, const fh_segment *seg, uint16_t *element)
{
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint32_t from = seg->start[s], n = seg->start[s + 1] - from;
        uint64_t at_s = seg->first_s[s];
        uint32_t i = 0;
        while (i < n && !element[from + i]) at_s += ++i < n ? seg->gap_s[from + i] : 0;
        if (i == n) continue;
        const int64_t at_ms = fh_instant_ms(at_s, seg->ms ? seg->ms[from + i] : 0);
        if (at_ms < f->begun_ms || at_ms >= f->until_ms)
            memset(element + from, 0, n * sizeof *element);
    }
}

static fh_status count_unknown(elements *f, const fh_segment *seg, const uint16_t *element)
{
    uint64_t unknown = 0;
    for (uint32_t i = 0; i < seg->n; i++) {
        if (element[i]) continue;
        uint64_t *key = fh_keys_next(&f->unknown);
        if (!key) return FH_NOMEM;
        *key = (uint64_t)fh_name_at(&seg->touchpoint, i) << 32 |
               (uint64_t)fh_name_at(&seg->channel, i) << 16 | fh_name_at(&seg->department, i);
        unknown++;
    }
    f->n_interactions += seg->n;
    f->n_mapped += seg->n - unknown;
    return FH_OK;
}

/* The ways: only what is an element. way[start[s] .. start[s + 1]) is that of story `story[s]`. */
typedef struct ways {
    uint16_t *way;
    uint32_t *start, *story, *nothing; /* [n + 1] each; nothing: zeros */
    uint32_t n, n_steps;
} ways;

static bool find_ways(elements *f, const fh_segment *seg, const uint16_t *element, ways *out)
{
    const size_t rows = (size_t)seg->n_stories + 1, steps = (size_t)seg->n + 2 * FH_PAD;
    uint16_t *room = fh_fold_scratch(&f->base, KNOWN, steps, sizeof *room);
    uint32_t *where = fh_fold_scratch(&f->base, WHERE, 2 * rows + steps, sizeof *where);
    if (!room || !where) return false;
    memset(room, 0, steps * sizeof *room);
    *out = (ways){.way = room + FH_PAD, .start = where, .story = where + rows};
    out->nothing = where + 2 * rows + FH_PAD;
    memset(where + 2 * rows, 0, steps * sizeof *where);
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        out->start[out->n] = out->n_steps;
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++)
            if (element[i]) out->way[out->n_steps++] = element[i];
        if (out->n_steps > out->start[out->n]) out->story[out->n++] = s;
    }
    out->start[out->n] = out->n_steps;
    f->n_stories += out->n;
    f->n_outside += seg->n_stories - out->n;
    return true;
}

/* The codes of elements, as narrow as variants and touchpoints want them. */
static bool code_elements(elements *f, const uint16_t *element, uint32_t n, const uint32_t *names,
                          fh_codes *out)
{
    *out = (fh_codes){.n_names = f->rules.n_elements + 1, .name = names, .identity = true};
    out->c16 = element;
    if (out->n_names > 256) return true;
    uint8_t *narrow = fh_fold_scratch(&f->base, LOCAL, (size_t)n + 2 * FH_PAD, 1);
    if (!narrow) return false;
    memset(narrow, 0, (size_t)n + 2 * FH_PAD);
    for (uint32_t i = 0; i < n; i++) narrow[FH_PAD + i] = (uint8_t)element[i];
    out->c16 = NULL;
    out->c8 = narrow + FH_PAD;
    return true;
}

/* The same stories, with elements as touchpoints. */
static fh_status count_elements(elements *f, const fh_segment *seg, const uint16_t *element,
                                const ways *w, const uint32_t *names, fh_error *err)
{
    fh_segment told = *seg;
    told.outcome = told.currency = (fh_codes){0};
    told.value = NULL;
    told.has_value = NULL;
    if (!code_elements(f, element, seg->n, names, &told.touchpoint)) return FH_NOMEM;
    const fh_status s = fh_fold_add(f->touchpoints, &told, err);
    if (s != FH_OK || !w->n) return s;
    const fh_segment known = {.n = w->n_steps,
                              .n_stories = w->n,
                              .customer = seg->customer,
                              .start = w->start,
                              .first_s = seg->first_s,
                              .gap_s = w->nothing};
    told = known;
    if (!code_elements(f, w->way, w->n_steps, names, &told.touchpoint)) return FH_NOMEM;
    return fh_fold_add(f->variants, &told, err);
}

/* ---- Promises, failures, who ------------------------------------------------------------ */

static void fails(elements *f, uint32_t element, uint32_t story)
{
    if (f->failed[element] == story) return;
    f->failed[element] = story;
    f->failing[element]++;
}

static void settle(elements *f, uint32_t element, uint32_t story, int64_t at_ms)
{
    for (uint32_t k = f->settle_at[element]; k < f->settle_at[element + 1]; k++) {
        watch *p = &f->promise[f->settles[k]];
        if (p->story != story) continue;
        const uint64_t gap = (uint64_t)(at_ms - p->since_ms);
        p->story = 0;
        p->sum.n++;
        p->histogram[fh_bucket_ms(gap)]++;
        if (gap <= (uint64_t)p->within_ms)
            p->sum.kept++;
        else
            fails(f, element, story);
    }
}

static void begin(elements *f, uint32_t element, uint32_t story, int64_t at_ms)
{
    for (uint32_t k = f->begin_at[element]; k < f->begin_at[element + 1]; k++) {
        watch *p = &f->promise[f->begins[k]];
        if (p->story == story && p->from == element) continue;
        p->story = story;
        p->from = element;
        p->since_ms = at_ms;
    }
}

static fh_status pick_failing(elements *f, const fh_segment *seg, uint32_t s)
{
    if (f->failed[f->pick->failing] == s + 1)
        fh_buf_put(&f->picked, &seg->customer[s], sizeof *seg->customer);
    return f->picked.status;
}

static fh_status pick_ways(elements *f, const fh_segment *seg, const ways *w)
{
    for (uint32_t s = 0; s < w->n; s++) {
        const fh_str way = {(const char *)(w->way + w->start[s]),
                            (w->start[s + 1] - w->start[s]) * sizeof *w->way};
        if (fh_intern_find(f->ways, way, fh_intern_hash(way)))
            fh_buf_put(&f->picked, &seg->customer[w->story[s]], sizeof *seg->customer);
    }
    return f->picked.status;
}

static fh_status walk(elements *f, const fh_segment *seg, const uint16_t *element)
{
    const uint8_t *mark = f->severe ? fh_fold_marks(&f->base, MARKS, f->severe, seg) : NULL;
    if (f->severe && !mark) return FH_NOMEM;
    memset(f->failed, 0, (f->rules.n_elements + (size_t)1) * sizeof *f->failed);
    for (uint32_t p = 0; p < f->n_promises; p++) f->promise[p].story = 0;
    fh_status status = FH_OK;
    for (uint32_t s = 0; s < seg->n_stories && status == FH_OK; s++) {
        uint64_t at_s = seg->first_s[s];
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            at_s += seg->gap_s[i];
            if (!element[i]) continue;
            const uint32_t e = element[i] - 1u;
            if (mark && mark[i] & FAILING) fails(f, e, s + 1);
            if (!f->n_promises) continue;
            const int64_t at_ms = fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0);
            settle(f, e, s + 1, at_ms);
            begin(f, e, s + 1, at_ms);
        }
        if (f->pick && f->pick->failing != FH_NO_ELEMENT) status = pick_failing(f, seg, s);
    }
    return status;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    elements *f = (elements *)fold;
    ways w;
    fh_status s = fh_fold_check_elements(&f->rules, seg, err);
    if (s != FH_OK) return s;
    uint16_t *element = fh_fold_elements(fold, ELEMENTS, &f->rules, seg);
    uint32_t *names = fh_fold_scratch(fold, NAMES, (size_t)f->rules.n_elements + 1, sizeof *names);
    if (!element || !names) return FH_NOMEM;
    if (f->has_begun) leave_out(f, seg, element);
    if (!find_ways(f, seg, element, &w)) return FH_NOMEM;
    for (uint32_t e = 0; e <= f->rules.n_elements; e++) names[e] = e;
    s = count_unknown(f, seg, element);
    if (s == FH_OK && f->ways) s = pick_ways(f, seg, &w);
    if (s == FH_OK && !f->pick) s = count_elements(f, seg, element, &w, names, err);
    if (s == FH_OK && (f->severe || f->n_promises)) s = walk(f, seg, element);
    return s;
}

/* ---- Merging ------------------------------------------------------------------------------ */

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    elements *into = (elements *)into_;
    const elements *from = (const elements *)from_;
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    into->n_outside += from->n_outside;
    into->n_mapped += from->n_mapped;
    for (uint32_t e = 0; e < into->rules.n_elements; e++) into->failing[e] += from->failing[e];
    for (uint32_t p = 0; p < into->n_promises; p++) {
        into->promise[p].sum.n += from->promise[p].sum.n;
        into->promise[p].sum.kept += from->promise[p].sum.kept;
        for (uint32_t b = 0; b < FH_BUCKETS; b++)
            into->promise[p].histogram[b] += from->promise[p].histogram[b];
    }
    if (!fh_keys_merge(&into->unknown, &from->unknown)) return FH_NOMEM;
    fh_buf_str(&into->picked, fh_buf_view(&from->picked));
    if (into->picked.status != FH_OK) return into->picked.status;
    const fh_status s = fh_fold_merge(into->variants, from->variants, err);
    return s == FH_OK ? fh_fold_merge(into->touchpoints, from->touchpoints, err) : s;
}

static void release(fh_fold *fold)
{
    elements *f = (elements *)fold;
    fh_intern_free(f->ways);
    fh_fold_free(f->variants);
    fh_fold_free(f->touchpoints);
    fh_keys_free(&f->unknown);
    fh_buf_free(&f->picked);
}

static const fh_fold_kind kind = {.name = "elements", .add = add, .merge = merge, .free = release};

/* ---- Making ------------------------------------------------------------------------------- */

/* Lists of the promises that each element begins, or settles: first how many, then which. */
static fh_status list_promises(elements *f, const fh_element_promise *of, bool begins,
                               uint32_t **list, uint32_t **at)
{
    const uint32_t n = f->rules.n_elements;
    size_t total = 0;
    uint32_t *first = FH_NEW_ARRAY(f->base.arena, uint32_t, (size_t)n + 2);
    if (!first) return FH_NOMEM;
    for (uint32_t e = 0; e < n; e++) {
        first[e] = (uint32_t)total;
        for (uint32_t p = 0; p < f->n_promises; p++)
            total +=
                begins ? e < of[p].before.n && fh_bit(of[p].before.bits, e) : of[p].element == e;
    }
    first[n] = (uint32_t)total;
    uint32_t *which = FH_NEW_ARRAY(f->base.arena, uint32_t, total + 1);
    if (!which || total > UINT32_MAX) return FH_NOMEM;
    for (uint32_t e = 0, k = 0; e < n; e++)
        for (uint32_t p = 0; p < f->n_promises; p++)
            if (begins ? e < of[p].before.n && fh_bit(of[p].before.bits, e) : of[p].element == e)
                which[k++] = p;
    *list = which;
    *at = first;
    return FH_OK;
}

static fh_status copy_promises(elements *f, const fh_element_promise *of)
{
    f->promise = FH_NEW_ARRAY(f->base.arena, watch, f->n_promises + (size_t)1);
    if (!f->promise) return FH_NOMEM;
    fh_fold_tag(&f->base, f->n_promises);
    for (uint32_t p = 0; p < f->n_promises; p++) {
        f->promise[p].element = of[p].element;
        f->promise[p].within_ms = of[p].within_ms;
        f->promise[p].histogram = FH_NEW_ARRAY(f->base.arena, uint64_t, FH_BUCKETS);
        if (!f->promise[p].histogram) return FH_NOMEM;
        fh_fold_tag(&f->base, of[p].element);
        fh_fold_tag(&f->base, (uint64_t)of[p].within_ms);
        fh_fold_tag_bits(&f->base, &of[p].before);
    }
    const fh_status s = list_promises(f, of, true, &f->begins, &f->begin_at);
    return s == FH_OK ? list_promises(f, of, false, &f->settles, &f->settle_at) : s;
}

static fh_status take_pick(elements *f)
{
    const fh_element_pick *p = f->pick;
    fh_fold_tag(&f->base, p != NULL);
    if (!p) return FH_OK;
    fh_fold_tag(&f->base, p->failing);
    if (p->failing != FH_NO_ELEMENT) return FH_OK;
    f->ways = fh_intern_new(&f->base.from);
    if (!f->ways) return FH_NOMEM;
    for (size_t i = 0; i < p->n_ways; i++) {
        const fh_str way = {(const char *)p->way[i].path,
                            p->way[i].n_steps * sizeof *p->way[i].path};
        if (!fh_intern_add(f->ways, way, fh_intern_hash(way))) return FH_NOMEM;
        fh_fold_tag(&f->base, way.len);
        fh_buf_str(&f->base.tag, way);
    }
    return FH_OK;
}

static uint32_t columns_of(const fh_elements_options *o)
{
    uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT;
    if (!o->pick) columns |= 1u << FH_COL_SCORE | 1u << FH_COL_CHANNEL | 1u << FH_COL_DEPARTMENT;
    if (o->rules.n_rows) columns |= 1u << FH_COL_CHANNEL | 1u << FH_COL_DEPARTMENT;
    return o->severe ? columns | fh_severe_columns(o->severe) : columns;
}

static fh_status make_inner(elements *f, const fh_allocator *from, fh_error *err)
{
    const fh_variants_options o = {.n_touchpoints = f->rules.n_elements + 1};
    const fh_touchpoints_options rows = {
        .n_touchpoints = f->rules.n_elements + 1, .n_outcomes = 1, .n_currencies = 1};
    const fh_status s = fh_variants_new(from, &o, &f->variants, err);
    return s == FH_OK ? fh_touchpoints_new(from, &rows, &f->touchpoints, err) : s;
}

fh_status fh_elements_new(const fh_allocator *from, const fh_elements_options *options,
                          fh_fold **out, fh_error *err)
{
    fh_elements_options o = *options;
    fh_status s = fh_fold_limit_elements(&o.rules, err);
    if (s != FH_OK) return s;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(elements), columns_of(&o));
    if (!fold) return fh_no_memory(err);
    elements *f = (elements *)fold;
    f->rules = o.rules;
    f->n_promises = o.n_promises;
    f->severe = o.severe;
    f->pick = o.pick;
    f->has_begun = o.has_begun;
    f->begun_ms = o.begun_ms;
    f->until_ms = o.until_ms;
    fh_fold_tag(fold, o.has_begun);
    fh_fold_tag(fold, o.has_begun ? (uint64_t)o.begun_ms : 0);
    fh_fold_tag(fold, o.has_begun ? (uint64_t)o.until_ms : 0);
    fh_keys_init(&f->unknown, &fold->from, 1);
    fh_buf_init(&f->picked, &fold->from, SIZE_MAX / 2);
    f->failing = FH_NEW_ARRAY(fold->arena, uint64_t, (size_t)o.rules.n_elements + 1);
    f->failed = FH_NEW_ARRAY(fold->arena, uint32_t, (size_t)o.rules.n_elements + 1);
    s = f->failing && f->failed ? fh_fold_copy_elements(fold, &f->rules) : FH_NOMEM;
    if (s == FH_OK) s = copy_promises(f, o.promise);
    fh_fold_tag(fold, o.severe != NULL);
    if (o.severe) fh_fold_tag_severe(fold, o.severe);
    if (s == FH_OK) s = take_pick(f);
    if (s == FH_OK) s = make_inner(f, from, err);
    return fh_fold_made(fold, s, out, err);
}

/* ---- Reading ------------------------------------------------------------------------------- */

static fh_status read_rows(const elements *f, fh_arena *arena, fh_elements *out, fh_error *err)
{
    fh_touchpoints at;
    fh_element_row *row = FH_NEW_ARRAY(arena, fh_element_row, (size_t)f->rules.n_elements + 1);
    fh_element_kept *kept = FH_NEW_ARRAY(arena, fh_element_kept, (size_t)f->n_promises + 1);
    const fh_status s = fh_touchpoints_read(f->touchpoints, arena, &at, err);
    if (s != FH_OK) return s;
    if (!row || !kept) return FH_NOMEM;
    for (size_t i = 0; i < at.n_rows; i++) {
        const fh_touchpoint_row *r = &at.rows[i];
        if (!r->touchpoint) continue;
        row[r->touchpoint - 1] = (fh_element_row){.count = r->count,
                                                  .stories = r->stories,
                                                  .first_ms = r->first_ms,
                                                  .last_ms = r->last_ms,
                                                  .n_scores = r->n_scores,
                                                  .score_sum = r->score_sum,
                                                  .score_max = r->score_max};
    }
    for (uint32_t e = 0; e < f->rules.n_elements; e++) row[e].failing = f->failing[e];
    for (uint32_t p = 0; p < f->n_promises; p++) {
        kept[p] = f->promise[p].sum;
        kept[p].median_ms = fh_histogram_percentiles(f->promise[p].histogram).p50_ms;
    }
    out->row = row;
    out->kept = kept;
    return FH_OK;
}

static int by_count(const void *a, const void *b, void *ctx)
{
    const fh_element_unknown *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->touchpoint != y->touchpoint) return x->touchpoint < y->touchpoint ? -1 : 1;
    if (x->channel != y->channel) return x->channel < y->channel ? -1 : 1;
    return (x->department > y->department) - (x->department < y->department);
}

static fh_status read_unknown(const elements *f, fh_arena *arena, fh_elements *out)
{
    fh_key_list keys;
    if (!fh_keys_read(&f->unknown, &keys)) return FH_NOMEM;
    fh_element_unknown *list = FH_NEW_ARRAY(arena, fh_element_unknown, keys.n + 1);
    for (size_t i = 0; list && i < keys.n; i++)
        list[i] = (fh_element_unknown){.touchpoint = (uint32_t)(keys.key[i] >> 32),
                                       .channel = (uint32_t)(keys.key[i] >> 16 & 0xffff),
                                       .department = (uint32_t)(keys.key[i] & 0xffff),
                                       .count = keys.count[i]};
    out->unknown = list;
    out->n_unknown = keys.n;
    fh_keys_unread(&f->unknown, &keys);
    return list ? fh_sort(&f->base.from, list, out->n_unknown, sizeof *list, by_count, NULL)
                : FH_NOMEM;
}

static int by_number(const void *a, const void *b, void *ctx)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    (void)ctx;
    return (x > y) - (x < y);
}

static fh_status read_picked(const elements *f, fh_arena *arena, fh_elements *out)
{
    const fh_str all = fh_buf_view(&f->picked);
    const size_t n = all.len / sizeof(uint32_t);
    uint32_t *list = FH_NEW_ARRAY(arena, uint32_t, n + 1);
    if (!list) return FH_NOMEM;
    if (n) memcpy(list, all.ptr, n * sizeof *list);
    const fh_status s = fh_sort(&f->base.from, list, n, sizeof *list, by_number, NULL);
    out->picked = list;
    for (size_t i = 0; i < n; i++) /* by problem somebody may be there several times */
        if (!i || list[i] != list[out->n_picked - 1]) list[out->n_picked++] = list[i];
    return s;
}

fh_status fh_elements_read(const fh_fold *fold, fh_arena *arena, fh_elements *out, fh_error *err)
{
    const elements *f = (const elements *)fold;
    fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    fh_elements r = {.n_interactions = f->n_interactions,
                     .n_stories = f->n_stories,
                     .n_outside = f->n_outside,
                     .n_mapped = f->n_mapped};
    s = read_rows(f, arena, &r, err);
    if (s == FH_OK) s = read_unknown(f, arena, &r);
    if (s == FH_OK) s = read_picked(f, arena, &r);
    if (s == FH_OK) s = fh_variants_read(f->variants, arena, 0, &r.ways, err);
    if (s == FH_OK) *out = r;
    return s == FH_NOMEM ? fh_no_memory(err) : s;
}

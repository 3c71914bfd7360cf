/* view_aligned.c - what we intended against what really happened, by touchpoint, as a fold: so it
 * is counted by all threads, and of what was counted before only what has changed (fh_ask).
 */
#include "app/ask/view_parts.h"

#include "base/intern.h"

#include <string.h>

fh_status fh_conform_rows_make(const fh_view *v, const fh_tree *tree, const fh_names *names,
                               fh_conform_rows *out, fh_error *err)
{
    const size_t n = (size_t)tree->n_labels + names->n;
    fh_intern *known = fh_intern_new(NULL);
    *out = (fh_conform_rows){.row = FH_NEW_ARRAY(v->arena, fh_conform_row, n + 1),
                             .of = FH_NEW_ARRAY(v->arena, uint32_t, names->n + (size_t)1)};
    bool ok = known && out->row && out->of;
    for (uint32_t l = 0; ok && l < tree->n_labels; l++) {
        const fh_str name = tree->label[l];
        ok = fh_intern_add(known, name, fh_intern_hash(name)) != 0;
        out->row[l] = (fh_conform_row){.name = name, .planned = true};
    }
    out->n = tree->n_labels;
    for (uint32_t t = 0; ok && t < names->n; t++) {
        const fh_str name = fh_view_name(names, t);
        const uint32_t number = fh_intern_find(known, name, fh_intern_hash(name));
        out->of[t] = number ? number - 1 : out->n;
        if (!number) out->row[out->n++] = (fh_conform_row){.name = name};
    }
    fh_intern_free(known);
    return ok ? FH_OK : fh_no_memory(err);
}

/* ---- Holding one way -------------------------------------------------------------------- */

typedef struct journey {
    const fh_tree *tree;
    bool running;
} journey;

typedef struct holder {
    const journey *of;
    fh_allocator from;
    fh_aligner *aligner;
    fh_arena *arena; /* for one way */
} holder;

static void close_holder(void *ptr)
{
    holder *h = ptr;
    if (!h) return;
    const fh_allocator from = h->from;
    fh_aligner_free(h->aligner);
    fh_arena_free(h->arena);
    from.free(from.ctx, h, sizeof *h);
}

static fh_status open_holder(void *ctx, const fh_allocator *from, void **out, fh_error *err)
{
    holder *h = from->alloc(from->ctx, sizeof *h);
    *out = NULL;
    if (!h) return fh_no_memory(err);
    *h = (holder){.of = ctx, .from = *from, .arena = fh_arena_new(from)};
    const fh_status s =
        h->arena ? fh_aligner_new(from, h->of->tree, NULL, &h->aligner, err) : fh_no_memory(err);
    if (s)
        close_holder(h);
    else
        *out = h;
    return s;
}

/* A row is the tree's label, or none that it knows. */
static fh_status hold(void *ptr, const uint32_t *rows, size_t n, fh_aligned_way *out, fh_error *err)
{
    holder *h = ptr;
    fh_unfinished open = {0};
    fh_arena_reset(h->arena);
    const fh_status s = h->of->running
                            ? fh_align_unfinished(h->aligner, rows, n, h->arena, &open, err)
                            : fh_align_moves(h->aligner, rows, n, h->arena, &open.so_far, err);
    if (s) return s;
    const fh_alignment *found = &open.so_far;
    uint32_t *missing = FH_NEW_ARRAY(h->arena, uint32_t, found->n_missing + 1);
    if (!missing) return fh_no_memory(err);
    for (size_t i = 0; i < found->n_missing; i++) missing[i] = found->missing[i].label;
    *out = (fh_aligned_way){.cost = found->cost,
                            .worst = n + (h->of->running ? 0 : fh_align_empty(h->aligner)),
                            .at_most = found->at_most,
                            .may_end = open.may_end,
                            .completed = found->completed,
                            .missing = missing,
                            .next = open.next,
                            .n_missing = found->n_missing,
                            .n_next = open.n_next};
    return FH_OK;
}

/* The journey knows nothing of what came: all of it is ad-hoc, and the rest is as it was. So the
 * moves of the rest need not be told: no touchpoint that came is among what is completed or
 * missing. */
static fh_status hold_beside(holder *h, const uint32_t *rows, size_t n_was, size_t n,
                             fh_aligned_grown *out, fh_error *err)
{
    const uint64_t empty = fh_align_empty(h->aligner);
    uint64_t cost;
    bool *completed = FH_NEW_ARRAY(h->arena, bool, n + 1);
    if (!completed) return fh_no_memory(err);
    memset(completed, 0, n + 1);
    const fh_status s = fh_align_cost(h->aligner, rows, n, &cost, err);
    if (s) return s;
    const bool at_most = fh_align_at_most(h->aligner);
    *out = (fh_aligned_grown){
        .was = {.cost = cost - (n - n_was),
                .worst = n_was + empty,
                .at_most = at_most,
                .completed = completed + n_was},
        .is = {.cost = cost, .worst = n + empty, .at_most = at_most, .completed = completed},
        .same = n_was};
    return FH_OK;
}

/* How a way was, too, where it has only grown. */
static fh_status hold_grown(void *ptr, const uint32_t *rows, size_t n_was, size_t n,
                            fh_aligned_grown *out, fh_error *err)
{
    holder *h = ptr;
    fh_align_grown g;
    size_t known = n_was;
    fh_arena_reset(h->arena);
    while (known < n && rows[known] >= h->of->tree->n_labels) known++;
    if (known == n) return hold_beside(h, rows, n_was, n, out, err);
    const fh_status s = fh_align_grow(h->aligner, rows, n_was, n, h->arena, &g, err);
    if (s) return s;
    *out = (fh_aligned_grown){.was = {.cost = g.cost_was,
                                      .worst = n_was + fh_align_empty(h->aligner),
                                      .at_most = g.at_most_was,
                                      .completed = g.completed_was,
                                      .missing = g.missing_was,
                                      .n_missing = g.n_missing_was},
                              .is = {.cost = g.cost,
                                     .worst = n + fh_align_empty(h->aligner),
                                     .at_most = g.at_most,
                                     .completed = g.completed,
                                     .missing = g.missing,
                                     .n_missing = g.n_missing},
                              .same = g.same,
                              .missing_both = g.missing_both,
                              .n_missing_both = g.n_missing_both};
    return FH_OK;
}

/* ---- Asking -------------------------------------------------------------------------------- */

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_aligned_new(from, ctx, out, err);
}

/* Every touchpoint is an element of its own. */
static fh_status all_elements(const fh_view *v, fh_element_rules *out, fh_error *err)
{
    const uint32_t n = v->touchpoint.n;
    uint32_t *of = FH_NEW_ARRAY(v->arena, uint32_t, (size_t)n + 1);
    if (!of) return fh_no_memory(err);
    for (uint32_t t = 0; t < n; t++) of[t] = t;
    *out = (fh_element_rules){.n_elements = n,
                              .n_touchpoints = n,
                              .n_channels = v->channel.n,
                              .n_departments = v->department.n,
                              .of = of};
    return FH_OK;
}

static fh_status write_journey(const journey *j, fh_buf *out, fh_error *err)
{
    fh_buf_char(out, j->running ? 'r' : 'e');
    return fh_tree_print(j->tree, false, out, err);
}

static void tell(const fh_aligned *a, const fh_conform_rows *rows, bool running, fh_conform *out)
{
    for (uint32_t r = 0; r < rows->n; r++) {
        const fh_aligned_row *from = &a->row[r];
        fh_conform_row *to = &rows->row[r];
        to->completed = from->completed;
        to->missing = from->missing;
        to->ad_hoc = from->ad_hoc;
        to->stories_completed = from->stories_completed;
        to->stories_missing = from->stories_missing;
        to->stories_ad_hoc = from->stories_ad_hoc;
        to->stories_out_of_order = from->stories_out_of_order;
        to->stories_next = from->stories_next;
    }
    const double n = (double)a->n_stories, whole = 4294967296.0; /* 2^32: see fh_aligned */
    *out = (fh_conform){
        .n_stories = a->n_stories,
        .cost = a->cost,
        .fitness_avg = a->n_stories ? (double)a->fitness_sum / whole / n : 1,
        .fitness_log = a->worst ? 1 - (double)a->cost / (double)a->worst : 1,
        .row = rows->row,
        .n_rows = rows->n,
        .running = running,
        .stories_at_most = a->stories_at_most,
        .stories_may_end = a->stories_may_end,
        .n_interactions = a->n_interactions,
        .n_mapped = a->n_mapped,
    };
}

static fh_status ask(const fh_view *v, fh_aligned_options *o, fh_aligned *out, fh_error *err)
{
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, o, &fold, err);
    if (!s) s = fh_aligned_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

fh_status fh_view_aligned(const fh_view *v, const fh_element_rules *rules, const fh_names *names,
                          const fh_tree *tree, bool running, fh_conform *out, fh_error *err)
{
    journey j = {tree, running};
    fh_conform_rows rows;
    fh_aligned a;
    fh_buf text;
    fh_aligned_options o = {
        .with = {open_holder, hold, running ? NULL : hold_grown, close_holder, &j, {0}}};
    fh_buf_init(&text, NULL, 1 << 30);
    fh_status s = fh_conform_rows_make(v, tree, names, &rows, err);
    if (!s && rules) o.rules = *rules;
    if (!s && !rules) s = all_elements(v, &o.rules, err);
    if (!s) s = write_journey(&j, &text, err);
    if (!s) {
        o.with.journey = fh_buf_view(&text);
        o.row = rows.of + (rules ? 1 : 0);
        o.n_rows = rows.n;
        s = ask(v, &o, &a, err);
    }
    if (!s) tell(&a, &rows, running, out);
    fh_buf_free(&text);
    return s;
}

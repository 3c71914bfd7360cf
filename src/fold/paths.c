/* paths.c - where people go from an anchor, or how they came to it, as a tree.
 *
 * Counting: of every story the next `depth` steps from the anchor (or the start)
 * are a way in a table of ways (ways.h), whose `sum` counts the stories that had
 * nothing further.
 *
 * Reading: the ways are sorted (radix, last step first), so that ways with the
 * same first steps are neighbours, and become a tree level by level; then the
 * commonest children of each kept node are kept.
 */
#include "fold/fold.h"
#include "fold/ways.h"

#include "base/sort.h"

#include <string.h>

enum { ANCHORS, NARROW = 255 /* touchpoints whose numbers fit 8 bits */ };

typedef struct paths {
    fh_fold base;
    uint32_t n_touchpoints, depth;
    bool backwards, every;
    const uint8_t *anchor; /* [n_touchpoints] or NULL: the start */
    uint64_t n_stories, n_ways;
    fh_ways ways;
} paths;

/* Steps of the ways of a batch. */
typedef struct gather {
    fh_ways_batch batch;
    uint16_t steps[FH_WAYS_BATCH][FH_PATHS_MAX_DEPTH]; /* as bytes when they are narrow */
} gather;

/* The way from interaction `i` of the story first .. end-1. */
static fh_status add_way(paths *f, gather *g, const fh_segment *seg, uint32_t i, uint32_t first,
                         uint32_t end, fh_error *err)
{
    const fh_codes *codes = &seg->touchpoint;
    const uint32_t have = f->backwards ? i - first + 1 : end - i;
    const uint32_t n = have < f->depth ? have : f->depth;
    const uint32_t k = g->batch.n;
    uint16_t *wide = g->steps[k];
    uint8_t *narrow = (uint8_t *)wide;
    for (uint32_t d = 0; d < n; d++) {
        const uint32_t name = fh_name_at(codes, f->backwards ? i - d : i + d);
        if (f->ways.step_bytes == 1)
            narrow[d] = (uint8_t)name;
        else
            wide[d] = (uint16_t)name;
    }
    g->batch.steps[k] = wide;
    g->batch.n_steps[k] = n;
    g->batch.count[k] = 1;
    g->batch.sum[k] = have == n;
    g->batch.n++;
    f->n_ways++;
    return g->batch.n == FH_WAYS_BATCH ? fh_ways_add(&f->ways, &g->batch, err) : FH_OK;
}

static fh_status add_anchored(paths *f, gather *g, const fh_segment *seg, uint32_t s,
                              const uint8_t *anchor, fh_error *err)
{
    const uint32_t first = seg->start[s], end = seg->start[s + 1];
    for (uint32_t k = 0; k < end - first; k++) {
        const uint32_t i = f->backwards ? end - 1 - k : first + k;
        if (!anchor[fh_code_at(&seg->touchpoint, i)]) continue;
        const fh_status status = add_way(f, g, seg, i, first, end, err);
        if (status != FH_OK) return status;
        if (!f->every) break;
    }
    return FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    paths *f = (paths *)fold;
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    const uint8_t *anchor = fh_fold_members(fold, ANCHORS, &seg->touchpoint, f->anchor);
    if (!anchor) return FH_NOMEM;
    gather g;
    g.batch.n = 0;
    f->n_stories += seg->n_stories;
    for (uint32_t s = 0; s < seg->n_stories && status == FH_OK; s++) {
        const uint32_t first = seg->start[s], end = seg->start[s + 1];
        if (f->anchor)
            status = add_anchored(f, &g, seg, s, anchor, err);
        else
            status = add_way(f, &g, seg, f->backwards ? end - 1 : first, first, end, err);
    }
    return status == FH_OK && g.batch.n ? fh_ways_add(&f->ways, &g.batch, err) : status;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    paths *into = (paths *)into_;
    const paths *from = (const paths *)from_;
    into->n_stories += from->n_stories;
    into->n_ways += from->n_ways;
    return fh_ways_merge(&into->ways, &from->ways, err);
}

static void release(fh_fold *fold)
{
    fh_ways_free(&((paths *)fold)->ways);
}

static const fh_fold_kind kind = {"paths", add, merge, release};

fh_status fh_paths_new(const fh_allocator *from, const fh_paths_options *options, fh_fold **out,
                       fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    fh_status status = fh_fold_limit(&n, "touchpoints", err);
    if (status != FH_OK) return status;
    if (options->depth < 1 || options->depth > FH_PATHS_MAX_DEPTH)
        return fh_fail(err, FH_INVALID, "paths of %u steps; they can have 1 to %d", options->depth,
                       FH_PATHS_MAX_DEPTH);
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(paths), 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    paths *f = (paths *)fold;
    f->n_touchpoints = n;
    f->depth = options->depth;
    f->backwards = options->backwards;
    f->every = options->every && options->anchor.bits;
    fh_ways_init(&f->ways, fold, n <= NARROW ? 1 : 2);
    const uint64_t tag[] = {n, f->depth, f->backwards, f->every};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) fh_fold_tag(fold, tag[i]);
    status = fh_fold_tag_set(fold, &options->anchor, n, &f->anchor);
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading: sorting ------------------------------------------------------------- */

/* Sorts way numbers by one step; `key` holds step + 1 of each way, 0 beyond its
 * end. Stable. */
static void sort_by_step(const uint32_t *key, uint32_t stride, const uint32_t *from, uint32_t *to,
                         size_t n, size_t *count, size_t n_counts)
{
    memset(count, 0, n_counts * sizeof *count);
    for (size_t i = 0; i < n; i++) count[key[(size_t)from[i] * stride]]++;
    for (size_t c = 0, sum = 0; c < n_counts; c++) {
        const size_t here = count[c];
        count[c] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++) to[count[key[(size_t)from[i] * stride]]++] = from[i];
}

/* The ways in order of their steps. */
typedef struct sorted {
    size_t n;
    uint32_t depth;
    uint32_t *step;          /* [n * depth] step + 1, 0 beyond the end */
    uint8_t *n_steps;        /* [n] */
    uint8_t *shared;         /* [n] first steps that the way before has, too */
    uint64_t *count, *ended; /* [n] */
} sorted;

static bool sort_ways(const paths *f, fh_arena *scratch, uint32_t **order_out, uint32_t *key)
{
    const fh_ways *w = &f->ways;
    const size_t n = w->n, n_counts = (size_t)f->n_touchpoints + 1;
    uint32_t *order = FH_NEW_ARRAY(scratch, uint32_t, n);
    uint32_t *next = FH_NEW_ARRAY(scratch, uint32_t, n);
    size_t *count = FH_NEW_ARRAY(scratch, size_t, n_counts);
    if (!order || !next || !count) return false;
    for (size_t i = 0; i < n; i++) {
        const fh_way *way = fh_ways_entry(w, i);
        for (uint32_t d = 0; d < way->n_steps; d++)
            key[i * f->depth + d] = fh_ways_step(w, way, d) + 1;
        order[i] = (uint32_t)i;
    }
    for (uint32_t d = f->depth - 1; d-- > 0;) { /* the last step shares nothing */
        sort_by_step(key + d, f->depth, order, next, n, count, n_counts);
        uint32_t *swap = order;
        order = next;
        next = swap;
    }
    *order_out = order;
    return true;
}

static bool sorted_ways(const paths *f, fh_arena *scratch, sorted *out)
{
    const size_t n = f->ways.n, row = f->depth * sizeof(uint32_t);
    sorted s = {.n = n, .depth = f->depth};
    uint32_t *key = FH_NEW_ARRAY(scratch, uint32_t, n * f->depth), *order = NULL;
    s.step = FH_NEW_ARRAY(scratch, uint32_t, n * f->depth);
    s.n_steps = FH_NEW_ARRAY(scratch, uint8_t, n);
    s.shared = FH_NEW_ARRAY(scratch, uint8_t, n);
    s.count = FH_NEW_ARRAY(scratch, uint64_t, n);
    s.ended = FH_NEW_ARRAY(scratch, uint64_t, n);
    if (!key || !s.step || !s.n_steps || !s.shared || !s.count || !s.ended) return false;
    if (!sort_ways(f, scratch, &order, key)) return false;
    for (size_t i = 0; i < n; i++) {
        const fh_way *way = fh_ways_entry(&f->ways, order[i]);
        uint32_t *step = memcpy(s.step + i * f->depth, key + (size_t)order[i] * f->depth, row);
        s.n_steps[i] = (uint8_t)way->n_steps;
        s.count[i] = way->count;
        s.ended[i] = (uint64_t)way->sum;
        const uint32_t *before = i ? step - f->depth : NULL; /* of the way before */
        uint32_t d = 0;
        while (before && d < f->depth && step[d] == before[d]) d++;
        s.shared[i] = (uint8_t)d;
    }
    *out = s;
    return true;
}

/* ---- Reading: the whole tree --------------------------------------------------------- */

typedef struct node {
    uint32_t touchpoint;
    uint32_t n_children;
    size_t first_child; /* in the level below */
    uint64_t count, ended;
} node;

/* level[d] holds the nodes of depth d, the children of one node side by side. */
typedef struct tree {
    node *level[FH_PATHS_MAX_DEPTH + 1];
    size_t n[FH_PATHS_MAX_DEPTH + 1];
} tree;

static bool grow_tree(const sorted *s, fh_arena *scratch, tree *t)
{
    t->n[0] = 1;
    for (size_t i = 0; i < s->n; i++)
        for (uint32_t d = s->shared[i]; d < s->n_steps[i]; d++) t->n[d + 1]++;
    for (uint32_t d = 0; d <= s->depth; d++) {
        t->level[d] = FH_NEW_ARRAY(scratch, node, t->n[d]);
        if (!t->level[d]) return false;
        t->n[d] = d == 0;
    }
    for (size_t i = 0; i < s->n; i++) {
        const uint32_t n_steps = s->n_steps[i];
        for (uint32_t d = s->shared[i]; d < n_steps; d++) {
            node *parent = &t->level[d][t->n[d] - 1];
            if (parent->n_children++ == 0) parent->first_child = t->n[d + 1];
            t->level[d + 1][t->n[d + 1]++].touchpoint = s->step[i * s->depth + d] - 1;
        }
        for (uint32_t d = 0; d <= n_steps; d++) t->level[d][t->n[d] - 1].count += s->count[i];
        t->level[n_steps][t->n[n_steps] - 1].ended += s->ended[i];
    }
    return true;
}

/* ---- Reading: what is kept of it -------------------------------------------------------- */

typedef struct kept {
    const node *node;
    uint32_t parent; /* index in the result */
} kept;

static int by_parent_then_count(const void *a, const void *b, void *ctx)
{
    const kept *x = a, *y = b;
    (void)ctx;
    if (x->parent != y->parent) return x->parent < y->parent ? -1 : 1;
    if (x->node->count != y->node->count) return x->node->count < y->node->count ? 1 : -1;
    return (x->node->touchpoint > y->node->touchpoint) -
           (x->node->touchpoint < y->node->touchpoint);
}

/* The commonest children of the nodes above, in their final order. `base` is the
 * index of above[0] in the result. */
static fh_status keep_level(const fh_allocator *from, fh_arena *scratch, const node *below,
                            const kept *above, size_t n_above, uint32_t base, size_t max_children,
                            kept **out, size_t *n_out)
{
    size_t n = 0, m = 0;
    for (size_t i = 0; i < n_above; i++) n += above[i].node->n_children;
    kept *list = FH_NEW_ARRAY(scratch, kept, n);
    if (!list) return FH_NOMEM;
    for (size_t i = 0; i < n_above; i++)
        for (uint32_t c = 0; c < above[i].node->n_children; c++)
            list[m++] = (kept){below + above[i].node->first_child + c, base + (uint32_t)i};
    const fh_status status = fh_sort(from, list, n, sizeof *list, by_parent_then_count, NULL);
    if (status != FH_OK) return status;
    m = 0;
    for (size_t i = 0, nth = 0; i < n; i++) {
        nth = i && list[i].parent == list[i - 1].parent ? nth + 1 : 0;
        if (max_children == 0 || nth < max_children) list[m++] = list[i];
    }
    *out = list;
    *n_out = m;
    return FH_OK;
}

/* Writes the nodes of one level to the result. */
static void emit_level(const kept *list, size_t n, uint32_t depth, fh_path_node *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (fh_path_node){list[i].parent, depth, list[i].node->touchpoint, list[i].node->count,
                               list[i].node->ended};
}

static fh_status read_tree(const paths *f, fh_arena *arena, fh_arena *scratch, size_t max_children,
                           fh_paths *out)
{
    tree t = {{NULL}, {0}};
    sorted ways;
    if (!sorted_ways(f, scratch, &ways) || !grow_tree(&ways, scratch, &t)) return FH_NOMEM;

    kept root = {t.level[0], 0}, *level[FH_PATHS_MAX_DEPTH + 1] = {&root};
    size_t n[FH_PATHS_MAX_DEPTH + 1] = {1}, n_nodes = 1;
    uint32_t base = 0;
    for (uint32_t d = 1; d <= f->depth; d++) {
        const fh_status status = keep_level(&f->base.from, scratch, t.level[d], level[d - 1],
                                            n[d - 1], base, max_children, &level[d], &n[d]);
        if (status != FH_OK) return status;
        base += (uint32_t)n[d - 1];
        n_nodes += n[d];
        if (n_nodes > UINT32_MAX) return FH_NOMEM;
    }
    fh_path_node *nodes = FH_NEW_ARRAY(arena, fh_path_node, n_nodes);
    if (!nodes) return FH_NOMEM;
    fh_path_node *to = nodes;
    for (uint32_t d = 0; d <= f->depth; to += n[d++]) emit_level(level[d], n[d], d, to);
    *out = (fh_paths){f->n_stories, f->n_ways, f->ways.n, n_nodes, nodes};
    return FH_OK;
}

fh_status fh_paths_read(const fh_fold *fold, fh_arena *arena, size_t max_children, fh_paths *out,
                        fh_error *err)
{
    const paths *f = (const paths *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    status = scratch ? read_tree(f, arena, scratch, max_children, out) : FH_NOMEM;
    fh_arena_free(scratch);
    return status == FH_OK ? FH_OK : fh_no_memory(err);
}

/* paths.c - where people go from an anchor, or how they came to it, as a tree.
 *
 * Counting: of every story the next `depth` steps from the anchor (or the start)
 * are a way, written as one number, its key (keys.h): a few bits a step, the first
 * step highest, and the lowest bit for stories that had nothing further.
 *
 *     depth 5, 60 touchpoints: 6 bits a step     | a | b | c | 0 | 0 |1|
 *     (its number + 1; 0 beyond the end)
 *
 * Reading: keys in order are ways in order, so the ways through a node are
 * neighbours, and the tree is made from above, only as far as it is kept.
 */
#include "fold/fold.h"
#include "fold/keys.h"

#include "base/sort.h"

enum { ANCHORS, VALUES };

/* How ways are written as keys. */
typedef struct layout {
    uint32_t bits;     /* of a step */
    uint32_t per_word; /* steps in one word */
} layout;

typedef struct paths {
    fh_fold base;
    uint32_t n_touchpoints, depth;
    bool backwards, every;
    const uint8_t *anchor; /* [n_touchpoints] or NULL: the start */
    layout layout;
    uint64_t n_stories, n_ways;
    fh_keys keys;
} paths;

static layout layout_of(uint32_t n_touchpoints, uint32_t depth)
{
    const uint32_t bits = 32 - (uint32_t)__builtin_clz(n_touchpoints);
    return (layout){bits, depth * bits < 64 ? depth : 63 / bits};
}

/* How far to the left of its word step `d` lies. */
static inline uint32_t shift_of(const layout *l, uint32_t d)
{
    return 1 + l->bits * (l->per_word - 1 - d % l->per_word);
}

static inline uint64_t step_at(const layout *l, const uint64_t *key, uint32_t d)
{
    return key[d / l->per_word] >> shift_of(l, d) & ((UINT64_C(1) << l->bits) - 1);
}

/* A segment on its way in. */
typedef struct pass {
    const fh_codes *codes;
    const uint32_t *value; /* [n_codes] a touchpoint's number + 1 */
    int32_t next;          /* to the next step: 1, or -1 when backwards */
} pass;

/* A key of one word. */
static inline uint64_t narrow_key(const paths *f, const pass *p, int64_t i, uint32_t n)
{
    uint64_t key = 0;
    for (uint32_t d = 0; d < n; d++, i += p->next)
        key = key << f->layout.bits | p->value[fh_code_at(p->codes, (uint32_t)i)];
    return key << (f->layout.bits * (f->depth - n) + 1);
}

/* The way from interaction `i` of the story first .. end-1. */
static bool add_way(paths *f, const pass *p, uint32_t i, uint32_t first, uint32_t end)
{
    const uint32_t have = f->backwards ? i - first + 1 : end - i;
    const uint32_t n = have < f->depth ? have : f->depth;
    const uint32_t n_words = f->keys.n_words;
    uint64_t *key = fh_keys_next(&f->keys);
    if (!key) return false;
    if (n_words == 1) {
        key[0] = narrow_key(f, p, i, n);
    } else {
        for (uint32_t w = 0; w < n_words; w++) key[w] = 0;
        int64_t at = i;
        for (uint32_t d = 0; d < n; d++, at += p->next)
            key[d / f->layout.per_word] |= (uint64_t)p->value[fh_code_at(p->codes, (uint32_t)at)]
                                           << shift_of(&f->layout, d);
    }
    key[n_words - 1] |= have == n;
    f->n_ways++;
    return true;
}

static bool add_anchored(paths *f, const pass *p, uint32_t first, uint32_t end,
                         const uint8_t *anchor)
{
    for (uint32_t k = 0; k < end - first; k++) {
        const uint32_t i = f->backwards ? end - 1 - k : first + k;
        if (!anchor[fh_code_at(p->codes, i)]) continue;
        if (!add_way(f, p, i, first, end)) return false;
        if (!f->every) break;
    }
    return true;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    paths *f = (paths *)fold;
    const fh_codes *codes = &seg->touchpoint;
    const fh_status status = fh_fold_check(codes, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    const uint8_t *anchor = fh_fold_members(fold, ANCHORS, codes, f->anchor);
    const uint32_t n_codes = fh_fold_n_codes(codes);
    uint32_t *value = fh_fold_scratch(fold, VALUES, n_codes, sizeof *value);
    if (!anchor || !value) return FH_NOMEM;
    for (uint32_t c = 0; c < n_codes; c++) value[c] = fh_fold_name(codes, c) + 1;
    const pass p = {codes, value, f->backwards ? -1 : 1};
    f->n_stories += seg->n_stories;
    bool ok = true;
    for (uint32_t s = 0; s < seg->n_stories && ok; s++) {
        const uint32_t first = seg->start[s], end = seg->start[s + 1];
        if (f->anchor)
            ok = add_anchored(f, &p, first, end, anchor);
        else
            ok = add_way(f, &p, f->backwards ? end - 1 : first, first, end);
    }
    return ok ? FH_OK : FH_NOMEM;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    paths *into = (paths *)into_;
    const paths *from = (const paths *)from_;
    (void)err;
    into->n_stories += from->n_stories;
    into->n_ways += from->n_ways;
    return fh_keys_merge(&into->keys, &from->keys) ? FH_OK : FH_NOMEM;
}

static void release(fh_fold *fold)
{
    fh_keys_free(&((paths *)fold)->keys);
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    paths *into = (paths *)into_;
    const paths *from = (const paths *)from_;
    if (!fh_fold_take(&into->n_stories, from->n_stories) ||
        !fh_fold_take(&into->n_ways, from->n_ways))
        return fh_fold_not_there(err);
    bool there = true;
    if (!fh_keys_take(&into->keys, &from->keys, &there)) return FH_NOMEM;
    return there ? FH_OK : fh_fold_not_there(err);
}

static void settle(fh_fold *fold)
{
    fh_keys_settle(&((paths *)fold)->keys);
}

static const fh_fold_kind kind = {"paths", add, merge, release, take, NULL, settle, NULL};

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
    f->layout = layout_of(n, f->depth);
    fh_keys_init(&f->keys, &fold->from, (f->depth + f->layout.per_word - 1) / f->layout.per_word);
    const uint64_t tag[] = {n, f->depth, f->backwards, f->every};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) fh_fold_tag(fold, tag[i]);
    status = fh_fold_tag_set(fold, &options->anchor, n, &f->anchor);
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

/* A node of the tree: the ways through it lie side by side. */
typedef struct node {
    size_t first, end; /* in the list of ways */
    uint32_t parent;   /* index in the result */
    uint32_t touchpoint;
    uint64_t count, ended;
} node;

typedef struct reading {
    const paths *f;
    fh_key_list ways;
    size_t max_children; /* 0: all */
} reading;

/* Ways that differ in more than whether something came further. */
static uint64_t count_distinct(const reading *r)
{
    const uint32_t n_words = r->f->keys.n_words;
    const uint64_t *key = r->ways.key;
    uint64_t n = r->ways.n > 0;
    for (size_t i = 1; i < r->ways.n; i++) {
        const uint64_t *k = key + i * n_words, *before = k - n_words;
        uint64_t differ = (k[n_words - 1] ^ before[n_words - 1]) >> 1;
        for (uint32_t w = 0; w + 1 < n_words; w++) differ |= k[w] ^ before[w];
        n += differ != 0;
    }
    return n;
}

/* Step d + 1 of the ways first .. end-1, which share those before it: one child
 * for each; returns how many. Ways that end before it come first. */
static size_t find_children(const reading *r, const node *above, uint32_t index, uint32_t d,
                            node *to)
{
    const layout *l = &r->f->layout;
    const uint32_t n_words = r->f->keys.n_words, shift = shift_of(l, d);
    const uint64_t mask = (UINT64_C(1) << l->bits) - 1;
    const uint64_t *key = r->ways.key + d / l->per_word, *count = r->ways.count;
    const bool last = d + 1 == r->f->depth;
    size_t i = above->first, n = 0;
    while (i < above->end && !(key[i * n_words] >> shift & mask)) i++;
    while (i < above->end) {
        const uint64_t step = key[i * n_words] >> shift & mask;
        node child = {.first = i, .parent = index, .touchpoint = (uint32_t)step - 1};
        do child.count += count[i++];
        while (i < above->end && (key[i * n_words] >> shift & mask) == step);
        child.end = i;
        to[n++] = child;
    }
    for (size_t c = 0; c < n; c++) {
        /* A way that ends here is the child's first; at full depth, its last. */
        const size_t at = last ? to[c].end - 1 : to[c].first;
        const uint64_t *k = r->ways.key + at * n_words;
        const bool ends = last ? (k[n_words - 1] & 1) != 0 : step_at(l, k, d + 1) == 0;
        to[c].ended = ends ? count[at] : 0;
    }
    return n;
}

static int by_count(const void *a, const void *b, void *ctx)
{
    const node *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

/* Brings the first `keep` of n children to the front, in order. */
static fh_status order_children(const fh_allocator *from, node *list, size_t n, size_t keep)
{
    enum { FEW = 64 };
    if (keep > FEW) return fh_sort(from, list, n, sizeof *list, by_count, NULL);
    for (size_t i = 0, kept = 0; i < n; i++) {
        const node x = list[i];
        if (kept == keep && by_count(&x, &list[keep - 1], NULL) > 0) continue;
        size_t at = kept < keep ? kept++ : keep - 1;
        for (; at > 0 && by_count(&x, &list[at - 1], NULL) < 0; at--) list[at] = list[at - 1];
        list[at] = x;
    }
    return FH_OK;
}

/* The commonest children of the nodes above, in their final order. `base` is the
 * index of above[0] in the result. */
static fh_status keep_level(const reading *r, fh_arena *scratch, const node *above, size_t n_above,
                            uint32_t base, uint32_t d, node **out, size_t *n_out)
{
    const size_t n_touchpoints = r->f->n_touchpoints;
    const size_t most =
        r->max_children && r->max_children < n_touchpoints ? r->max_children : n_touchpoints;
    size_t cap = r->ways.n, n = 0; /* every child has a way of its own */
    if (n_above < cap / most) cap = n_above * most + n_touchpoints;
    node *list = FH_NEW_ARRAY(scratch, node, cap);
    if (!list) return FH_NOMEM;
    for (size_t i = 0; i < n_above; i++) {
        const size_t m = find_children(r, &above[i], base + (uint32_t)i, d, list + n);
        const size_t keep = m < most ? m : most;
        const fh_status status = order_children(&r->f->base.from, list + n, m, keep);
        if (status != FH_OK) return status;
        n += keep;
    }
    *out = list;
    *n_out = n;
    return FH_OK;
}

static fh_status read_tree(const reading *r, fh_arena *arena, fh_arena *scratch, fh_paths *out)
{
    const paths *f = r->f;
    node root = {.end = r->ways.n, .count = f->n_ways}, *level[FH_PATHS_MAX_DEPTH + 1] = {&root};
    size_t n[FH_PATHS_MAX_DEPTH + 1] = {1}, n_nodes = 1;
    uint32_t base = 0;
    for (uint32_t d = 0; d < f->depth; d++) {
        const fh_status status =
            keep_level(r, scratch, level[d], n[d], base, d, &level[d + 1], &n[d + 1]);
        if (status != FH_OK) return status;
        base += (uint32_t)n[d];
        n_nodes += n[d + 1];
        if (n_nodes > UINT32_MAX) return FH_NOMEM;
    }
    fh_path_node *nodes = FH_NEW_ARRAY(arena, fh_path_node, n_nodes), *to = nodes;
    if (!nodes) return FH_NOMEM;
    for (uint32_t d = 0; d <= f->depth; d++)
        for (size_t i = 0; i < n[d]; i++) {
            const node *x = &level[d][i];
            *to++ = (fh_path_node){x->parent, d, x->touchpoint, x->count, x->ended};
        }
    *out = (fh_paths){f->n_stories, f->n_ways, count_distinct(r), n_nodes, nodes};
    return FH_OK;
}

fh_status fh_paths_read(const fh_fold *fold, fh_arena *arena, size_t max_children, fh_paths *out,
                        fh_error *err)
{
    const paths *f = (const paths *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    reading r = {.f = f, .max_children = max_children};
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    status =
        scratch && fh_keys_read(&f->keys, &r.ways) ? read_tree(&r, arena, scratch, out) : FH_NOMEM;
    fh_keys_unread(&f->keys, &r.ways);
    fh_arena_free(scratch);
    return status == FH_OK ? FH_OK : fh_no_memory(err);
}

/* align.c - exact alignment of stories with process trees: making the tree ready, and one
 * story at a time (see firsthand/journey.h and align.h).
 */
#include "journey/align.h"

#include <string.h>

enum { MEMORY = 512 << 20, MOST_PAID = 1 << 28 };

/* ---- Making the tree ready ------------------------------------------------------------------- */

typedef struct maker {
    fh_aligner *a;
    uint32_t n_numbers;
    fh_error *err;
} maker;

static fh_status make_node(maker *m, uint32_t at, uint32_t depth, uint32_t *out);

static int32_t least_empty(const fh_aligner *a, const fh_ready *n)
{
    int32_t sum = 0, least = FH_ALIGN_NEVER;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const int32_t empty = a->node[n->child[k]].empty;
        sum += empty;
        if (empty < least) least = empty;
    }
    if (n->op == FH_READY_CHOICE) return least;
    return n->op == FH_READY_REPEAT ? a->node[n->child[0]].empty : sum;
}

static fh_status add_node(maker *m, fh_ready_op op, uint32_t n_children, uint32_t *out)
{
    fh_ready *n = &m->a->node[m->a->n_nodes];
    *n = (fh_ready){.op = op, .n_children = n_children};
    n->child = FH_NEW_ARRAY(m->a->arena, uint32_t, n_children);
    if (!n->child) return fh_no_memory(m->err);
    *out = m->a->n_nodes++;
    return FH_OK;
}

/* Below it stands one label, or none: how many of them the node takes. What is repeated comes
 * often, and what comes between may come never, too. */
static void make_simple(fh_aligner *a, fh_tree_op op, fh_ready *n)
{
    const bool none = n->low == n->high;
    bool skips = none, often = false;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_ready *c = &a->node[n->child[k]];
        if (op == FH_TREE_CHOICE && c->op == FH_READY_NOTHING) skips = true;
        if (c->op != FH_READY_ONE) continue;
        skips |= c->skips || (op == FH_TREE_REPEAT && k > 0);
        often |= c->often || op == FH_TREE_REPEAT;
    }
    n->op = none ? FH_READY_NOTHING : FH_READY_ONE;
    n->skips = skips;
    n->often = often;
    n->empty = skips ? 0 : a->missing[n->low];
    n->n_children = 0;
}

static fh_status make_touchpoint(maker *m, const fh_tree_node *node, uint32_t *out)
{
    fh_aligner *a = m->a;
    const fh_status status = add_node(m, FH_READY_ONE, 0, out);
    if (status != FH_OK) return status;
    if (a->number[node->label] != UINT32_MAX) {
        (void)fh_fail(m->err, FH_CONFLICT, "'%.*s' stands in the journey twice",
                      FH_STR_ARG(a->tree->label[node->label]));
        return fh_hint(m->err, FH_CONFLICT, "Give each place a name of its own.");
    }
    const uint32_t number = m->n_numbers++;
    a->number[node->label] = number;
    a->label[number] = node->label;
    fh_ready *n = &a->node[*out];
    n->low = number;
    n->high = number + 1;
    n->empty = a->missing[number];
    return FH_OK;
}

/* The second child of a repeat: all that may come between, as a choice. */
static fh_status join_between(maker *m, fh_ready *n)
{
    uint32_t choice;
    if (n->n_children <= 2) return FH_OK;
    const fh_status status = add_node(m, FH_READY_CHOICE, n->n_children - 1, &choice);
    if (status != FH_OK) return status;
    fh_ready *c = &m->a->node[choice];
    for (uint32_t k = 1; k < n->n_children; k++) c->child[k - 1] = n->child[k];
    c->low = m->a->node[c->child[0]].low;
    c->high = n->high;
    c->empty = least_empty(m->a, c);
    if (c->high - c->low < 2) make_simple(m->a, FH_TREE_CHOICE, c);
    n->child[1] = choice;
    n->n_children = 2;
    return FH_OK;
}

static fh_status make_inner(maker *m, uint32_t at, uint32_t depth, uint32_t *out)
{
    static const fh_ready_op ops[] = {FH_READY_ONE,    FH_READY_NOTHING,  FH_READY_SEQUENCE,
                                      FH_READY_CHOICE, FH_READY_TOGETHER, FH_READY_REPEAT};
    const fh_tree_node *node = m->a->tree->node;
    const fh_tree_op op = node[at].op;
    uint32_t n_children = 0;
    for (uint32_t c = at + 1; c < node[at].end; c = node[c].end) n_children++;
    fh_status status = add_node(m, ops[op], n_children, out);
    if (status != FH_OK) return status;
    fh_ready *n = &m->a->node[*out];
    n->low = m->n_numbers;
    uint32_t k = 0;
    for (uint32_t c = at + 1; status == FH_OK && c < node[at].end; c = node[c].end)
        status = make_node(m, c, depth + 1, &n->child[k++]);
    n->high = m->n_numbers;
    if (status != FH_OK) return status;
    if (op != FH_TREE_NOTHING && n_children < 1 + (op == FH_TREE_REPEAT))
        return fh_fail(m->err, FH_INVALID, "a part of the journey has too few parts below it");
    if (n->high - n->low < 2) {
        make_simple(m->a, op, n);
        return FH_OK;
    }
    if (op == FH_TREE_REPEAT) status = join_between(m, n);
    n->empty = least_empty(m->a, n);
    return status;
}

static fh_status make_node(maker *m, uint32_t at, uint32_t depth, uint32_t *out)
{
    const fh_tree_node *node = &m->a->tree->node[at];
    if (depth > FH_TREE_MAX_DEPTH)
        return fh_fail(m->err, FH_LIMIT, "the journey's parts lie too deep in one another");
    if (node->op == FH_TREE_TOUCHPOINT) return make_touchpoint(m, node, out);
    return make_inner(m, at, depth, out);
}

/* ---- Costs of moves ------------------------------------------------------------------------- */

/* Labels in the order in which touchpoints stand, as make_touchpoint will number them. */
static fh_status take_costs(fh_aligner *a, const fh_align_options *o, fh_error *err)
{
    uint32_t n = 0;
    bool fits = !o || o->unknown <= FH_ALIGN_MAX_COST;
    a->unknown = a->dearest = o && o->unknown ? (int32_t)o->unknown : 1;
    for (uint32_t i = 0; i < a->tree->n_nodes; i++) {
        if (a->tree->node[i].op != FH_TREE_TOUCHPOINT) continue;
        if (n == a->tree->n_labels) break; /* one stands there twice: told later */
        const uint32_t label = a->tree->node[i].label;
        const uint32_t missing = o && o->missing ? o->missing[label] : 1;
        const uint32_t ad_hoc = o && o->ad_hoc ? o->ad_hoc[label] : 1;
        fits &= missing - 1 < FH_ALIGN_MAX_COST && ad_hoc - 1 < FH_ALIGN_MAX_COST;
        if (!fits) break;
        a->missing[n] = (int32_t)missing;
        a->ad_hoc[n++] = (int32_t)ad_hoc;
        if ((int32_t)missing > a->dearest) a->dearest = (int32_t)missing;
        if ((int32_t)ad_hoc > a->dearest) a->dearest = (int32_t)ad_hoc;
    }
    return fits ? FH_OK : fh_fail(err, FH_INVALID, "a move costs 1 to %d", (int)FH_ALIGN_MAX_COST);
}

static fh_status make_all(fh_aligner *a, const fh_align_options *options, fh_error *err)
{
    const size_t n = a->tree->n_labels;
    maker m = {.a = a, .err = err};
    a->node = FH_NEW_ARRAY(a->arena, fh_ready, 2 * (size_t)a->tree->n_nodes);
    a->number = FH_NEW_ARRAY(a->arena, uint32_t, n + 1);
    a->label = FH_NEW_ARRAY(a->arena, uint32_t, n + 1);
    a->missing = FH_NEW_ARRAY(a->arena, int32_t, n + 1);
    a->ad_hoc = FH_NEW_ARRAY(a->arena, int32_t, n + 1);
    if (!a->node || !a->number || !a->label || !a->missing || !a->ad_hoc) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) a->number[i] = UINT32_MAX;
    fh_status status = take_costs(a, options, err);
    return status == FH_OK ? make_node(&m, 0, 1, &a->root) : status;
}

fh_status fh_aligner_new(const fh_allocator *from, const fh_tree *tree,
                         const fh_align_options *options, fh_aligner **out, fh_error *err)
{
    fh_arena *arena = fh_arena_new(from);
    fh_aligner *a = arena ? FH_NEW(arena, fh_aligner) : NULL;
    fh_status status = FH_OK;
    if (!a) {
        status = fh_no_memory(err);
    } else {
        a->tree = tree;
        a->arena = arena;
        fh_scratch_init(&a->scratch, from, options && options->memory ? options->memory : MEMORY);
        status = make_all(a, options, err);
    }
    if (status == FH_OK)
        *out = a;
    else
        fh_arena_free(arena);
    return status;
}

void fh_aligner_free(fh_aligner *a)
{
    if (!a) return;
    fh_scratch_free(&a->scratch);
    fh_arena_free(a->arena);
}

uint64_t fh_align_empty(const fh_aligner *a)
{
    return (uint64_t)a->node[a->root].empty;
}

/* ---- One story ------------------------------------------------------------------------------ */

fh_status fh_align_failed(fh_aligner *a, fh_error *err)
{
    const fh_status status = a->scratch.status;
    a->scratch.status = FH_OK;
    if (status != FH_LIMIT) return fh_no_memory(err);
    (void)fh_fail(err, FH_LIMIT, "a story is too long to be held against this journey exactly");
    return fh_hint(err, FH_LIMIT,
                   "Ask by problem instead of by customer, or for a shorter period.");
}

/* The story as the root sees it, and what it does not know. `at` (may be NULL) takes where each
 * interaction stands. */
static fh_status begin(fh_aligner *a, const uint32_t *story, size_t n, fh_part *part, uint32_t **at,
                       uint64_t *unknown, fh_error *err)
{
    const size_t most = MOST_PAID / (size_t)a->dearest;
    fh_scratch_release(&a->scratch, (fh_scratch_mark){NULL, 0});
    if (n > most || a->tree->n_labels > most - n) {
        a->scratch.status = FH_LIMIT;
        return fh_align_failed(a, err);
    }
    uint32_t *label = fh_scratch_take(&a->scratch, n + 1, sizeof *label);
    int32_t *weight = fh_scratch_take(&a->scratch, n + 1, sizeof *weight);
    uint32_t *place = fh_scratch_take(&a->scratch, at ? n + 1 : 1, sizeof *place);
    if (!label || !weight || !place) return fh_align_failed(a, err);
    uint32_t m = 0;
    *unknown = 0;
    weight[0] = 0;
    for (size_t i = 0; i < n; i++) {
        if (story[i] >= a->tree->n_labels || a->number[story[i]] == UINT32_MAX) {
            *unknown += (uint64_t)a->unknown;
            continue;
        }
        label[m] = a->number[story[i]];
        weight[m + 1] = weight[m] + a->ad_hoc[label[m]];
        if (at) place[m] = (uint32_t)i;
        m++;
    }
    *part = (fh_part){label, weight, m};
    if (at) *at = place;
    return FH_OK;
}

fh_status fh_align_cost(fh_aligner *a, const uint32_t *story, size_t n, uint64_t *out,
                        fh_error *err)
{
    fh_part part;
    uint64_t unknown = 0;
    const fh_status status = begin(a, story, n, &part, NULL, &unknown, err);
    if (status != FH_OK) return status;
    const int32_t *row = fh_align_costs(a, a->root, &part, false);
    if (!row) return fh_align_failed(a, err);
    *out = unknown + (uint64_t)row[part.n];
    return FH_OK;
}

fh_status fh_align_moves(fh_aligner *a, const uint32_t *story, size_t n, fh_arena *arena,
                         fh_alignment *out, fh_error *err)
{
    fh_part part;
    uint32_t *at = NULL;
    fh_alignment found = {0};
    fh_status status = fh_align_cost(a, story, n, &found.cost, err);
    uint64_t unknown = 0;
    if (status == FH_OK) status = begin(a, story, n, &part, &at, &unknown, err);
    if (status != FH_OK) return status;
    bool *completed = FH_NEW_ARRAY(arena, bool, n + 1);
    if (!completed) return fh_no_memory(err);
    found.completed = completed;
    if (found.cost) /* else everything is where the tree has it */
        status = fh_align_walk(a, &part, at, completed, arena, &found, err);
    else
        memset(completed, true, n);
    if (status == FH_OK) *out = found;
    return status;
}

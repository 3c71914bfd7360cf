/* align_ready.c - a process tree made ready for alignment: names to numbers, small parts made
 * simple (see align.h).
 *
 * Where a name stands more than once: what is in different children of a `together` must
 * be told apart, since both may take interactions in the same stretch of a story; a choice, a
 * sequence or a repeat is in one of its children at a time. So going through the tree in order, a
 * name begins with its first number; each child of a `together` goes on behind those that the
 * children before it took; and behind the `together` it is back where it was before.
 */
#include "journey/align.h"

enum { MOST_WAYS = 64 }; /* numbers of a name */

static fh_status make_node(fh_aligner *a, uint32_t at, uint32_t depth, uint32_t *out,
                           fh_error *err);

/* ---- Numbers -------------------------------------------------------------------------------- */

/* For each touchpoint how many of its name's numbers come before its own; `now` [n_labels]. */
static void count_ways(const fh_tree *tree, uint32_t at, uint32_t depth, uint32_t *now,
                       uint32_t *way)
{
    const fh_tree_node *node = tree->node;
    if (node[at].op == FH_TREE_TOUCHPOINT) {
        way[at] = now[node[at].label];
        return;
    }
    if (depth > FH_TREE_MAX_DEPTH) return; /* told later */
    const bool together = node[at].op == FH_TREE_TOGETHER;
    for (uint32_t c = at + 1; c < node[at].end; c = node[c].end) {
        count_ways(tree, c, depth + 1, now, way);
        for (uint32_t t = c; together && t < node[c].end; t++)
            if (node[t].op == FH_TREE_TOUCHPOINT && now[node[t].label] <= way[t])
                now[node[t].label] = way[t] + 1;
    }
    for (uint32_t t = node[at].end; together && t-- > at + 1;)
        if (node[t].op == FH_TREE_TOUCHPOINT) now[node[t].label] = way[t];
}

/* The number of a name's way; numbers go by where they first stand. */
static uint32_t number_at(fh_aligner *a, uint32_t label, uint32_t way)
{
    uint32_t *at = &a->first_number[label];
    for (uint32_t w = 0;; w++) {
        if (*at == FH_NO) {
            *at = a->n_numbers++;
            a->label[*at] = label;
            a->next_number[*at] = FH_NO;
        }
        if (w == way) return *at;
        at = &a->next_number[*at];
    }
}

static fh_status give_numbers(fh_aligner *a, fh_error *err)
{
    const fh_tree *tree = a->tree;
    const size_t n = tree->n_labels + (size_t)tree->n_nodes + 1;
    uint32_t *now = FH_NEW_ARRAY(a->arena, uint32_t, n);
    uint32_t *way = FH_NEW_ARRAY(a->arena, uint32_t, n);
    a->first_number = FH_NEW_ARRAY(a->arena, uint32_t, n);
    a->next_number = FH_NEW_ARRAY(a->arena, uint32_t, n);
    a->number_of = FH_NEW_ARRAY(a->arena, uint32_t, n);
    a->label = FH_NEW_ARRAY(a->arena, uint32_t, n);
    a->missing = FH_NEW_ARRAY(a->arena, int32_t, n);
    a->ad_hoc = FH_NEW_ARRAY(a->arena, int32_t, n);
    if (!now || !way || !a->first_number || !a->next_number || !a->number_of || !a->label ||
        !a->missing || !a->ad_hoc)
        return fh_no_memory(err);
    for (uint32_t l = 0; l < tree->n_labels; l++) a->first_number[l] = FH_NO;
    count_ways(tree, 0, 1, now, way);
    for (uint32_t t = 0; t < tree->n_nodes; t++) {
        if (tree->node[t].op != FH_TREE_TOUCHPOINT) continue;
        if (way[t] >= MOST_WAYS)
            return fh_fail(err, FH_LIMIT, "'%.*s' stands side by side with itself %d times or more",
                           FH_STR_ARG(tree->label[tree->node[t].label]), (int)MOST_WAYS);
        a->number_of[t] = number_at(a, tree->node[t].label, way[t]);
    }
    return FH_OK;
}

static fh_status take_costs(fh_aligner *a, const fh_align_options *o, fh_error *err)
{
    bool fits = !o || o->unknown <= FH_ALIGN_MAX_COST;
    a->unknown = a->dearest = o && o->unknown ? (int32_t)o->unknown : 1;
    for (uint32_t i = 0; fits && i < a->n_numbers; i++) {
        const uint32_t missing = o && o->missing ? o->missing[a->label[i]] : 1;
        const uint32_t ad_hoc = o && o->ad_hoc ? o->ad_hoc[a->label[i]] : 1;
        fits = missing - 1 < FH_ALIGN_MAX_COST && ad_hoc - 1 < FH_ALIGN_MAX_COST;
        if (!fits) break;
        a->missing[i] = (int32_t)missing;
        a->ad_hoc[i] = (int32_t)ad_hoc;
        if (a->missing[i] > a->dearest) a->dearest = a->missing[i];
        if (a->ad_hoc[i] > a->dearest) a->dearest = a->ad_hoc[i];
    }
    return fits ? FH_OK : fh_fail(err, FH_INVALID, "a move costs 1 to %d", (int)FH_ALIGN_MAX_COST);
}

static fh_status describe_labels(fh_aligner *a, fh_error *err)
{
    const uint32_t n = a->tree->n_labels;
    a->label_as = FH_NEW_ARRAY(a->arena, fh_label_as, n + (size_t)1);
    if (!a->label_as) return fh_no_memory(err);
    for (uint32_t l = 0; l <= n; l++) {
        const uint32_t first = l < n ? a->first_number[l] : FH_NO;
        const bool known = first != FH_NO;
        a->label_as[l] = (fh_label_as){.first = first,
                                       .ad_hoc = known ? a->ad_hoc[first] : 0,
                                       .known = known,
                                       .several = known && a->next_number[first] != FH_NO};
    }
    return FH_OK;
}

/* ---- Nodes ---------------------------------------------------------------------------------- */

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

/* Below it stands one touchpoint, or none: how many of it the node takes. What is repeated comes
 * often, and what comes between may come never, too. */
static void make_simple(fh_aligner *a, fh_tree_op op, fh_ready *n)
{
    const bool none = !n->touchpoints;
    bool skips = none, often = false;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_ready *c = &a->node[n->child[k]];
        if (op == FH_TREE_CHOICE && c->op == FH_READY_NOTHING) skips = true;
        if (c->op != FH_READY_ONE) continue;
        n->number = c->number;
        skips |= c->skips || (op == FH_TREE_REPEAT && k > 0);
        often |= c->often || op == FH_TREE_REPEAT;
    }
    n->op = none ? FH_READY_NOTHING : FH_READY_ONE;
    n->skips = skips;
    n->often = often;
    n->empty = skips ? 0 : a->missing[n->number];
    n->n_children = 0;
}

static fh_status make_inner(fh_aligner *a, uint32_t at, uint32_t depth, fh_ready *n, fh_error *err)
{
    const fh_tree_node *node = a->tree->node;
    const fh_tree_op op = node[at].op;
    fh_status s = FH_OK;
    uint32_t k = 0;
    for (uint32_t c = at + 1; !s && c < node[at].end; c = node[c].end) {
        s = make_node(a, c, depth + 1, &n->child[k], err);
        if (!s) n->touchpoints += a->node[n->child[k++]].touchpoints;
    }
    if (s) return s;
    if (op != FH_TREE_NOTHING && k < 1 + (op == FH_TREE_REPEAT))
        return fh_fail(err, FH_INVALID, "a part of the journey has too few parts below it");
    if (n->touchpoints < 2)
        make_simple(a, op, n);
    else
        n->empty = least_empty(a, n);
    return FH_OK;
}

static fh_status make_node(fh_aligner *a, uint32_t at, uint32_t depth, uint32_t *out, fh_error *err)
{
    static const fh_ready_op ops[] = {FH_READY_ONE,    FH_READY_NOTHING,  FH_READY_SEQUENCE,
                                      FH_READY_CHOICE, FH_READY_TOGETHER, FH_READY_REPEAT};
    const fh_tree_node *node = a->tree->node;
    if (depth > FH_TREE_MAX_DEPTH)
        return fh_fail(err, FH_LIMIT, "the journey's parts lie too deep in one another");
    *out = a->n_nodes++;
    fh_ready *n = &a->node[*out];
    *n = (fh_ready){.op = ops[node[at].op]};
    if (node[at].op == FH_TREE_TOUCHPOINT) {
        n->touchpoints = 1;
        n->number = a->number_of[at];
        n->empty = a->missing[n->number];
        return FH_OK;
    }
    for (uint32_t c = at + 1; c < node[at].end; c = node[c].end) n->n_children++;
    n->child = FH_NEW_ARRAY(a->arena, uint32_t, n->n_children + 1);
    return n->child ? make_inner(a, at, depth, n, err) : fh_no_memory(err);
}

fh_status fh_align_ready(fh_aligner *a, const fh_align_options *o, fh_error *err)
{
    fh_status s = give_numbers(a, err);
    if (!s) s = take_costs(a, o, err);
    if (!s) s = describe_labels(a, err);
    a->node = FH_NEW_ARRAY(a->arena, fh_ready, (size_t)a->tree->n_nodes);
    if (!s && !a->node) s = fh_no_memory(err);
    return s ? s : make_node(a, 0, 1, &a->root, err);
}

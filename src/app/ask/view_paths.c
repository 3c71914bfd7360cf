/* view_paths.c - where people go from a touchpoint, or come from: a tree. */
#include "app/ask/view_parts.h"

#include "base/put.h"
#include "os/pages.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_paths_new(from ? from : fh_pages_allocator(), ctx, out, err);
}

fh_status fh_view_paths(const fh_view *v, const fh_paths_options *options, size_t max_children,
                        fh_paths *out, fh_error *err)
{
    fh_paths_options o = *options;
    o.n_touchpoints = v->touchpoint.n;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &o, &fold, err);
    if (!s) s = fh_paths_read(fold, v->arena, max_children, out, err);
    fh_fold_free(fold);
    return s;
}

/* The tree in the order in which it is read: a node, then all below it. Nodes
 * have their parents before them and siblings in order, so that children can be
 * chained in one pass; 0 ends a chain (the root is nobody's child). */
typedef struct walk {
    const fh_paths *a;
    uint32_t *first, *last, *next; /* [n_nodes] child, last child, next sibling */
    uint64_t *below;               /* [n_nodes] sum of the children's counts */
    uint32_t *order;               /* [n] */
    size_t n;
} walk;

/* Depth is at most FH_PATHS_MAX_DEPTH + 1, so is the recursion. */
static void descend(walk *w, uint32_t node)
{
    w->order[w->n++] = node;
    for (uint32_t i = w->first[node]; i; i = w->next[i]) descend(w, i);
}

static fh_status walk_tree(const fh_view *v, const fh_paths *a, walk *w, fh_error *err)
{
    const size_t n = a->n_nodes + 1;
    *w = (walk){.a = a,
                .first = FH_NEW_ARRAY(v->arena, uint32_t, n),
                .last = FH_NEW_ARRAY(v->arena, uint32_t, n),
                .next = FH_NEW_ARRAY(v->arena, uint32_t, n),
                .below = FH_NEW_ARRAY(v->arena, uint64_t, n),
                .order = FH_NEW_ARRAY(v->arena, uint32_t, n)};
    if (!w->first || !w->last || !w->next || !w->below || !w->order) return fh_no_memory(err);
    for (uint32_t i = 1; i < a->n_nodes; i++) {
        const uint32_t parent = a->nodes[i].parent;
        if (w->first[parent])
            w->next[w->last[parent]] = i;
        else
            w->first[parent] = i;
        w->last[parent] = i;
        w->below[parent] += a->nodes[i].count;
    }
    if (a->n_nodes) descend(w, 0);
    return FH_OK;
}

static fh_str step_name(const fh_view *v, const fh_paths_options *o, const fh_path_node *node)
{
    if (!node->depth) return o->anchor.bits ? FH_STR("All who were there") : FH_STR("All");
    const fh_str name = fh_view_name(&v->touchpoint, node->touchpoint);
    return fh_printed(v->arena, "%*s%s %.*s", (int)(2 * node->depth - 2), "",
                      o->backwards ? "\xe2\x80\xb9" : "\xe2\x80\xba", FH_STR_ARG(name));
}

static fh_str note(const fh_view *v, const fh_paths_options *o, const fh_paths *a)
{
    const fh_str ways = fh_view_count(v, a->n_ways, "way", "ways");
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    const char *what = !o->anchor.bits && o->backwards ? "back from the end of each story"
                       : !o->anchor.bits               ? "from the start of each story"
                       : o->backwards                  ? "that led to the touchpoint"
                                                       : "on from the touchpoint";
    return fh_printed(v->arena, "%.*s %s, of %.*s, %.*s; %s, up to %u steps.", FH_STR_ARG(ways),
                      what, FH_STR_ARG(of), FH_STR_ARG(scope),
                      o->every       ? "every time"
                      : o->backwards ? "the last time"
                                     : "the first time",
                      o->depth);
}

/* Ways that go on to steps which are not in the tree. */
static uint64_t not_shown(const walk *w)
{
    uint64_t hidden = 0;
    for (uint32_t i = 0; i < w->a->n_nodes; i++)
        if (w->first[i]) hidden += w->a->nodes[i].count - w->a->nodes[i].ended - w->below[i];
    return hidden;
}

fh_status fh_paths_table(const fh_view *v, const fh_paths_options *options, const fh_paths *a,
                         fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"node", NULL, FH_CELL_COUNT},
                                              {"depth", NULL, FH_CELL_COUNT},
                                              {"parent", NULL, FH_CELL_COUNT},
                                              {"touchpoint", NULL, FH_CELL_TEXT},
                                              {"", "Way", FH_CELL_TEXT},
                                              {"count", "Times", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Of all", FH_CELL_SHARE},
                                              {"share_of_parent", "Of these", FH_CELL_SHARE},
                                              {"ended", "Ended here", FH_CELL_COUNT}};
    fh_status s = fh_view_new_table(v, options->backwards ? "What led there" : "Where people go",
                                    columns, 10, a->n_nodes, out, err);
    if (s) return s;
    walk w;
    s = walk_tree(v, a, &w, err);
    if (s) return s;
    /* Where all ways go through one touchpoint, "all" above it says nothing more. */
    if (w.n > 1 && a->nodes[1].count == a->nodes[0].count) w.order++, w.n--, out->n_rows--;
    out->note = note(v, options, a);
    const uint64_t hidden = not_shown(&w);
    if (hidden) {
        const fh_str ways = fh_view_count(v, hidden, "way goes", "ways go");
        out->rest = fh_printed(v->arena, "%.*s on to rarer steps, not shown: --top 0 shows all.",
                               FH_STR_ARG(ways));
    }
    for (size_t i = 0; i < w.n; i++) {
        const fh_path_node *node = &a->nodes[w.order[i]];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_count(w.order[i]);
        *cell++ = fh_cell_count(node->depth);
        *cell++ = fh_cell_count(node->parent);
        *cell++ = node->depth ? fh_cell_text(fh_view_name(&v->touchpoint, node->touchpoint))
                              : fh_cell_none();
        *cell++ = fh_cell_text(step_name(v, options, node));
        *cell++ = fh_cell_count(node->count);
        *cell++ = fh_cell_part(node->count, a->nodes[0].count);
        *cell++ = fh_cell_part(node->count, a->nodes[0].count);
        *cell++ =
            node->depth ? fh_cell_part(node->count, a->nodes[node->parent].count) : fh_cell_none();
        *cell++ = fh_cell_count(node->ended);
    }
    return FH_OK;
}

void fh_paths_json(const fh_view *v, const fh_paths *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, v->key, a->n_stories);
    fh_put_number(j, "ways", a->n_ways);
    fh_put_number(j, "distinct", a->n_distinct);
    fh_json_key(j, FH_STR("nodes"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_nodes; i++) {
        const fh_path_node *node = &a->nodes[i];
        fh_json_object(j);
        fh_put_number(j, "parent", node->parent);
        fh_put_number(j, "depth", node->depth);
        fh_json_key(j, FH_STR("touchpoint"));
        if (node->depth)
            fh_json_str(j, fh_view_name(&v->touchpoint, node->touchpoint));
        else
            fh_json_null(j);
        fh_put_number(j, "count", node->count);
        fh_put_number(j, "ended", node->ended);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

/* map_edit.c - one change of a map.
 *
 * For changes of the flow the steps become nodes that point at one another, are cut and
 * joined there, and are written down again with the touchpoints in their new order. A block
 * that nothing is left in goes away.
 */
#include "journey/map_edit.h"

#include <string.h>

typedef struct node {
    fh_map_op op;
    fh_map_touchpoint *touchpoint;
    struct node *parent, *first, *next; /* of a stage: no parent */
} node;

typedef struct editor {
    const fh_map_change *c;
    fh_arena *arena;
    fh_map map; /* the rows are its own, with room for one more */
    node *root; /* [n_stages + 1] by stage */
    node *leaf; /* [n_steps + 2] */
    node **of;  /* [n_touchpoints + 1] the node of each */
    uint32_t n_nodes;
    fh_error *err;
} editor;

static fh_status invalid(editor *e, const char *what, const char *hint)
{
    (void)fh_fail(e->err, FH_INVALID, "%s", what);
    return fh_hint(e->err, FH_INVALID, "%s", hint);
}

/* ---- Rows and nodes ----------------------------------------------------------------- */

static void *copy(fh_arena *arena, const void *row, size_t n, size_t size)
{
    void *own = fh_arena_alloc(arena, n + 2, size);
    if (own && n) memcpy(own, row, n * size);
    return own;
}

/* Recursion is as deep as blocks may be. */
static void make_nodes(editor *e, node *parent, uint32_t from, uint32_t end)
{
    node **link = &parent->first;
    for (uint32_t i = from; i < end; i = e->map.step[i].end) {
        const fh_map_step *step = &e->map.step[i];
        node *n = &e->leaf[e->n_nodes++];
        *n = (node){.op = step->op, .parent = parent};
        *link = n;
        link = &n->next;
        if (step->op == FH_MAP_TOUCHPOINT) {
            n->touchpoint = &e->map.touchpoint[step->touchpoint];
            e->of[step->touchpoint] = n;
        }
        make_nodes(e, n, i + 1, step->end);
    }
}

static bool open_map(editor *e, const fh_map *map)
{
    e->map = *map;
    e->map.stage = copy(e->arena, map->stage, map->n_stages, sizeof *map->stage);
    e->map.step = copy(e->arena, map->step, map->n_steps, sizeof *map->step);
    e->map.touchpoint =
        copy(e->arena, map->touchpoint, map->n_touchpoints, sizeof *map->touchpoint);
    return e->map.stage && e->map.step && e->map.touchpoint;
}

static bool open_flow(editor *e)
{
    e->root = FH_NEW_ARRAY(e->arena, node, (size_t)e->map.n_stages + 1);
    e->leaf = FH_NEW_ARRAY(e->arena, node, (size_t)e->map.n_steps + 2);
    e->of = FH_NEW_ARRAY(e->arena, node *, (size_t)e->map.n_touchpoints + 1);
    if (!e->root || !e->leaf || !e->of) return false;
    for (uint32_t i = 0; i < e->map.n_stages; i++)
        make_nodes(e, &e->root[i], e->map.stage[i].step, e->map.stage[i].end);
    return true;
}

static void write_nodes(editor *e, fh_map *out, const node *parent, uint32_t stage)
{
    for (const node *n = parent->first; n; n = n->next) {
        const uint32_t at = out->n_steps++;
        fh_map_step *step = &out->step[at];
        *step = (fh_map_step){.op = n->op};
        if (n->touchpoint) {
            step->touchpoint = out->n_touchpoints;
            out->touchpoint[out->n_touchpoints] = *n->touchpoint;
            out->touchpoint[out->n_touchpoints++].stage = stage;
        }
        write_nodes(e, out, n, stage);
        step->end = out->n_steps;
    }
}

static fh_status close_flow(editor *e)
{
    fh_map out = e->map;
    out.step = FH_NEW_ARRAY(e->arena, fh_map_step, (size_t)e->n_nodes + 1);
    out.touchpoint = FH_NEW_ARRAY(e->arena, fh_map_touchpoint, (size_t)e->n_nodes + 1);
    if (!out.step || !out.touchpoint) return fh_no_memory(e->err);
    out.n_steps = out.n_touchpoints = 0;
    for (uint32_t i = 0; i < out.n_stages; i++) {
        out.stage[i].step = out.n_steps;
        write_nodes(e, &out, &e->root[i], i);
        out.stage[i].end = out.n_steps;
    }
    e->map = out;
    return FH_OK;
}

/* ---- Cutting and joining ------------------------------------------------------------ */

static node **link_to(node *n)
{
    node **link = &n->parent->first;
    while (*link != n) link = &(*link)->next;
    return link;
}

static void prune(node *parent)
{
    while (parent->parent && !parent->first) {
        node *empty = parent;
        parent = empty->parent;
        *link_to(empty) = empty->next;
    }
}

/* Before `before`, else at the end. */
static void put_into(node *parent, node *n, node *before)
{
    node **link = &parent->first;
    while (*link != before) link = &(*link)->next;
    n->next = before;
    n->parent = parent;
    *link = n;
}

/* Where a touchpoint goes: before a touchpoint, to the end of a stage or of the block around a
 * touchpoint. */
static fh_status find_place(editor *e, node **parent, node **before)
{
    const fh_map_change *c = e->c;
    uint32_t stage, touchpoint;
    const fh_status status =
        fh_map_lookup(&e->map, c->before.len ? c->before : c->in, &stage, &touchpoint, e->err);
    *before = NULL;
    if (status != FH_OK) return status;
    if (touchpoint == FH_MAP_NONE && c->before.len)
        return invalid(e, "a touchpoint cannot stand before a stage",
                       "Name the touchpoint before which it goes, or the stage it goes into.");
    if (touchpoint == FH_MAP_NONE) {
        *parent = &e->root[stage];
        return FH_OK;
    }
    *parent = e->of[touchpoint]->parent;
    if (c->before.len) *before = e->of[touchpoint];
    return FH_OK;
}

/* Moves the stage (and its flow) that stands at `from` so that it stands before the one at
 * `to`; the number of stages: to the end. */
static void move_stage(editor *e, uint32_t from, uint32_t to)
{
    const fh_map_stage stage = e->map.stage[from];
    const node root = e->root[from];
    const uint32_t step = to > from ? 1 : 0;
    to -= step;
    for (uint32_t i = from; i != to; i = step ? i + 1 : i - 1) {
        const uint32_t other = step ? i + 1 : i - 1;
        e->map.stage[i] = e->map.stage[other];
        e->root[i] = e->root[other];
    }
    e->map.stage[to] = stage;
    e->root[to] = root;
    /* Roots were copied: what is in them finds its root again. */
    for (uint32_t i = 0; i < e->map.n_stages; i++)
        for (node *n = e->root[i].first; n; n = n->next) n->parent = &e->root[i];
}

static fh_status find_stage(editor *e, fh_str id, uint32_t *out)
{
    uint32_t touchpoint;
    *out = e->map.n_stages;
    if (!id.len) return FH_OK;
    const fh_status status = fh_map_lookup(&e->map, id, out, &touchpoint, e->err);
    if (status == FH_OK && *out == FH_MAP_NONE)
        return invalid(e, "a stage stands before a stage, not before a touchpoint",
                       "Name the stage before which it goes.");
    return status;
}

/* ---- Changes ------------------------------------------------------------------------ */

static fh_status add_stage(editor *e, fh_str id, fh_str name)
{
    uint32_t to = 0;
    const fh_status status = find_stage(e, e->c->before, &to);
    if (status != FH_OK) return status;
    if (e->map.n_stages == FH_MAP_STAGES_MAX)
        return invalid(e, "a journey has at most 100 stages", "Part the journey into several.");
    const uint32_t n = e->map.n_stages++;
    e->map.stage[n] = (fh_map_stage){.id = id, .name = name, .when = FH_MAP_DURING};
    if (n) e->map.stage[n].when = e->map.stage[to < n ? to : n - 1].when;
    e->root[n] = (node){0};
    move_stage(e, n, to);
    return FH_OK;
}

static fh_status change_add(editor *e)
{
    const fh_map_change *c = e->c;
    uint32_t stage = FH_MAP_NONE, touchpoint = FH_MAP_NONE;
    fh_map_ids *ids = FH_NEW(e->arena, fh_map_ids);
    fh_str id = c->id, name;
    fh_status status = FH_OK;
    if (!ids || !fh_map_make_words(e->arena, c->value, "", &name)) return fh_no_memory(e->err);
    if (!name.len) return invalid(e, "what is added has no name", "Give it a name.");
    fh_map_ids_of(ids, &e->map);
    if (!id.len && !fh_map_make_id(e->arena, ids, name, "part", &id)) return fh_no_memory(e->err);
    if (fh_map_ids_find(ids, id) != FH_MAP_NONE) {
        (void)fh_fail(e->err, FH_CONFLICT, "'%.*s' is already in the map",
                      FH_STR_ARG(fh_map_clip(id)));
        return fh_hint(e->err, FH_CONFLICT, "Give it another id.");
    }
    if (c->before.len) status = fh_map_lookup(&e->map, c->before, &stage, &touchpoint, e->err);
    if (status != FH_OK) return status;
    if (stage != FH_MAP_NONE || (!c->before.len && !c->in.len)) return add_stage(e, id, name);
    node *parent, *before, *n = &e->leaf[e->n_nodes++];
    fh_map_touchpoint *t = &e->map.touchpoint[e->map.n_touchpoints];
    status = find_place(e, &parent, &before);
    if (status != FH_OK) return status;
    *t = (fh_map_touchpoint){.id = id, .name = name};
    t->lane = fh_map_lane_of(t);
    *n = (node){.op = FH_MAP_TOUCHPOINT, .touchpoint = t};
    put_into(parent, n, before);
    return FH_OK;
}

static fh_status change_remove(editor *e)
{
    uint32_t stage, touchpoint;
    const fh_status status = fh_map_lookup(&e->map, e->c->id, &stage, &touchpoint, e->err);
    if (status != FH_OK) return status;
    if (stage != FH_MAP_NONE) {
        move_stage(e, stage, e->map.n_stages);
        e->map.n_stages--;
        return FH_OK;
    }
    node *n = e->of[touchpoint], *parent = n->parent;
    *link_to(n) = n->next;
    prune(parent);
    return FH_OK;
}

static fh_status change_move(editor *e)
{
    uint32_t stage, touchpoint, to = 0;
    node *parent, *before;
    fh_status status = fh_map_lookup(&e->map, e->c->id, &stage, &touchpoint, e->err);
    if (status != FH_OK) return status;
    if (stage != FH_MAP_NONE) {
        status = find_stage(e, e->c->before, &to);
        if (status == FH_OK && to != stage) move_stage(e, stage, to);
        return status;
    }
    node *n = e->of[touchpoint], *left = n->parent;
    if (!e->c->before.len && !e->c->in.len)
        return invalid(e, "it is not said where the touchpoint goes",
                       "Name the touchpoint before which it goes, or the stage it goes into.");
    status = find_place(e, &parent, &before);
    if (status != FH_OK || before == n) return status;
    *link_to(n) = n->next;
    put_into(parent, n, before);
    prune(left);
    return FH_OK;
}

static uint32_t depth_of(const node *n)
{
    uint32_t depth = 0;
    for (; n->parent; n = n->parent) depth++;
    return depth;
}

/* Both become the parts of one block in which they are. false: of no block. */
static bool to_one_block(node **a, node **b)
{
    uint32_t of_a = depth_of(*a), of_b = depth_of(*b);
    for (; of_a > of_b; of_a--) *a = (*a)->parent;
    for (; of_b > of_a; of_b--) *b = (*b)->parent;
    while ((*a)->parent != (*b)->parent) {
        *a = (*a)->parent;
        *b = (*b)->parent;
        if (!(*a)->parent || !(*b)->parent) return false;
    }
    return *a != *b;
}

static fh_status change_group(editor *e)
{
    uint32_t stage, touchpoint, end = FH_MAP_NONE;
    const int op = fh_map_word(fh_map_op_words, e->c->value);
    fh_status status = fh_map_lookup(&e->map, e->c->id, &stage, &touchpoint, e->err);
    if (status == FH_OK && e->c->before.len)
        status = fh_map_lookup(&e->map, e->c->before, &stage, &end, e->err);
    if (status != FH_OK) return status;
    if (op <= FH_MAP_TOUCHPOINT)
        return invalid(e, "this is no sort of block",
                       "Blocks are sequence, choice, any-order, repeat and optional.");
    if (touchpoint == FH_MAP_NONE || (e->c->before.len && end == FH_MAP_NONE))
        return invalid(e, "a block is put around touchpoints", "Name touchpoints of one stage.");
    node *first = e->of[touchpoint], *after = e->c->before.len ? e->of[end] : NULL;
    const bool together = !after || to_one_block(&first, &after);
    const node *n = first;
    while (together && n && n != after) n = n->next;
    if (!together || n != after)
        return invalid(e, "these touchpoints do not follow one another in one stage",
                       "Name the first that is to be in the block, and the next that is not.");
    node *block = &e->leaf[e->n_nodes++], **link = link_to(first);
    *block = (node){.op = (fh_map_op)op, .parent = first->parent, .first = first, .next = after};
    *link = block;
    for (node *in = first; in != after; in = in->next) {
        in->parent = block;
        if (in->next != after) continue;
        in->next = NULL;
        break;
    }
    return FH_OK;
}

static fh_status change_ungroup(editor *e)
{
    uint32_t stage, touchpoint;
    const fh_status status = fh_map_lookup(&e->map, e->c->id, &stage, &touchpoint, e->err);
    if (status != FH_OK) return status;
    node *block = touchpoint == FH_MAP_NONE ? NULL : e->of[touchpoint]->parent;
    if (!block || !block->parent)
        return invalid(e, "no block is around this touchpoint", "There is nothing to take away.");
    node **link = link_to(block);
    *link = block->first;
    for (node *n = block->first;; n = n->next) {
        n->parent = block->parent;
        if (n->next) continue;
        n->next = block->next;
        return FH_OK;
    }
}

fh_status fh_map_apply(const fh_map *map, const fh_map_change *change, fh_arena *arena, fh_map *out,
                       fh_error *err)
{
    editor e = {.c = change, .arena = arena, .err = err};
    fh_status status = FH_OK;
    if (!open_map(&e, map)) return fh_no_memory(err);
    if (change->op != FH_MAP_SET && !open_flow(&e)) return fh_no_memory(err);
    switch (change->op) {
    case FH_MAP_SET: status = fh_map_set(&e.map, change, arena, err); break;
    case FH_MAP_ADD: status = change_add(&e); break;
    case FH_MAP_REMOVE: status = change_remove(&e); break;
    case FH_MAP_MOVE: status = change_move(&e); break;
    case FH_MAP_GROUP: status = change_group(&e); break;
    case FH_MAP_UNGROUP: status = change_ungroup(&e); break;
    }
    if (status == FH_OK && change->op != FH_MAP_SET) status = close_flow(&e);
    if (status == FH_OK) status = fh_map_check(&e.map, err);
    if (status == FH_OK) *out = e.map;
    return status;
}

/* map_tree.c - the process tree that stories are held against, and a map of a tree.
 *
 * Map to tree: `optional` is a choice with nothing, `repeat` of one thing a repeat with
 * nothing between; what is unseen becomes nothing, and nothing falls away wherever that
 * changes no story: in a sequence, among things in any order, the second time in a choice.
 *
 * Tree to map: nothing in a choice makes it optional; a repeat that begins with nothing is
 * an optional repeat of a choice of what comes between.
 */
#include "journey/map_parts.h"

#include <string.h>

/* ---- Map to tree -------------------------------------------------------------------- */

typedef struct planter {
    const fh_map *map;
    fh_tree_node *node; /* [3 * n_steps + 2] */
    fh_str *label;      /* [n_touchpoints] */
    uint32_t n, n_labels;
} planter;

static uint32_t put_node(planter *p, fh_tree_op op)
{
    p->node[p->n] = (fh_tree_node){.op = op, .end = p->n + 1};
    return p->n++;
}

/* The part at `at` is over. One that has nothing in it is nothing, one that has one thing
 * is that thing (a repeat is not: it is given a second). */
static void close_node(planter *p, uint32_t at)
{
    fh_tree_node *node = p->node;
    node[at].end = p->n;
    if (p->n == at + 1) {
        node[at].op = FH_TREE_NOTHING;
    } else if (node[at + 1].end == p->n) {
        memmove(&node[at], &node[at + 1], (p->n - at - 1) * sizeof *node);
        p->n--;
        for (uint32_t i = at; i < p->n; i++) node[i].end--;
    }
}

static void plant(planter *p, uint32_t step);

/* Steps [from, end) below a new node; nothing is kept when `keeps_nothing`, once. */
static void plant_all(planter *p, fh_tree_op op, uint32_t from, uint32_t end, bool keeps_nothing)
{
    const uint32_t at = put_node(p, op);
    for (uint32_t i = from; i < end; i = p->map->step[i].end) {
        const uint32_t child = p->n;
        plant(p, i);
        if (p->node[child].op != FH_TREE_NOTHING) continue;
        p->n -= !keeps_nothing;
        keeps_nothing = false;
    }
    close_node(p, at);
}

static void plant_optional(planter *p, const fh_map_step *step, uint32_t i)
{
    const uint32_t at = put_node(p, FH_TREE_CHOICE);
    plant_all(p, FH_TREE_SEQUENCE, i + 1, step->end, false);
    if (p->node[at + 1].op != FH_TREE_NOTHING) (void)put_node(p, FH_TREE_NOTHING);
    close_node(p, at);
}

static void plant_repeat(planter *p, const fh_map_step *step, uint32_t i)
{
    const uint32_t at = put_node(p, FH_TREE_REPEAT), first = p->n;
    plant(p, i + 1);
    const uint32_t second = p->n;
    bool nothing = false;
    for (uint32_t k = p->map->step[i + 1].end; k < step->end; k = p->map->step[k].end) {
        const uint32_t child = p->n;
        plant(p, k);
        if (p->node[child].op != FH_TREE_NOTHING) continue;
        p->n -= nothing;
        nothing = true;
    }
    if (p->n == second) (void)put_node(p, FH_TREE_NOTHING);
    if (p->n == first + 2 && p->node[first].op == FH_TREE_NOTHING &&
        p->node[second].op == FH_TREE_NOTHING)
        p->n = first; /* nothing, again and again */
    close_node(p, at);
}

/* Recursion is as deep as blocks may be. */
static void plant(planter *p, uint32_t i)
{
    const fh_map_step *step = &p->map->step[i];
    switch (step->op) {
    case FH_MAP_TOUCHPOINT: {
        const fh_map_touchpoint *t = &p->map->touchpoint[step->touchpoint];
        const uint32_t at = put_node(p, t->is_unseen ? FH_TREE_NOTHING : FH_TREE_TOUCHPOINT);
        if (t->is_unseen) return;
        p->node[at].label = p->n_labels;
        p->label[p->n_labels++] = t->id;
        return;
    }
    case FH_MAP_SEQUENCE: plant_all(p, FH_TREE_SEQUENCE, i + 1, step->end, false); return;
    case FH_MAP_CHOICE: plant_all(p, FH_TREE_CHOICE, i + 1, step->end, true); return;
    case FH_MAP_ANY_ORDER: plant_all(p, FH_TREE_TOGETHER, i + 1, step->end, false); return;
    case FH_MAP_REPEAT: plant_repeat(p, step, i); return;
    case FH_MAP_OPTIONAL: plant_optional(p, step, i); return;
    }
}

fh_status fh_map_tree(const fh_map *map, fh_arena *arena, fh_tree *out, fh_error *err)
{
    const fh_status status = fh_map_check(map, err);
    if (status != FH_OK) return status;
    planter p = {.map = map};
    p.node = FH_NEW_ARRAY(arena, fh_tree_node, 3 * (size_t)map->n_steps + 2);
    p.label = FH_NEW_ARRAY(arena, fh_str, (size_t)map->n_touchpoints + 1);
    if (!p.node || !p.label) return fh_no_memory(err);
    plant_all(&p, FH_TREE_SEQUENCE, 0, map->n_steps, false);
    for (uint32_t i = 0; i < p.n_labels; i++)
        if (!fh_arena_str(arena, p.label[i], &p.label[i])) return fh_no_memory(err);
    if (p.n > FH_TREE_MAX_NODES) {
        (void)fh_fail(err, FH_LIMIT, "the flow of this map has too many parts");
        return fh_hint(err, FH_LIMIT, "Part the journey into several.");
    }
    *out = (fh_tree){p.node, p.label, p.n, p.n_labels};
    return FH_OK;
}

/* ---- Tree to map -------------------------------------------------------------------- */

typedef struct reader {
    const fh_tree *tree;
    fh_arena *arena;
    fh_map *map;
    fh_map_ids *ids;
    bool *seen; /* [n_labels] */
    fh_status status;
    fh_error *err;
} reader;

static uint32_t put_step(reader *r, fh_map_op op)
{
    r->map->step[r->map->n_steps] = (fh_map_step){.op = op, .end = r->map->n_steps + 1};
    return r->map->n_steps++;
}

/* Takes the step at `at` away, and leaves what is in it. */
static void drop_step(reader *r, uint32_t at)
{
    fh_map_step *step = r->map->step;
    memmove(&step[at], &step[at + 1], (r->map->n_steps - at - 1) * sizeof *step);
    r->map->n_steps--;
    for (uint32_t i = at; i < r->map->n_steps; i++) step[i].end--;
}

/* Puts a block around what stands from `at` to the end. */
static void wrap(reader *r, uint32_t at, fh_map_op op)
{
    fh_map_step *step = r->map->step;
    memmove(&step[at + 1], &step[at], (r->map->n_steps - at) * sizeof *step);
    r->map->n_steps++;
    for (uint32_t i = at + 1; i < r->map->n_steps; i++) step[i].end++;
    step[at] = (fh_map_step){.op = op, .end = r->map->n_steps};
}

/* A block is kept when it has at least two things in it. */
static void close_block(reader *r, uint32_t at)
{
    fh_map_step *step = r->map->step;
    step[at].end = r->map->n_steps;
    if (r->map->n_steps == at + 1)
        r->map->n_steps = at;
    else if (step[at + 1].end == r->map->n_steps)
        drop_step(r, at);
}

static void make_optional(reader *r, uint32_t at)
{
    if (r->map->n_steps == at || r->map->step[at].op == FH_MAP_OPTIONAL) return;
    wrap(r, at, FH_MAP_OPTIONAL);
    if (r->map->step[at + 1].op == FH_MAP_SEQUENCE) drop_step(r, at + 1);
    r->map->step[at].end = r->map->n_steps;
}

static void read_touchpoint(reader *r, uint32_t label)
{
    const uint32_t number = r->map->n_touchpoints;
    fh_map_touchpoint *t = &r->map->touchpoint[number];
    const fh_str name = r->tree->label[label];
    if (r->seen[label]) {
        r->status = fh_fail(r->err, FH_CONFLICT, "'%.*s' stands in the tree twice",
                            FH_STR_ARG(fh_map_clip(name)));
        (void)fh_hint(r->err, FH_CONFLICT, "A map has each touchpoint once.");
        return;
    }
    r->seen[label] = true;
    if (r->map->n_touchpoints == FH_MAP_TOUCHPOINTS_MAX) {
        r->status =
            fh_fail(r->err, FH_LIMIT, "a map has at most %d touchpoints", FH_MAP_TOUCHPOINTS_MAX);
        return;
    }
    if (!fh_map_make_words(r->arena, name, "?", &t->name) ||
        !fh_map_make_id(r->arena, r->ids, t->name, "touchpoint", &t->id)) {
        r->status = FH_NOMEM;
        return;
    }
    r->map->n_touchpoints++;
    (void)fh_map_ids_add(r->ids, FH_MAP_STAGES_MAX + number);
    r->map->step[put_step(r, FH_MAP_TOUCHPOINT)].touchpoint = number;
}

static void read_node(reader *r, uint32_t i, bool alone);

/* The children from `from` on, each as one step; returns how many are nothing. */
static uint32_t read_children(reader *r, uint32_t from, uint32_t end, bool alone)
{
    uint32_t nothing = 0;
    for (uint32_t c = from; r->status == FH_OK && c < end; c = r->tree->node[c].end) {
        const uint32_t before = r->map->n_steps;
        read_node(r, c, alone);
        nothing += r->map->n_steps == before;
    }
    return nothing;
}

static void read_repeat(reader *r, uint32_t i, uint32_t at)
{
    const fh_tree_node *node = r->tree->node;
    (void)put_step(r, FH_MAP_REPEAT);
    read_node(r, i + 1, true);
    const uint32_t between = r->map->n_steps;
    const bool first = between > at + 1;
    const uint32_t nothing = read_children(r, node[i + 1].end, node[i].end, true);
    fh_map_step *step = r->map->step;
    if (!first && between < r->map->n_steps) {
        if (step[between].end < r->map->n_steps) wrap(r, between, FH_MAP_CHOICE);
        step[at].end = r->map->n_steps;
        make_optional(r, at);
        return;
    }
    if (first && nothing && between < r->map->n_steps) {
        /* What comes between may be nothing, too. */
        const uint32_t second = step[between].end;
        if (step[between].op != FH_MAP_OPTIONAL) {
            memmove(&step[between + 1], &step[between], (r->map->n_steps - between) * sizeof *step);
            r->map->n_steps++;
            for (uint32_t k = between + 1; k < r->map->n_steps; k++) step[k].end++;
            step[between] = (fh_map_step){.op = FH_MAP_OPTIONAL, .end = second + 1};
        }
    }
    step[at].end = r->map->n_steps;
    if (r->map->n_steps == at + 1) r->map->n_steps = at;
}

/* As one step, or none, when it stands alone; else in sequence with what stands before. */
static void read_node(reader *r, uint32_t i, bool alone)
{
    const fh_tree_node *node = &r->tree->node[i];
    const uint32_t at = r->map->n_steps;
    switch (node->op) {
    case FH_TREE_TOUCHPOINT: read_touchpoint(r, node->label); return;
    case FH_TREE_NOTHING: return;
    case FH_TREE_SEQUENCE:
        if (alone) (void)put_step(r, FH_MAP_SEQUENCE);
        (void)read_children(r, i + 1, node->end, false);
        if (alone) close_block(r, at);
        return;
    case FH_TREE_CHOICE:
    case FH_TREE_TOGETHER: {
        (void)put_step(r, node->op == FH_TREE_CHOICE ? FH_MAP_CHOICE : FH_MAP_ANY_ORDER);
        const uint32_t nothing = read_children(r, i + 1, node->end, true);
        close_block(r, at);
        if (nothing && node->op == FH_TREE_CHOICE) make_optional(r, at);
        return;
    }
    case FH_TREE_REPEAT: read_repeat(r, i, at); return;
    }
}

static bool make_room(reader *r, fh_str id, fh_str title)
{
    fh_map *map = r->map;
    map->stage = FH_NEW_ARRAY(r->arena, fh_map_stage, 1);
    map->step = FH_NEW_ARRAY(r->arena, fh_map_step, 3 * (size_t)r->tree->n_nodes + 1);
    map->touchpoint = FH_NEW_ARRAY(r->arena, fh_map_touchpoint, (size_t)r->tree->n_labels + 1);
    return map->stage && map->step && map->touchpoint && fh_arena_str(r->arena, id, &map->id) &&
           fh_map_make_words(r->arena, title, "Journey", &map->title);
}

fh_status fh_map_of_tree(const fh_tree *tree, fh_str id, fh_str title, fh_arena *arena, fh_map *out,
                         fh_error *err)
{
    fh_map map = {0};
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    reader r = {.tree = tree, .arena = arena, .map = &map, .err = err, .status = FH_NOMEM};
    if (scratch) r.ids = FH_NEW(scratch, fh_map_ids);
    if (scratch) r.seen = FH_NEW_ARRAY(scratch, bool, (size_t)tree->n_labels + 1);
    if (r.ids && r.seen && make_room(&r, id, title)) {
        r.status = FH_OK;
        r.ids->map = &map;
        *map.stage = (fh_map_stage){
            .id = FH_STR("all"), .name = FH_STR("The whole journey"), .when = FH_MAP_DURING};
        map.n_stages = 1;
        (void)fh_map_ids_add(r.ids, 0);
        read_node(&r, 0, false);
        map.stage->end = map.n_steps;
    }
    fh_arena_free(scratch);
    if (r.status == FH_NOMEM) return fh_no_memory(err);
    if (r.status == FH_OK) r.status = fh_map_check(&map, err);
    if (r.status == FH_OK) *out = map;
    return r.status;
}

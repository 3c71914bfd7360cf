/* map_diff.c - what is different in a newer version of a map.
 *
 * Parts are the same when their ids are. Moved is what is in another stage or in other
 * blocks, and as few others as explain the new order: those outside a longest run of common
 * parts that kept their order.
 */
#include "journey/map_edit.h"

#include <string.h>

typedef struct differ {
    const fh_map *before, *after;
    fh_arena *arena;
    fh_map_ids *old_ids, *new_ids;
    fh_map_difference *row; /* [n] of [max] */
    size_t n, max;
    bool *stays; /* [n_touchpoints of after] in the longest run */
    bool no_memory;
} differ;

static void put(differ *d, fh_map_difference difference)
{
    if (d->n == d->max) {
        const size_t max = d->max ? 2 * d->max : 16;
        fh_map_difference *row = FH_NEW_ARRAY(d->arena, fh_map_difference, max);
        if (!row) {
            d->no_memory = true;
            return;
        }
        if (d->n) memcpy(row, d->row, d->n * sizeof *row);
        d->row = row;
        d->max = max;
    }
    d->row[d->n++] = difference;
}

static void put_changed(differ *d, fh_str id, fh_str name, const char *field, fh_str before,
                        fh_str after)
{
    if (fh_str_eq(before, after)) return;
    const bool renamed = !strcmp(field, "name") || !strcmp(field, "title");
    put(d, (fh_map_difference){renamed ? FH_MAP_RENAMED : FH_MAP_CHANGED, id, name,
                               fh_str_of(field), before, after});
}

static uint32_t find(const fh_map_ids *ids, fh_str id, bool stage)
{
    const uint32_t n = fh_map_ids_find(ids, id);
    if (n == FH_MAP_NONE || (n < FH_MAP_STAGES_MAX) != stage) return FH_MAP_NONE;
    return stage ? n : n - FH_MAP_STAGES_MAX;
}

/* ---- Order -------------------------------------------------------------------------- */

/* Marks the places of a longest ascending run of `old` (FH_MAP_NONE: not common). */
static bool longest_run(fh_arena *arena, const uint32_t *old, uint32_t n, bool *in_run)
{
    uint32_t *tail = FH_NEW_ARRAY(arena, uint32_t, (size_t)n + 1); /* place, by length - 1 */
    uint32_t *from = FH_NEW_ARRAY(arena, uint32_t, (size_t)n + 1); /* place before it */
    uint32_t length = 0;
    if (!tail || !from) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (old[i] == FH_MAP_NONE) continue;
        uint32_t low = 0, high = length;
        while (low < high) {
            const uint32_t middle = (low + high) / 2;
            if (old[tail[middle]] < old[i])
                low = middle + 1;
            else
                high = middle;
        }
        from[i] = low ? tail[low - 1] : FH_MAP_NONE;
        tail[low] = i;
        if (low == length) length++;
    }
    for (uint32_t i = length ? tail[length - 1] : FH_MAP_NONE; i != FH_MAP_NONE; i = from[i])
        in_run[i] = true;
    return true;
}

/* The words of the blocks around touchpoint k, outermost first: "optional, choice". */
static bool blocks_around(const fh_map *map, uint32_t k, fh_arena *arena, fh_str *out)
{
    const fh_map_stage *stage = &map->stage[map->touchpoint[k].stage];
    fh_buf buf;
    fh_buf_init(&buf, fh_arena_allocator(arena), SIZE_MAX);
    for (uint32_t i = stage->step, end = stage->end; i < end;) {
        const fh_map_step *step = &map->step[i];
        if (step->op == FH_MAP_TOUCHPOINT && step->touchpoint == k) break;
        /* Leaves are in order, so the block has it unless its last leaf comes before. */
        uint32_t last = step->end - 1;
        if (step->op == FH_MAP_TOUCHPOINT || map->step[last].touchpoint < k) {
            i = step->end;
            continue;
        }
        fh_buf_printf(&buf, "%s%s", buf.len ? ", " : "", fh_map_op_words[step->op]);
        end = step->end;
        i++;
    }
    const bool ok = !buf.status && fh_arena_str(arena, fh_buf_view(&buf), out);
    fh_buf_free(&buf);
    return ok;
}

static fh_str name_before(const fh_map *map, uint32_t k)
{
    const bool first = k == 0 || map->touchpoint[k - 1].stage != map->touchpoint[k].stage;
    return first ? FH_STR("") : map->touchpoint[k - 1].name;
}

static void compare_place(differ *d, uint32_t old, uint32_t new)
{
    const fh_map_touchpoint *was = &d->before->touchpoint[old], *is = &d->after->touchpoint[new];
    const fh_map_stage *from = &d->before->stage[was->stage], *to = &d->after->stage[is->stage];
    fh_map_difference moved = {.sort = FH_MAP_MOVED, .id = is->id, .name = is->name};
    if (!blocks_around(d->before, old, d->arena, &moved.before) ||
        !blocks_around(d->after, new, d->arena, &moved.after)) {
        d->no_memory = true;
        return;
    }
    if (!fh_str_eq(from->id, to->id)) {
        moved.field = FH_STR("stage");
        moved.before = from->name;
        moved.after = to->name;
    } else if (!fh_str_eq(moved.before, moved.after)) {
        moved.field = FH_STR("block");
    } else if (!d->stays[new]) {
        moved.field = FH_STR("order");
        moved.before = name_before(d->before, old);
        moved.after = name_before(d->after, new);
    } else {
        return;
    }
    put(d, moved);
}

/* ---- Parts -------------------------------------------------------------------------- */

static bool value_of(differ *d, const fh_map_touchpoint *t, const char *field, fh_str *out)
{
    fh_buf buf;
    fh_buf_init(&buf, fh_arena_allocator(d->arena), SIZE_MAX);
    (void)fh_map_value_of_touchpoint(t, fh_str_of(field), &buf);
    const bool ok = !buf.status && fh_arena_str(d->arena, fh_str_trim(fh_buf_view(&buf)), out);
    fh_buf_free(&buf);
    return ok;
}

static void compare_touchpoint(differ *d, uint32_t new)
{
    static const char *const fields[] = {
        "name",  "lane",   "from",     "to",     "over",   "place",   "length", "owner",
        "ask",   "feels",  "intended", "note",   "behave", "promise", "never",  "holds",
        "needs", "system", "match",    "unseen", "walk",   "instead"};
    const fh_map_touchpoint *is = &d->after->touchpoint[new];
    const uint32_t old = find(d->old_ids, is->id, false);
    if (old == FH_MAP_NONE) {
        put(d, (fh_map_difference){.sort = FH_MAP_ADDED, .id = is->id, .name = is->name});
        return;
    }
    for (size_t i = 0; !d->no_memory && i < sizeof fields / sizeof fields[0]; i++) {
        fh_str before, after;
        if (value_of(d, &d->before->touchpoint[old], fields[i], &before) &&
            value_of(d, is, fields[i], &after))
            put_changed(d, is->id, is->name, fields[i], before, after);
        else
            d->no_memory = true;
    }
    compare_place(d, old, new);
}

static void compare_stage(differ *d, uint32_t new, bool stays)
{
    const fh_map_stage *is = &d->after->stage[new];
    const uint32_t old = find(d->old_ids, is->id, true);
    if (old == FH_MAP_NONE) {
        put(d, (fh_map_difference){.sort = FH_MAP_ADDED, .id = is->id, .name = is->name});
        return;
    }
    const fh_map_stage *was = &d->before->stage[old];
    put_changed(d, is->id, is->name, "name", was->name, is->name);
    put_changed(d, is->id, is->name, "when", fh_str_of(fh_map_when_words[was->when]),
                fh_str_of(fh_map_when_words[is->when]));
    if (stays) return;
    put(d, (fh_map_difference){FH_MAP_MOVED, is->id, is->name, FH_STR("order"),
                               old ? d->before->stage[old - 1].name : FH_STR(""),
                               new ? d->after->stage[new - 1].name : FH_STR("")});
}

static void put_removed(differ *d)
{
    for (uint32_t i = 0; i < d->before->n_stages; i++) {
        const fh_map_stage *s = &d->before->stage[i];
        if (find(d->new_ids, s->id, true) == FH_MAP_NONE)
            put(d, (fh_map_difference){.sort = FH_MAP_REMOVED, .id = s->id, .name = s->name});
    }
    for (uint32_t i = 0; i < d->before->n_touchpoints; i++) {
        const fh_map_touchpoint *t = &d->before->touchpoint[i];
        if (find(d->new_ids, t->id, false) == FH_MAP_NONE)
            put(d, (fh_map_difference){.sort = FH_MAP_REMOVED, .id = t->id, .name = t->name});
    }
}

static void compare_all(differ *d, const bool *stage_stays)
{
    const fh_map *was = d->before, *is = d->after;
    put_changed(d, FH_STR(""), is->title, "title", was->title, is->title);
    put_changed(d, FH_STR(""), is->title, "goal", was->goal, is->goal);
    put_changed(d, FH_STR(""), is->title, "owner", was->owner, is->owner);
    put_changed(d, FH_STR(""), is->title, "note", was->note, is->note);
    for (uint32_t i = 0, t = 0; i < is->n_stages; i++) {
        compare_stage(d, i, stage_stays[i]);
        for (; t < is->n_touchpoints && is->touchpoint[t].stage == i; t++) compare_touchpoint(d, t);
    }
    put_removed(d);
}

fh_status fh_map_diff(const fh_map *before, const fh_map *after, fh_arena *arena,
                      fh_map_difference **out, size_t *n, fh_error *err)
{
    fh_status status = fh_map_check(before, err);
    if (status == FH_OK) status = fh_map_check(after, err);
    if (status != FH_OK) return status;
    differ d = {.before = before, .after = after, .arena = arena};
    const uint32_t n_stages = after->n_stages, n_touchpoints = after->n_touchpoints;
    uint32_t *old = FH_NEW_ARRAY(arena, uint32_t, (size_t)n_stages + n_touchpoints + 1);
    bool *stage_stays = FH_NEW_ARRAY(arena, bool, (size_t)n_stages + 1);
    d.stays = FH_NEW_ARRAY(arena, bool, (size_t)n_touchpoints + 1);
    d.old_ids = FH_NEW(arena, fh_map_ids);
    d.new_ids = FH_NEW(arena, fh_map_ids);
    if (!old || !stage_stays || !d.stays || !d.old_ids || !d.new_ids) return fh_no_memory(err);
    fh_map_ids_of(d.old_ids, before);
    fh_map_ids_of(d.new_ids, after);
    for (uint32_t i = 0; i < n_stages; i++) old[i] = find(d.old_ids, after->stage[i].id, true);
    if (!longest_run(arena, old, n_stages, stage_stays)) return fh_no_memory(err);
    /* What changed its stage is no part of the order, nor is what follows a moved stage. */
    for (uint32_t i = 0; i < n_touchpoints; i++) {
        const fh_map_touchpoint *t = &after->touchpoint[i];
        old[i] = find(d.old_ids, t->id, false);
        if (old[i] == FH_MAP_NONE) continue;
        const fh_map_stage *was = &before->stage[before->touchpoint[old[i]].stage];
        if (!fh_str_eq(was->id, after->stage[t->stage].id)) old[i] = FH_MAP_NONE;
    }
    for (uint32_t i = 0, from = 0; i < n_stages; i++) {
        while (from < n_touchpoints && after->touchpoint[from].stage < i) from++;
        uint32_t end = from;
        while (end < n_touchpoints && after->touchpoint[end].stage == i) end++;
        if (!longest_run(arena, old + from, end - from, d.stays + from)) return fh_no_memory(err);
    }
    compare_all(&d, stage_stays);
    if (d.no_memory) return fh_no_memory(err);
    *out = d.row;
    *n = d.n;
    return FH_OK;
}

/* lived_oughts.c - a map's never-rules and promises made into what stories are looked at for
 * (fh_oughts of firsthand/fold.h).
 *
 * A rule that names touchpoints of which no data tells, and one of words alone, cannot be
 * checked. A promise that was never settled counts as broken only behind a touchpoint after
 * which the map lets nobody go on without it: in the same sequence, with nothing between
 * them and it that is optional, a choice, in any order or repeated.
 */
#include "app/maps/lived_parts.h"

/* ---- Never-rules -------------------------------------------------------------------------- */

/* All numbers of a name, whatever it was merged into; in the arena. */
static fh_status numbers_of(const fh_names *names, fh_str name, fh_arena *arena, fh_bitset *out,
                            fh_error *err)
{
    *out = (fh_bitset){0};
    if (!name.len) return FH_OK;
    uint64_t *bits = FH_NEW_ARRAY(arena, uint64_t, (size_t)names->n / 64 + 1);
    if (!bits) return fh_no_memory(err);
    for (uint32_t i = 1; i < names->n; i++)
        if (fh_str_eq_nocase(names->name[i], name)) bits[i / 64] |= UINT64_C(1) << i % 64;
    *out = (fh_bitset){bits, names->n};
    return FH_OK;
}

bool fh_lived_checks(const fh_map *map, uint32_t touchpoint, uint32_t line)
{
    const fh_map_touchpoint *t = &map->touchpoint[touchpoint];
    const fh_map_never *n = &t->never[line];
    if (n->form == FH_NEVER_WORDS || t->is_unseen) return false;
    const uint32_t other = n->other.len ? fh_lived_touchpoint_of(map, n->other) : touchpoint;
    return other != FH_MAP_NONE && !map->touchpoint[other].is_unseen;
}

static fh_status rule_of(const fh_view *v, const fh_map *map, uint32_t touchpoint,
                         const fh_map_never *n, fh_ought_rule *out, fh_error *err)
{
    static const fh_ought_form forms[] = {[FH_NEVER_AFTER] = FH_OUGHT_AFTER,
                                          [FH_NEVER_BEFORE] = FH_OUGHT_BEFORE,
                                          [FH_NEVER_WITHOUT] = FH_OUGHT_WITHOUT,
                                          [FH_NEVER_TIMES] = FH_OUGHT_TIMES,
                                          [FH_NEVER_WHERE] = FH_OUGHT_WHERE};
    *out = (fh_ought_rule){.form = forms[n->form],
                           .element = touchpoint,
                           .within_ms = n->within_ms,
                           .times = n->times};
    if (n->other.len) out->other = fh_lived_touchpoint_of(map, n->other);
    fh_status s = numbers_of(&v->outcome, n->outcome, v->arena, &out->outcomes, err);
    if (!s) s = numbers_of(&v->channel, n->channel, v->arena, &out->channels, err);
    if (!s) s = numbers_of(&v->department, n->department, v->arena, &out->departments, err);
    return s;
}

/* ---- Promises that must be settled ---------------------------------------------------------- */

typedef struct flow {
    const fh_map *map;
    uint32_t *parent; /* [n_steps] FH_MAP_NONE: of the stage */
    uint32_t *leaf;   /* [n_touchpoints] its step */
} flow;

static fh_status read_flow(const fh_map *map, fh_arena *arena, flow *out, fh_error *err)
{
    *out = (flow){map, FH_NEW_ARRAY(arena, uint32_t, (size_t)map->n_steps + 1),
                  FH_NEW_ARRAY(arena, uint32_t, (size_t)map->n_touchpoints + 1)};
    if (!out->parent || !out->leaf) return fh_no_memory(err);
    for (uint32_t i = 0; i < map->n_steps; i++) out->parent[i] = FH_MAP_NONE;
    for (uint32_t i = 0; i < map->n_steps; i++) {
        const fh_map_step *step = &map->step[i];
        if (step->op == FH_MAP_TOUCHPOINT) out->leaf[step->touchpoint] = i;
        for (uint32_t c = i + 1; c < step->end; c = map->step[c].end) out->parent[c] = i;
    }
    return FH_OK;
}

/* Does `step` lie in block `block`? */
static bool lies_in(const flow *f, uint32_t step, uint32_t block)
{
    return block == FH_MAP_NONE || (step > block && step < f->map->step[block].end);
}

/* Does whoever passed `from` pass `to` afterwards, as the map has it? */
static bool must_follow(const flow *f, uint32_t from, uint32_t to)
{
    const uint32_t a = f->leaf[from], b = f->leaf[to];
    uint32_t block = f->parent[b];
    if (a >= b) return false;
    for (; !lies_in(f, a, block); block = f->parent[block]) {
        const fh_map_op op = f->map->step[block].op;
        if (op != FH_MAP_SEQUENCE && op != FH_MAP_ANY_ORDER) return false;
    }
    if (block == FH_MAP_NONE) return true;
    const fh_map_op op = f->map->step[block].op;
    return op == FH_MAP_SEQUENCE || op == FH_MAP_OPTIONAL;
}

static fh_status promise_rule(const flow *f, const fh_element_promise *p, fh_arena *arena,
                              fh_ought_rule *out, fh_error *err)
{
    uint64_t *must = FH_NEW_ARRAY(arena, uint64_t, (size_t)p->before.n / 64 + 1);
    if (!must) return fh_no_memory(err);
    for (uint32_t e = 0; e < p->before.n; e++)
        if (fh_bit(p->before.bits, e) && must_follow(f, e, p->element))
            must[e / 64] |= UINT64_C(1) << e % 64;
    *out = (fh_ought_rule){.form = FH_OUGHT_PROMISE,
                           .element = p->element,
                           .within_ms = p->within_ms,
                           .begins = p->before,
                           .must = {must, p->before.n}};
    return FH_OK;
}

/* ---- All of them --------------------------------------------------------------------------- */

static size_t count_lines(const fh_map *map)
{
    size_t n = 0;
    for (uint32_t t = 0; t < map->n_touchpoints; t++)
        n += (size_t)map->touchpoint[t].n_nevers + map->touchpoint[t].n_promises;
    return n;
}

fh_status fh_lived_oughts(const fh_view *v, const fh_map *map, const fh_element_promise *promise,
                          const uint32_t *promise_at, fh_lived_ought_list *out, fh_error *err)
{
    const size_t most = count_lines(map);
    fh_ought_rule *rule = FH_NEW_ARRAY(v->arena, fh_ought_rule, most + 1);
    fh_lived_ought *about = FH_NEW_ARRAY(v->arena, fh_lived_ought, most + 1);
    uint32_t n = 0;
    flow f;
    if (!rule || !about) return fh_no_memory(err);
    fh_status s = read_flow(map, v->arena, &f, err);
    for (uint32_t t = 0; !s && t < map->n_touchpoints; t++) {
        const fh_map_touchpoint *x = &map->touchpoint[t];
        uint32_t at = promise_at[t];
        for (uint32_t i = 0; !s && i < x->n_nevers && n < FH_OUGHT_RULES_MAX; i++) {
            if (!fh_lived_checks(map, t, i)) continue;
            s = rule_of(v, map, t, &x->never[i], &rule[n], err);
            about[n++] = (fh_lived_ought){.touchpoint = t, .line = i};
        }
        for (uint32_t i = 0; !s && i < x->n_promises && n < FH_OUGHT_RULES_MAX; i++) {
            if (x->promise[i].within_ms <= 0 || x->is_unseen) continue;
            s = promise_rule(&f, &promise[at++], v->arena, &rule[n], err);
            about[n++] = (fh_lived_ought){.touchpoint = t, .line = i, .promise = true};
        }
    }
    *out = (fh_lived_ought_list){rule, about, n};
    return s;
}

/* lived_effect.c - what came of a journey: the four rewards before and after people began to
 * live by a version of its map.
 *
 * Whoever met any touchpoint of the map is looked at, as the map tells its touchpoints among what
 * happened; the turn is the day since which the version is marked intended.
 */
#include "app/ask/words.h"
#include "app/maps/lived_parts.h"
#include "base/put.h"

/* The touchpoints of what happened that are, under some channel and department, one of the map's.
 */
static fh_status met(const fh_view *v, const fh_map *map, fh_bitset *out, fh_error *err)
{
    fh_element_rules rules;
    const uint32_t most = v->touchpoint.n;
    uint64_t *bits = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)most / 64 + 1);
    if (!bits) return fh_no_memory(err);
    const fh_status s = fh_lived_rules(v, map, &rules, err);
    const size_t cells = s ? 0 : (size_t)rules.n_channel_kinds * rules.n_department_kinds;
    bool any = false;
    for (uint32_t t = 1; t < most && !s; t++) {
        const uint32_t e = rules.of[t], as = v->touchpoint.canon ? v->touchpoint.canon[t] : t;
        bool is = e < map->n_touchpoints;
        if (e != FH_NO_ELEMENT && e >= FH_ELEMENT_BY)
            for (size_t k = 0; k < cells && !is; k++)
                is = rules.by[(e - FH_ELEMENT_BY) * cells + k] != FH_NO_ELEMENT;
        if (!is || as >= most) continue;
        bits[as / 64] |= UINT64_C(1) << (as % 64);
        any = true;
    }
    *out = (fh_bitset){.bits = bits, .n = most};
    if (s || any) return s;
    (void)fh_fail(err, FH_CONFLICT, "nothing that happened is a touchpoint of this map");
    return fh_hint(err, FH_CONFLICT,
                   "Say in the map, with 'match', what its touchpoints are called "
                   "where they happen.");
}

fh_status fh_maps_effect_json(const fh_view *v, const fh_actor *actor, const fh_map_open *open,
                              const fh_effect_wish *wish, fh_json *j, fh_error *err)
{
    const int64_t version = open->version.version;
    fh_effect_ask ask = {
        .where = fh_printed(v->arena, "any touchpoint of \"%.*s\"", FH_STR_ARG(open->map.title)),
        .turn = fh_printed(v->arena, "version %lld was intended", (long long)version),
        .fixed_ms = open->version.marked_ms};
    fh_effect_view effect;
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = fh_effect_take(v, wish, &ask, err);
    if (!s && !ask.fixed_ms) {
        (void)fh_fail(err, FH_CONFLICT, "it is not said since when version %lld is intended",
                      (long long)version);
        return fh_hint(err, FH_CONFLICT, "Mark it so, or name the day from which to count.");
    }
    if (!s) s = met(v, &open->map, &ask.touchpoints, err);
    if (!s) s = fh_view_effect(v, &ask, &effect, err);
    if (s) return s;
    fh_json_object(j);
    fh_put_int(j, "map", open->row.map);
    fh_put_int(j, "version", version);
    fh_put_text(j, "title", open->map.title);
    fh_put_text(j, "touchpoints", ask.where);
    fh_put_text(j, "turn", wish->since.len ? FH_STR("asked") : FH_STR("intended"));
    fh_effect_json(v, &effect, j);
    fh_json_end_object(j);
    return FH_OK;
}

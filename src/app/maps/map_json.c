/* map_json.c - maps as JSON (docs/handbook/json.md). */
#include "app/maps/maps.h"

#include "base/put.h"

void fh_maps_row_json(const fh_maps_row *r, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "map", r->map);
    fh_put_text(j, "id", r->id);
    fh_put_text(j, "title", r->title);
    fh_put_text(j, "goal", r->goal);
    fh_put_text(j, "owner", r->owner);
    fh_put_int(j, "version", r->latest);
    fh_put_int_or_null(j, "intended", r->intended);
    fh_put_int_or_null(j, "actual", r->actual);
    fh_put_int(j, "stages", r->stages);
    fh_put_int(j, "touchpoints", r->touchpoints);
    fh_put_int(j, "changed_ms", r->changed_ms);
    fh_put_bool(j, "archived", r->archived);
    fh_json_end_object(j);
}

static void put_person(const fh_maps_version *v, fh_json *j)
{
    fh_json_key(j, FH_STR("person"));
    if (!v->person) {
        fh_json_null(j);
        return;
    }
    fh_json_object(j);
    fh_put_int(j, "person", v->person);
    fh_put_text(j, "name", v->person_name);
    fh_json_end_object(j);
}

static void put_version(const fh_maps_version *v, fh_json *j)
{
    fh_put_word(j, "mark", fh_map_marks[v->mark]);
    fh_put_int(j, "made_ms", v->made_ms);
    fh_json_key(j, FH_STR("marked_ms"));
    if (v->marked_ms)
        fh_json_int(j, v->marked_ms);
    else
        fh_json_null(j);
    put_person(v, j);
    fh_put_text(j, "note", v->note);
}

void fh_maps_version_json(const fh_maps_version *v, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "version", v->version);
    put_version(v, j);
    fh_json_end_object(j);
}

/* ---- What is in it ------------------------------------------------------------------------ */

static void put_list(fh_json *j, const char *key, const fh_str *list, uint32_t n)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (uint32_t i = 0; i < n; i++) fh_json_str(j, list[i]);
    fh_json_end_array(j);
}

void fh_map_rule_json(const fh_map_never *never, fh_json *j)
{
    fh_buf rule;
    fh_buf_init(&rule, NULL, FH_MAP_TEXT_MAX);
    fh_map_print_rule(never, &rule);
    fh_json_key(j, FH_STR("rule"));
    if (!rule.status)
        fh_json_str(j, fh_buf_view(&rule));
    else
        fh_json_null(j);
    fh_buf_free(&rule);
}

static void put_nevers(const fh_map_touchpoint *t, fh_json *j)
{
    fh_json_key(j, FH_STR("never"));
    fh_json_array(j);
    for (uint32_t i = 0; i < t->n_nevers; i++) {
        fh_json_object(j);
        fh_put_text(j, "words", t->never[i].text);
        fh_map_rule_json(&t->never[i], j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_lines(const fh_map_touchpoint *t, fh_json *j)
{
    fh_json_key(j, FH_STR("behave"));
    fh_json_array(j);
    for (uint32_t i = 0; i < t->n_behaviours; i++) {
        fh_json_object(j);
        fh_put_text(j, "role", t->behaviour[i].role);
        fh_put_text(j, "words", t->behaviour[i].text);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("promises"));
    fh_json_array(j);
    for (uint32_t i = 0; i < t->n_promises; i++) {
        fh_json_object(j);
        fh_put_text(j, "words", t->promise[i].text);
        fh_put_int(j, "within_ms", t->promise[i].within_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    put_nevers(t, j);
    put_list(j, "holds", t->holds, t->n_holds);
    put_list(j, "needs", t->needs, t->n_needs);
    put_list(j, "systems", t->system, t->n_systems);
    fh_json_key(j, FH_STR("match"));
    fh_json_array(j);
    for (uint32_t i = 0; i < t->n_matches; i++) {
        fh_json_object(j);
        fh_put_text(j, "name", t->match[i].name);
        fh_put_text(j, "channel", t->match[i].channel);
        fh_put_text(j, "department", t->match[i].department);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_touchpoint(const fh_map_touchpoint *t, int64_t begins_ms, fh_json *j)
{
    static const char *const lanes[] = {"customer", "front", "back"};
    fh_json_object(j);
    fh_put_text(j, "name", t->name);
    fh_put_text(j, "lane", fh_str_of(lanes[t->lane]));
    fh_put_bool(j, "lane_said", t->lane_said);
    fh_put_text(j, "from", t->from);
    fh_put_text(j, "to", t->to);
    fh_put_text(j, "over", t->channel);
    fh_put_text(j, "place", t->place);
    fh_put_int(j, "length_ms", t->length_ms);
    fh_put_int(j, "begins_ms", begins_ms);
    fh_put_text(j, "owner", t->owner);
    fh_put_text(j, "ask", t->ask);
    fh_put_int(j, "feels", t->feels);
    fh_put_text(j, "intended", t->intended);
    fh_put_text(j, "note", t->note);
    put_lines(t, j);
    fh_json_key(j, FH_STR("unseen"));
    if (t->is_unseen)
        fh_json_str(j, t->unseen);
    else
        fh_json_null(j);
    fh_put_bool(j, "walkable", !t->is_not_walkable);
    fh_put_text(j, "not_walkable", t->not_walkable);
    fh_put_text(j, "instead", t->instead);
    fh_json_end_object(j);
}

/* Blocks are at most FH_MAP_DEPTH_MAX deep. */
static void put_steps(const fh_map *map, uint32_t from, uint32_t end, fh_json *j)
{
    static const char *const blocks[] = {[FH_MAP_SEQUENCE] = "sequence",
                                         [FH_MAP_CHOICE] = "choice",
                                         [FH_MAP_ANY_ORDER] = "any-order",
                                         [FH_MAP_REPEAT] = "repeat",
                                         [FH_MAP_OPTIONAL] = "optional"};
    fh_json_array(j);
    for (uint32_t i = from; i < end; i = map->step[i].end) {
        const fh_map_step *s = &map->step[i];
        if (s->op == FH_MAP_TOUCHPOINT) {
            fh_json_str(j, map->touchpoint[s->touchpoint].id);
            continue;
        }
        fh_json_object(j);
        fh_put_word(j, "block", blocks[s->op]);
        fh_json_key(j, FH_STR("steps"));
        put_steps(map, i + 1, s->end, j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_journey(const fh_map_open *o, fh_json *j)
{
    const fh_map *map = &o->map;
    static const char *const whens[] = {"before", "during", "after"};
    fh_json_object(j);
    fh_put_text(j, "id", map->id);
    fh_put_text(j, "title", map->title);
    fh_put_text(j, "goal", map->goal);
    fh_put_text(j, "owner", map->owner);
    fh_put_text(j, "note", map->note);
    fh_put_int(j, "length_ms", o->length_ms);
    fh_json_key(j, FH_STR("stages"));
    fh_json_array(j);
    for (uint32_t i = 0; i < map->n_stages; i++) {
        const fh_map_stage *s = &map->stage[i];
        fh_json_object(j);
        fh_put_text(j, "id", s->id);
        fh_put_text(j, "name", s->name);
        fh_put_word(j, "when", whens[s->when]);
        fh_json_key(j, FH_STR("flow"));
        put_steps(map, s->step, s->end, j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_object(j);
    for (uint32_t i = 0; i < map->n_touchpoints; i++) {
        fh_json_key(j, map->touchpoint[i].id);
        put_touchpoint(&map->touchpoint[i], o->begins_ms[i], j);
    }
    fh_json_end_object(j);
    fh_json_end_object(j);
}

void fh_map_open_json(const fh_map_open *o, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "map", o->row.map);
    fh_put_text(j, "id", o->row.id);
    fh_put_int(j, "version", o->version.version);
    fh_put_int(j, "latest", o->row.latest);
    fh_put_int_or_null(j, "intended", o->row.intended);
    fh_put_int_or_null(j, "actual", o->row.actual);
    fh_put_bool(j, "archived", o->row.archived);
    put_version(&o->version, j);
    fh_put_text(j, "text", o->version.text);
    fh_json_key(j, FH_STR("journey"));
    put_journey(o, j);
    fh_json_end_object(j);
}

void fh_map_differences_json(const fh_map_difference *d, size_t n, fh_json *j)
{
    static const char *const sorts[] = {[FH_MAP_ADDED] = "added",
                                        [FH_MAP_REMOVED] = "removed",
                                        [FH_MAP_RENAMED] = "renamed",
                                        [FH_MAP_CHANGED] = "changed",
                                        [FH_MAP_MOVED] = "moved"};
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_word(j, "sort", sorts[d[i].sort]);
        fh_put_text(j, "id", d[i].id);
        fh_put_text(j, "name", d[i].name);
        fh_put_text(j, "field", d[i].field);
        fh_put_text(j, "before", d[i].before);
        fh_put_text(j, "after", d[i].after);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

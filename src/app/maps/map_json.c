/* map_json.c - maps as JSON (docs/handbook/json.md). */
#include "app/maps/maps.h"

static void text(fh_json *j, const char *key, fh_str value)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_str(j, value);
}

static void number(fh_json *j, const char *key, int64_t value)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_int(j, value);
}

static void flag(fh_json *j, const char *key, bool value)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_bool(j, value);
}

static void version_or_null(fh_json *j, const char *key, int64_t version)
{
    fh_json_key(j, fh_str_of(key));
    if (version)
        fh_json_int(j, version);
    else
        fh_json_null(j);
}

void fh_maps_row_json(const fh_maps_row *r, fh_json *j)
{
    fh_json_object(j);
    number(j, "map", r->map);
    text(j, "id", r->id);
    text(j, "title", r->title);
    text(j, "goal", r->goal);
    text(j, "owner", r->owner);
    number(j, "version", r->latest);
    version_or_null(j, "intended", r->intended);
    version_or_null(j, "actual", r->actual);
    number(j, "stages", r->stages);
    number(j, "touchpoints", r->touchpoints);
    number(j, "changed_ms", r->changed_ms);
    flag(j, "archived", r->archived);
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
    number(j, "person", v->person);
    text(j, "name", v->person_name);
    fh_json_end_object(j);
}

static void put_version(const fh_maps_version *v, fh_json *j)
{
    text(j, "mark", fh_str_of(fh_map_marks[v->mark]));
    number(j, "made_ms", v->made_ms);
    fh_json_key(j, FH_STR("marked_ms"));
    if (v->marked_ms)
        fh_json_int(j, v->marked_ms);
    else
        fh_json_null(j);
    put_person(v, j);
    text(j, "note", v->note);
}

void fh_maps_version_json(const fh_maps_version *v, fh_json *j)
{
    fh_json_object(j);
    number(j, "version", v->version);
    put_version(v, j);
    fh_json_end_object(j);
}

/* ---- What is in it ------------------------------------------------------------------------ */

static void put_list(fh_json *j, const char *key, const fh_str *list, uint32_t n)
{
    fh_json_key(j, fh_str_of(key));
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
        text(j, "words", t->never[i].text);
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
        text(j, "role", t->behaviour[i].role);
        text(j, "words", t->behaviour[i].text);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("promises"));
    fh_json_array(j);
    for (uint32_t i = 0; i < t->n_promises; i++) {
        fh_json_object(j);
        text(j, "words", t->promise[i].text);
        number(j, "within_ms", t->promise[i].within_ms);
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
        text(j, "name", t->match[i].name);
        text(j, "channel", t->match[i].channel);
        text(j, "department", t->match[i].department);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_touchpoint(const fh_map_touchpoint *t, int64_t begins_ms, fh_json *j)
{
    static const char *const lanes[] = {"customer", "front", "back"};
    fh_json_object(j);
    text(j, "name", t->name);
    text(j, "lane", fh_str_of(lanes[t->lane]));
    flag(j, "lane_said", t->lane_said);
    text(j, "from", t->from);
    text(j, "to", t->to);
    text(j, "over", t->channel);
    text(j, "place", t->place);
    number(j, "length_ms", t->length_ms);
    number(j, "begins_ms", begins_ms);
    text(j, "owner", t->owner);
    text(j, "ask", t->ask);
    number(j, "feels", t->feels);
    text(j, "intended", t->intended);
    text(j, "note", t->note);
    put_lines(t, j);
    fh_json_key(j, FH_STR("unseen"));
    if (t->is_unseen)
        fh_json_str(j, t->unseen);
    else
        fh_json_null(j);
    flag(j, "walkable", !t->is_not_walkable);
    text(j, "not_walkable", t->not_walkable);
    text(j, "instead", t->instead);
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
        text(j, "block", fh_str_of(blocks[s->op]));
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
    text(j, "id", map->id);
    text(j, "title", map->title);
    text(j, "goal", map->goal);
    text(j, "owner", map->owner);
    text(j, "note", map->note);
    number(j, "length_ms", o->length_ms);
    fh_json_key(j, FH_STR("stages"));
    fh_json_array(j);
    for (uint32_t i = 0; i < map->n_stages; i++) {
        const fh_map_stage *s = &map->stage[i];
        fh_json_object(j);
        text(j, "id", s->id);
        text(j, "name", s->name);
        text(j, "when", fh_str_of(whens[s->when]));
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
    number(j, "map", o->row.map);
    text(j, "id", o->row.id);
    number(j, "version", o->version.version);
    number(j, "latest", o->row.latest);
    version_or_null(j, "intended", o->row.intended);
    version_or_null(j, "actual", o->row.actual);
    flag(j, "archived", o->row.archived);
    put_version(&o->version, j);
    text(j, "text", o->version.text);
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
        text(j, "sort", fh_str_of(sorts[d[i].sort]));
        text(j, "id", d[i].id);
        text(j, "name", d[i].name);
        text(j, "field", d[i].field);
        text(j, "before", d[i].before);
        text(j, "after", d[i].after);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

/* maps.c - journey maps: made, listed, read, changed, marked, compared, taken in.
 *
 * The ETag of a map is its version. Marks and names of colleagues stand beside it, so a
 * reply is never "not modified".
 */
#include "api/map_call.h"
#include "app/maps/discover.h"
#include "base/put.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

fh_status fh_call_map(fh_call *c, uint64_t version, fh_map_open *out, fh_error *err)
{
    int64_t map = 0;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s && version > INT64_MAX) s = fh_fail(err, FH_NOTFOUND, "there is no such version");
    return s ? s : fh_maps_open(c->org, &c->actor, map, (int64_t)version, c->arena, out, err);
}

static fh_status show(fh_call *c, const fh_map_open *o, fh_error *err)
{
    fh_map_open_json(o, &c->json);
    c->tag_for_part = true;
    return fh_call_version_is(c, o->version.version, err);
}

fh_status fh_call_show_map(fh_call *c, int64_t map, fh_error *err)
{
    fh_map_open o;
    const fh_status s = fh_maps_open(c->org, &c->actor, map, 0, c->arena, &o, err);
    return s ? s : show(c, &o, err);
}

static fh_status put_row(fh_call *c, int64_t map, fh_error *err)
{
    fh_maps_row row;
    const fh_status s = fh_maps_get(c->org, map, c->arena, &row, err);
    if (!s) fh_maps_row_json(&row, &c->json);
    return s;
}

/* ---- Reading ------------------------------------------------------------------------------ */

typedef struct list_query {
    bool archived;
} list_query;
static const fh_option list_options[] = {
    {0, "archived", FH_OPTION_FLAG, offsetof(list_query, archived), NULL,
     "also those that were put away", NULL},
    {0},
};

static fh_status list_maps(fh_call *c, fh_error *err)
{
    const list_query *q = c->query;
    const fh_maps_row *row = NULL;
    size_t n = 0;
    const fh_status s = fh_maps_all(c->org, &c->actor, q->archived, c->arena, &row, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "maps");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) fh_maps_row_json(&row[i], &c->json);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

typedef struct version_query {
    uint64_t version;
} version_query;
static const fh_option version_options[] = {
    {0, "version", FH_OPTION_COUNT, offsetof(version_query, version), "V",
     "this version (default: the latest)", NULL},
    {0},
};

static fh_status get_map(fh_call *c, fh_error *err)
{
    const version_query *q = c->query;
    fh_map_open o;
    const fh_status s = fh_call_map(c, q->version, &o, err);
    return s ? s : show(c, &o, err);
}

typedef struct versions_query {
    uint64_t before, limit;
} versions_query;
static const fh_option versions_options[] = {
    {0, "before", FH_OPTION_COUNT, offsetof(versions_query, before), "V",
     "versions before this one (default: from the latest)", NULL},
    {'n', "limit", FH_OPTION_COUNT, offsetof(versions_query, limit), "N",
     "at most so many at a time, up to 1000 (default 200)", NULL},
    {0},
};
static const versions_query versions_defaults = {.limit = 200};

static fh_status list_versions(fh_call *c, fh_error *err)
{
    enum { LIMIT_MAX = 1000 };
    const versions_query *q = c->query;
    const fh_maps_version *v = NULL;
    fh_maps_row row;
    size_t n = 0;
    int64_t map = 0;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s && (q->limit < 1 || q->limit > LIMIT_MAX || q->before > INT64_MAX))
        s = fh_fail(err, FH_INVALID, "limit is 1 to %d", (int)LIMIT_MAX);
    if (!s) s = fh_maps_get(c->org, map, c->arena, &row, err);
    if (!s)
        s = fh_maps_versions(c->org, map, (int64_t)q->before, (size_t)q->limit, c->arena, &v, &n,
                             err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "versions");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) fh_maps_version_json(&v[i], &c->json);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

/* In a transaction of its own: reading and discovering went before, beside the others. */
static fh_status make(fh_call *c, const fh_map *map, fh_str note, fh_error *err)
{
    int64_t number = 0;
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s) {
        s = fh_maps_make(c->org, &c->actor, map, note, &number, err);
        if (!s) s = fh_call_show_map(c, number, err);
        if (s)
            fh_org_rollback(c->org);
        else
            s = fh_org_commit(c->org, err);
    }
    s = fh_call_lane_done(c, s);
    return s ? s : fh_call_made(c, "/api/v1/maps", number, err);
}

typedef struct wanted {
    fh_str text, title, goal, id, note;
    bool has_text;
} wanted;

static fh_status empty_map(fh_call *c, wanted *w, fh_map *map, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_read(c->api->options.pool, &org, err);
    if (!s) s = fh_maps_empty(org, w->id, w->title, w->goal, c->arena, map, err);
    fh_pool_read_done(c->api->options.pool, org);
    return s;
}

/* Members of the filter as `?from=2024` gives them, and the noise. */
static fh_status read_discovery(fh_call *c, uint32_t at, fh_discover_wanted *out, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    fh_option *option = NULL;
    size_t n = 0;
    fh_status s = fh_options_flat(fh_discover_options_table, 0, c->arena, &option, &n, err);
    if (!s && doc->token[at].type != FH_JSON_OBJECT)
        s = fh_fail(err, FH_INVALID, "/discover must be an object");
    for (uint32_t m = at + 1; !s && m < doc->token[at].next; m = doc->token[m + 1].next) {
        fh_str key, value;
        size_t k = 0;
        const uint8_t type = doc->token[m + 1].type;
        if (!fh_json_text(doc, m, c->arena, &key)) return fh_no_memory(err);
        while (k < n && !fh_str_eq(key, fh_str_of(option[k].name))) k++;
        if (k == n || fh_str_eq(key, FH_STR("format")) || fh_str_eq(key, FH_STR("threads")))
            return fh_fail(err, FH_INVALID, "/discover has no member '%.*s'",
                           (int)(key.len < 40 ? key.len : 40), key.ptr);
        if (type != FH_JSON_STRING && type != FH_JSON_NUMBER)
            return fh_fail(err, FH_INVALID, "/discover/%s must be a text or a number",
                           option[k].name);
        value = fh_json_raw(doc, m + 1);
        if (type == FH_JSON_STRING && !fh_json_text(doc, m + 1, c->arena, &value))
            return fh_no_memory(err);
        s = fh_option_set(&option[k], "/discover/", c->arena, out, value, err);
    }
    return s;
}

static fh_status discover(fh_call *c, uint32_t at, wanted *w, fh_map *map, fh_error *err)
{
    fh_org *org = NULL;
    fh_discover_wanted d = fh_discover_defaults;
    fh_status s = read_discovery(c, at, &d, err);
    if (!s) s = fh_call_may_ask(c, &d.ask, err);
    if (s) return s;
    s = fh_pool_read(c->api->options.pool, &org, err);
    if (s) return s;
    if (!w->id.len) s = fh_maps_free_id(org, w->title, c->arena, &w->id, err);
    if (!s) s = fh_maps_discover(org, &d, w->id, w->title, c->arena, map, err);
    if (!s) map->goal = w->goal;
    fh_pool_read_done(c->api->options.pool, org);
    return s;
}

static fh_status add_map(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"text", "title", "goal", "id", "note", "discover", NULL};
    wanted w = {.has_text = false};
    fh_map map;
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "title", &w.title, &there, err);
    if (!s) s = fh_call_text(c, "goal", &w.goal, &there, err);
    if (!s) s = fh_call_text(c, "id", &w.id, &there, err);
    if (!s) s = fh_call_text(c, "note", &w.note, &there, err);
    if (!s) s = fh_call_text(c, "text", &w.text, &w.has_text, err);
    if (s) return s;
    const uint32_t at = fh_json_get(c->body, 0, FH_STR("discover"));
    if (w.has_text && (at || w.title.len || w.goal.len || w.id.len)) {
        (void)fh_fail(err, FH_INVALID, "/text says title, goal and id itself");
        return fh_hint(err, FH_INVALID, "Give either text, or title and goal.");
    }
    if (w.has_text)
        s = fh_map_parse(w.text, c->arena, &map, err);
    else if (at && c->body->token[at].type != FH_JSON_NULL)
        s = discover(c, at, &w, &map, err);
    else
        s = empty_map(c, &w, &map, err);
    return s ? s : make(c, &map, w.note, err);
}

enum { IMPORT_JOURNEY, IMPORT_CJML, IMPORT_MERMAID };

typedef struct import_query {
    uint32_t format;
} import_query;

static const fh_option import_options[] = {
    {0, "format", FH_OPTION_CHOICE, offsetof(import_query, format), "journey|cjml|mermaid",
     "a map's text, CJML 2.0, or a Mermaid journey (default journey)", NULL},
    {0},
};

/* Other programs' maps have no ids of ours: one is taken that is free. */
static fh_status give_id(fh_call *c, fh_map *map, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_read(c->api->options.pool, &org, err);
    if (!s) s = fh_maps_free_id(org, map->title, c->arena, &map->id, err);
    fh_pool_read_done(c->api->options.pool, org);
    return s;
}

static fh_status import_map(fh_call *c, fh_error *err)
{
    const import_query *q = c->query;
    const fh_str text = c->request->body;
    fh_map map;
    fh_str note = {0};
    size_t passed = 0;
    fh_status s = FH_OK;
    if (q->format == IMPORT_CJML) s = fh_map_parse_cjml(text, c->arena, &map, &passed, err);
    if (q->format == IMPORT_MERMAID) s = fh_map_parse_mermaid(text, c->arena, &map, &passed, err);
    if (q->format == IMPORT_JOURNEY) s = fh_map_parse(text, c->arena, &map, err);
    if (!s && q->format != IMPORT_JOURNEY) s = give_id(c, &map, err);
    if (!s && passed &&
        !fh_arena_format(c->arena, &note,
                         "%zu things that the file says and a map cannot were passed over", passed))
        return fh_no_memory(err);
    return s ? s : make(c, &map, note, err);
}

/* ---- Changing ------------------------------------------------------------------------------ */

static fh_status put_map(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"text", "note", NULL};
    fh_str text, note = {0};
    int64_t map = 0;
    bool there = false;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "text", &text, NULL, err);
    if (!s) s = fh_call_text(c, "note", &note, &there, err);
    if (!s) s = fh_maps_put(c->org, &c->actor, map, c->version, text, note, c->arena, err);
    return s ? s : fh_call_show_map(c, map, err);
}

static fh_status mark_version(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"as", "since", NULL};
    const struct fh_zone *zone = NULL;
    int64_t map = 0, version = 0, since_ms = 0;
    fh_map_mark mark = FH_MAP_DRAFT;
    fh_str as, since = {0};
    bool there = false;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_call_number64(c, 1, &version, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "as", &as, NULL, err);
    if (!s) s = fh_map_mark_read(as, &mark, err);
    if (!s) s = fh_call_text(c, "since", &since, &there, err);
    if (!s) s = fh_org_zone(c->org, c->arena, &zone, err);
    if (!s && since.len && !fh_time_iso(since, zone, &since_ms)) {
        (void)fh_fail(err, FH_INVALID, "/since is not a day");
        return fh_hint(err, FH_INVALID, "Write it as 2026-03-31.");
    }
    if (!s) s = fh_maps_mark_as(c->org, &c->actor, map, version, mark, since_ms, false, err);
    return s ? s : put_row(c, map, err);
}

static fh_status put_away(fh_call *c, bool archived, fh_error *err)
{
    int64_t map = 0;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_maps_put_away(c->org, &c->actor, map, archived, err);
    return s ? s : put_row(c, map, err);
}

static fh_status remove_map(fh_call *c, fh_error *err)
{
    return put_away(c, true, err);
}

static fh_status restore_map(fh_call *c, fh_error *err)
{
    return put_away(c, false, err);
}

#define MAPS_GROUP "Maps"

const fh_route fh_routes_maps[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps",
     .id = "listMaps",
     .group = MAPS_GROUP,
     .summary = "All journey maps, by title",
     .right = FH_RIGHT_ASK,
     .query = list_options,
     .query_size = sizeof(list_query),
     .reply = "Maps",
     .handle = list_maps},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/maps",
     .id = "addMap",
     .group = MAPS_GROUP,
     .summary = "Make a map: of its text, empty, or of what customers really do",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_NO_ORG,
     .body = "MapNew",
     .reply = "Map",
     .status = 201,
     .max_body = 6 << 20,
     .handle = add_map},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/maps/import",
     .id = "importMap",
     .group = MAPS_GROUP,
     .summary = "Make a map of a file: .journey, CJML 2.0 or Mermaid",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_NO_ORG,
     .query = import_options,
     .query_size = sizeof(import_query),
     .body_type = "text/plain",
     .reply = "Map",
     .status = 201,
     .max_body = FH_MAP_TEXT_MAX,
     .handle = import_map},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}",
     .id = "getMap",
     .group = MAPS_GROUP,
     .summary = "One version of a map, with its text",
     .right = FH_RIGHT_ASK,
     .query = version_options,
     .query_size = sizeof(version_query),
     .reply = "Map",
     .handle = get_map},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/maps/{map}",
     .id = "putMap",
     .group = MAPS_GROUP,
     .summary = "Replace the whole text of a map",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "MapText",
     .reply = "Map",
     .max_body = 6 << 20,
     .handle = put_map},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/maps/{map}",
     .id = "archiveMap",
     .group = MAPS_GROUP,
     .summary = "Put a map away; it can be brought back",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_WRITES,
     .reply = "MapRow",
     .handle = remove_map},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/maps/{map}/restore",
     .id = "restoreMap",
     .group = MAPS_GROUP,
     .summary = "Bring a map back that was put away",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_WRITES,
     .reply = "MapRow",
     .handle = restore_map},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/versions",
     .id = "listMapVersions",
     .group = MAPS_GROUP,
     .summary = "The versions of a map, the newest first",
     .right = FH_RIGHT_ASK,
     .query = versions_options,
     .query_size = sizeof(versions_query),
     .query_defaults = &versions_defaults,
     .reply = "MapVersions",
     .handle = list_versions},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/maps/{map}/versions/{version}/mark",
     .id = "markMapVersion",
     .group = MAPS_GROUP,
     .summary = "Say that a version is the intended one, how it is now, or a draft",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_WRITES,
     .body = "MapMark",
     .reply = "MapRow",
     .handle = mark_version},
    {.path = NULL},
};

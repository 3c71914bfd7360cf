/* map_lived.c - a map held against what customers lived through: figures at each touchpoint,
 * who is behind them, open records, and the map as a file.
 */
#include "api/map_call.h"
#include "app/ask/question.h"
#include "app/find/between.h"
#include "app/maps/lived.h"
#include "app/maps/map_file.h"
#include "app/people/audit.h"
#include "app/records/records.h"
#include "base/put.h"

#include <stddef.h>
#include <string.h>

typedef struct lived_query {
    fh_asking ask;
    uint64_t version;
} lived_query;

static const fh_option lived_options[] = {
    {0, "version", FH_OPTION_COUNT, offsetof(lived_query, version), "V",
     "against this version (default: the latest)", NULL},
    FH_ASKING(lived_query),
    {0},
};

/* The map and the stories that the filter leaves, as of one moment. */
static fh_status begin(fh_call *c, const fh_asking *asking, uint64_t version, fh_map_open *open,
                       fh_answer *a, fh_error *err)
{
    fh_status s = fh_call_may_ask(c, asking, err);
    if (!s && asking->format > FH_ANSWER_JSON)
        s = fh_fail(err, FH_INVALID, "a map held against stories is given as JSON only");
    if (!s) s = fh_call_map(c, version, open, err);
    return s ? s : fh_answer_begin(a, c->org, asking, NULL, c->arena, &c->out, err);
}

static fh_status lived(fh_call *c, fh_error *err)
{
    lived_query *q = c->query;
    fh_map_open open;
    fh_answer a;
    fh_map_lived_view view;
    q->ask.threads = 0;
    fh_status s = fh_org_moment(c->org, err);
    if (s) return s;
    s = begin(c, &q->ask, q->version, &open, &a, err);
    if (!s) s = fh_maps_lived(&a.view, &c->actor, &open, &view, err);
    fh_org_moment_end(c->org);
    if (!s) fh_map_lived_json(&view, &c->json);
    return s;
}

/* Below the line of visibility. */
static fh_status sides(fh_call *c, fh_error *err)
{
    lived_query *q = c->query;
    fh_map_open open;
    fh_answer a;
    q->ask.threads = 0;
    fh_status s = fh_org_moment(c->org, err);
    if (s) return s;
    s = begin(c, &q->ask, q->version, &open, &a, err);
    if (!s) s = fh_between_sides_json(&a.view, &c->actor, &open, &c->json, err);
    fh_org_moment_end(c->org);
    return s;
}

/* ---- Who ----------------------------------------------------------------------------------- */

typedef struct who_query {
    fh_asking ask;
    uint64_t version, limit;
    fh_str touchpoint, state, after;
} who_query;

static const fh_option who_options[] = {
    {0, "touchpoint", FH_OPTION_TEXT, offsetof(who_query, touchpoint), "ID",
     "id of a touchpoint of the map", NULL},
    {0, "state", FH_OPTION_TEXT, offsetof(who_query, state), "STATE",
     "completed, missing, adhoc, out_of_order or failing", NULL},
    {0, "version", FH_OPTION_COUNT, offsetof(who_query, version), "V",
     "against this version (default: the latest)", NULL},
    {'n', "limit", FH_OPTION_COUNT, offsetof(who_query, limit), "N",
     "at most so many at a time, up to 1000 (default 50)", NULL},
    {0, "after", FH_OPTION_TEXT, offsetof(who_query, after), "NEXT",
     "go on behind this place: 'next' of the answer before", NULL},
    FH_ASKING(who_query),
    {0},
};
static const who_query who_defaults = {.limit = 50};

static fh_status list_who(fh_call *c, fh_error *err)
{
    who_query *q = c->query;
    fh_map_open open;
    fh_answer a;
    fh_behind behind;
    fh_lived_state state = FH_LIVED_COMPLETED;
    q->ask.threads = 0;
    fh_status s = fh_lived_state_read(q->state, &state, err);
    if (!s) s = begin(c, &q->ask, q->version, &open, &a, err);
    if (!s) s = fh_maps_lived_who(&a.view, &open, q->touchpoint, state, err);
    if (!s) s = fh_view_customers(&a.view, q->limit, q->after, &behind, err);
    if (!s) fh_behind_json(&a.view, &behind, &c->json);
    return s;
}

/* That somebody looked at who is behind a figure goes into the audit log, once a list. */
static fh_status note_listed(fh_call *c, fh_error *err)
{
    const who_query *q = c->query;
    fh_audit_object about = {.kind = FH_STR("customers")};
    int64_t map = 0;
    fh_buf text;
    fh_json j;
    fh_status s = fh_call_number64(c, 0, &map, err);
    fh_buf_init(&text, NULL, 4096);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_number(&j, "map", (uint64_t)map);
    fh_put_text(&j, "touchpoint", q->touchpoint);
    fh_put_text(&j, "state", q->state);
    fh_json_end_object(&j);
    const bool told = !text.status && fh_arena_str(c->arena, fh_buf_view(&text), &about.after);
    fh_buf_free(&text);
    if (!s && !told) s = fh_no_memory(err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s) s = fh_audit(c->org, &c->actor, FH_AUDITED_CUSTOMERS_LISTED, &about, err);
    if (!s) s = fh_org_commit(c->org, err);
    return fh_call_lane_done(c, s);
}

static fh_status who(fh_call *c, fh_error *err)
{
    const who_query *q = c->query;
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = fh_org_moment(c->org, err);
    if (!s) {
        s = list_who(c, err);
        fh_org_moment_end(c->org);
    }
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    return s || q->after.len ? s : note_listed(c, err);
}

/* ---- Records -------------------------------------------------------------------------------- */

static fh_status records(fh_call *c, fh_error *err)
{
    fh_map_open open;
    fh_view view;
    fh_map_record *r = NULL;
    size_t n = 0;
    fh_status s = fh_call_map(c, 0, &open, err);
    if (!s) s = fh_view_open(c->org, NULL, NULL, 0, c->arena, &view, err);
    if (!s) s = fh_maps_records(&view, &c->actor, &open, &r, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "items");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) {
        fh_record_view one;
        s = fh_record_get(c->org, &c->actor, r[i].record, c->arena, &one, err);
        if (s) return s;
        fh_json_object(&c->json);
        fh_put_key(&c->json, "touchpoint");
        if (r[i].touchpoint == FH_MAP_NONE)
            fh_json_null(&c->json);
        else
            fh_json_str(&c->json, open.map.touchpoint[r[i].touchpoint].id);
        fh_put_number(&c->json, "record", (uint64_t)r[i].record);
        fh_put_text(&c->json, "kind", one.kind->name);
        fh_put_bool(&c->json, "ownerless", r[i].ownerless);
        fh_json_end_object(&c->json);
    }
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- As a file ------------------------------------------------------------------------------- */

enum { FILE_JOURNEY, FILE_TREE, FILE_XLSX, FILE_SVG, FILE_CJML, FILE_MERMAID };

typedef struct file_query {
    fh_asking ask;
    uint64_t version;
    uint32_t format;
    bool intended;
} file_query;

static const fh_option file_options[] = {
    {0, "version", FH_OPTION_COUNT, offsetof(file_query, version), "V",
     "this version (default: the latest)", NULL},
    {0, "format", FH_OPTION_CHOICE, offsetof(file_query, format),
     "journey|tree|xlsx|svg|cjml|mermaid",
     "its text, its process tree, its grid as a spreadsheet, a picture with what happened, CJML "
     "2.0 or Mermaid (default journey)",
     NULL},
    {0, "intended", FH_OPTION_FLAG, offsetof(file_query, intended), NULL,
     "of the picture: without what happened", NULL},
    {0, "", FH_OPTION_INCLUDE, offsetof(file_query, ask), NULL, NULL, fh_asking_whom_options},
    {0},
};

static fh_status put_tree(fh_call *c, const fh_map *map, fh_error *err)
{
    fh_tree tree;
    fh_status s = fh_map_tree(map, c->arena, &tree, err);
    if (!s) s = fh_tree_print(&tree, false, &c->out, err);
    if (!s) fh_buf_char(&c->out, '\n');
    return s;
}

static fh_status put_sheets(fh_call *c, const fh_map *map, fh_error *err)
{
    fh_answer a;
    fh_table grid, rows;
    const fh_asking asking = {.format = FH_ANSWER_XLSX};
    fh_status s = fh_answer_begin(&a, c->org, &asking, NULL, c->arena, &c->out, err);
    if (s) return s;
    s = fh_map_grid(map, c->arena, &grid, err);
    if (!s) s = fh_answer_table(&a, &grid, err);
    if (!s) s = fh_map_rows(map, c->arena, &rows, err);
    if (!s) s = fh_answer_table(&a, &rows, err);
    return fh_answer_end(&a, s, err);
}

/* With what happened in it, unless it is not wanted. */
static fh_status put_picture(fh_call *c, const file_query *q, const fh_map_open *open,
                             fh_error *err)
{
    fh_answer a;
    fh_buf none;
    fh_map_lived_view view;
    fh_map_lived lived;
    if (q->intended) return fh_map_draw(&open->map, NULL, &c->out, err);
    fh_buf_init(&none, NULL, 4096);
    fh_status s = fh_call_may_ask(c, &q->ask, err);
    if (!s) s = fh_org_moment(c->org, err);
    if (s) return s;
    s = fh_answer_begin(&a, c->org, &q->ask, NULL, c->arena, &none, err);
    if (!s) s = fh_maps_lived(&a.view, &c->actor, open, &view, err);
    fh_org_moment_end(c->org);
    fh_buf_free(&none);
    if (!s) s = fh_map_lived_picture(&view, &lived, err);
    return s ? s : fh_map_draw(&open->map, &lived, &c->out, err);
}

static fh_status put_file(fh_call *c, const file_query *q, const fh_map_open *o, fh_error *err)
{
    switch (q->format) {
    case FILE_TREE: return put_tree(c, &o->map, err);
    case FILE_XLSX: return put_sheets(c, &o->map, err);
    case FILE_SVG: return put_picture(c, q, o, err);
    case FILE_CJML: return fh_map_print_cjml(&o->map, &c->out, err);
    case FILE_MERMAID: return fh_map_print_mermaid(&o->map, &c->out, err);
    default: fh_buf_str(&c->out, o->version.text); return FH_OK;
    }
}

static fh_status file(fh_call *c, fh_error *err)
{
    static const struct {
        const char *ending, *type;
    } files[] = {
        [FILE_JOURNEY] = {"journey", "text/plain; charset=utf-8"},
        [FILE_TREE] = {"tree", "text/plain; charset=utf-8"},
        [FILE_XLSX] = {"xlsx", FH_XLSX_TYPE},
        [FILE_SVG] = {"svg", "image/svg+xml"},
        [FILE_CJML] = {"xml", "application/xml"},
        [FILE_MERMAID] = {"mmd", "text/plain; charset=utf-8"},
    };
    const file_query *q = c->query;
    fh_map_open o;
    fh_str as;
    fh_status s = fh_call_map(c, q->version, &o, err);
    if (!s) s = put_file(c, q, &o, err);
    if (s) return s;
    c->type = fh_str_of(files[q->format].type);
    /* Ids are lower-case letters, digits and hyphens: nothing that a header minds. */
    if (!fh_arena_format(c->arena, &as, "attachment; filename=\"%.*s.%s\"", FH_STR_ARG(o.map.id),
                         files[q->format].ending))
        return fh_no_memory(err);
    return fh_call_field(c, "Content-Disposition", as, err);
}

const fh_route fh_routes_map_lived[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/lived",
     .id = "getMapLived",
     .group = "Maps",
     .summary = "A map held against what customers really lived through",
     .right = FH_RIGHT_ASK,
     .query = lived_options,
     .query_size = sizeof(lived_query),
     .reply = "MapLived",
     .handle = lived},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/sides",
     .id = "getMapSides",
     .group = "Maps",
     .summary = "Who acts behind each touchpoint of a map, and what is found there",
     .right = FH_RIGHT_ASK,
     .query = lived_options,
     .query_size = sizeof(lived_query),
     .reply = "MapSides",
     .handle = sides},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/customers",
     .id = "listMapCustomers",
     .group = "Maps",
     .summary = "The customers behind a state of one of its touchpoints",
     .right = FH_RIGHT_STORIES,
     .flags = FH_ROUTE_NO_ORG,
     .query = who_options,
     .query_size = sizeof(who_query),
     .query_defaults = &who_defaults,
     .reply = "Customers",
     .handle = who},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/records",
     .id = "listMapRecords",
     .group = "Maps",
     .summary = "Open records at each touchpoint of a map",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "MapRecords",
     .handle = records},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/file",
     .id = "getMapFile",
     .group = "Maps",
     .summary = "A map as a file: text, process tree, spreadsheet, picture, CJML, Mermaid",
     .right = FH_RIGHT_ASK,
     .query = file_options,
     .query_size = sizeof(file_query),
     .reply_type = "text/plain; charset=utf-8, " FH_XLSX_TYPE ", image/svg+xml, application/xml",
     .handle = file},
    {.path = NULL},
};

/* map_edits.c - single elements of a journey map changed, and versions
 * compared. */
#include "api/map_call.h"

#include "base/put.h"

#include <stddef.h>

/* ---- Comparing ---- */

typedef struct compare_query {
    uint64_t from, to;
} compare_query;
static const fh_option compare_options[] = {
    {0, "from", FH_OPTION_COUNT, offsetof(compare_query, from), "V",
     "the older version (default: the one before the other)", NULL},
    {0, "to", FH_OPTION_COUNT, offsetof(compare_query, to), "V",
     "the newer version (default: the latest)", NULL},
    {0},
};

static fh_status compare(fh_call *c, fh_error *err)
{
    const compare_query *q = c->query;
    fh_map_open after, before;
    fh_map_difference *d = NULL;
    size_t n = 0;
    fh_status s = fh_call_map(c, q->to, &after, err);
    if (s) return s;
    const int64_t one_before = after.version.version > 1 ? after.version.version - 1 : 1;
    s = fh_call_map(c, q->from ? q->from : (uint64_t)one_before, &before, err);
    if (!s) s = fh_map_diff(&before.map, &after.map, c->arena, &d, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "from", (uint64_t)before.version.version);
    fh_put_number(&c->json, "to", (uint64_t)after.version.version);
    fh_put_key(&c->json, "differences");
    fh_map_differences_json(d, n, &c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- Changing ---- */

/* A text of an object in the body; empty when it is not there. */
static fh_status text_in(fh_call *c, uint32_t object, const char *key, size_t index, fh_str *out,
                         bool *there, fh_error *err)
{
    const uint32_t at = fh_json_get(c->body, object, fh_str_of(key));
    *out = (fh_str){"", 0};
    if (there) *there = at && c->body->token[at].type != FH_JSON_NULL;
    if (!at || c->body->token[at].type == FH_JSON_NULL) return FH_OK;
    if (c->body->token[at].type != FH_JSON_STRING)
        return fh_fail(err, FH_INVALID, "/changes/%zu/%s must be a text", index, key);
    return fh_json_text(c->body, at, c->arena, out) ? FH_OK : fh_no_memory(err);
}

static fh_status read_op(fh_str word, size_t index, fh_map_change_op *out, fh_error *err)
{
    static const char *const words[] = {
        [FH_MAP_SET] = "set",   [FH_MAP_ADD] = "add",     [FH_MAP_REMOVE] = "remove",
        [FH_MAP_MOVE] = "move", [FH_MAP_GROUP] = "group", [FH_MAP_UNGROUP] = "ungroup"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!fh_str_eq(word, fh_str_of(words[i]))) continue;
        *out = (fh_map_change_op)i;
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "/changes/%zu/op is '%.*s'", index,
                  (int)(word.len < 40 ? word.len : 40), word.ptr);
    return fh_hint(err, FH_INVALID, "Give set, add, remove, move, group or ungroup.");
}

static fh_status read_change(fh_call *c, uint32_t object, size_t index, fh_map_change *out,
                             fh_error *err)
{
    fh_str op;
    *out = (fh_map_change){.op = FH_MAP_SET};
    if (c->body->token[object].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "/changes/%zu must be an object", index);
    fh_status s = text_in(c, object, "op", index, &op, NULL, err);
    if (!s) s = read_op(op, index, &out->op, err);
    if (!s) s = text_in(c, object, "id", index, &out->id, NULL, err);
    if (!s) s = text_in(c, object, "field", index, &out->field, NULL, err);
    if (!s) s = text_in(c, object, "value", index, &out->value, NULL, err);
    if (!s) s = text_in(c, object, "before", index, &out->before, NULL, err);
    if (!s) s = text_in(c, object, "in", index, &out->in, NULL, err);
    return s ? s : text_in(c, object, "was", index, &out->was, &out->has_was, err);
}

static fh_status read_changes(fh_call *c, fh_map_change **out, size_t *n, fh_error *err)
{
    const uint32_t at = fh_json_get(c->body, 0, FH_STR("changes"));
    const fh_json_token *t = c->body->token;
    *n = 0;
    if (!at || t[at].type != FH_JSON_ARRAY || !t[at].count || t[at].count > FH_MAP_CHANGES_MAX) {
        (void)fh_fail(err, FH_INVALID, "/changes must be a list of 1 to %d changes",
                      (int)FH_MAP_CHANGES_MAX);
        return fh_hint(err, FH_INVALID,
                       "For example: [{\"op\": \"set\", \"id\": \"letter\", "
                       "\"field\": \"name\", "
                       "\"value\": \"Renewal letter\"}].");
    }
    *out = FH_NEW_ARRAY(c->arena, fh_map_change, t[at].count);
    if (!*out) return fh_no_memory(err);
    fh_status s = FH_OK;
    for (uint32_t m = at + 1; !s && m < t[at].next; m = t[m].next) {
        s = read_change(c, m, *n, &(*out)[*n], err);
        ++*n;
    }
    return s;
}

/* Whose value stands where somebody expected another: beside the problem. */
static fh_status tell_clash(fh_call *c, const fh_map_change *change, const fh_map_clash *clash,
                            fh_error *err)
{
    fh_buf text;
    fh_json j;
    const fh_str who = clash->by.person_name;
    fh_buf_init(&text, NULL, FH_MAP_TEXT_MAX);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_number(&j, "change", clash->change);
    fh_put_text(&j, "id", change->id);
    fh_put_text(&j, "field", change->field);
    fh_put_text(&j, "was", change->was);
    fh_put_text(&j, "now", clash->now);
    fh_put_key(&j, "by");
    fh_maps_version_json(&clash->by, &j);
    fh_json_end_object(&j);
    if (text.status || !fh_arena_str(c->arena, fh_buf_view(&text), &c->problem))
        c->problem = (fh_str){0}; /* then it has to be read again, as the remedy says */
    fh_buf_free(&text);
    (void)fh_fail(err, FH_CONFLICT, "'%.*s' of '%.*s' was changed meanwhile by %.*s",
                  FH_STR_ARG(change->field),
                  FH_STR_ARG(change->id.len ? change->id : FH_STR("the journey")),
                  FH_STR_ARG(who.len ? who : FH_STR("somebody")));
    return fh_hint(err, FH_CONFLICT, "Look at what it is now; nothing of this was changed.");
}

static fh_status change_map(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"changes", "note", NULL};
    fh_map_change *change = NULL;
    fh_map_clash clash;
    fh_str note = {0};
    size_t n = 0;
    int64_t map = 0;
    bool there = false, is_clash = false;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "note", &note, &there, err);
    if (!s) s = read_changes(c, &change, &n, err);
    if (!s)
        s = fh_maps_change(c->org, &c->actor, map, change, n, note, c->arena, &is_clash, &clash,
                           err);
    if (s == FH_CONFLICT && is_clash) return tell_clash(c, &change[clash.change], &clash, err);
    return s ? s : fh_call_show_map(c, map, err);
}

const fh_route fh_routes_map_edits[] = {
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/maps/{map}",
     .id = "changeMap",
     .group = "Maps",
     .summary = "Change elements of the newest version, all together or none",
     .right = FH_RIGHT_MAPS,
     .flags = FH_ROUTE_WRITES,
     .body = "MapChanges",
     .reply = "Map",
     .max_body = 6 << 20,
     .handle = change_map},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/compare",
     .id = "compareMapVersions",
     .group = "Maps",
     .summary = "What differs between two versions of a map",
     .right = FH_RIGHT_ASK,
     .query = compare_options,
     .query_size = sizeof(compare_query),
     .reply = "MapDifferences",
     .handle = compare},
    {.path = NULL},
};

/* map_follow.c - who follows a journey map, and what those are told (app/maps/follow.h). */
#include "store/map_follow.h"
#include "api/map_call.h"
#include "app/maps/follow.h"
#include "base/put.h"

#include <stddef.h>

enum { DAYS = 14, DAYS_MAX = 366 };

static fh_status show_follow(fh_call *c, fh_error *err)
{
    fh_maps_row row;
    bool follows = false;
    uint64_t followers = 0;
    int64_t map = 0;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_maps_get(c->org, map, c->arena, &row, err);
    if (!s) s = fh_map_follow_get(c->org, c->actor.person, map, &follows, &followers, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_bool(&c->json, "follows", follows);
    fh_put_number(&c->json, "followers", followers);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status follow(fh_call *c, fh_error *err)
{
    int64_t map = 0;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_map_follow(c->org, &c->actor, map, c->route->method == FH_HTTP_PUT, err);
    return s ? s : show_follow(c, err);
}

typedef struct told_query {
    uint64_t days;
} told_query;
static const fh_option told_options[] = {
    {0, "days", FH_OPTION_COUNT, offsetof(told_query, days), "N",
     "what happened in so many days, up to 366 (default 14)", NULL},
    {0},
};
static const told_query told_defaults = {.days = DAYS};

static void put_told(const fh_map_told *t, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "map", t->row.map);
    fh_put_text(j, "title", t->row.title);
    fh_put_int(j, "version", t->row.latest);
    fh_put_int_or_null(j, "intended", t->row.intended);
    fh_put_number(j, "events", t->events);
    fh_put_time_or_null(j, "at", t->at_ms);
    fh_put_int_or_null(j, "person", t->person);
    fh_put_time_or_null(j, "begun_at", t->begun_ms);
    fh_put_key(j, "waits");
    fh_json_array(j);
    for (int i = 0; i < FH_N_STAGES; i++)
        if (t->waits[i]) fh_json_str(j, fh_str_of(fh_stage_words[i]));
    fh_json_end_array(j);
    fh_put_text(j, "says", t->says);
    fh_json_end_object(j);
}

static fh_status list_told(fh_call *c, fh_error *err)
{
    const told_query *q = c->query;
    const fh_os *os = fh_org_os(c->org);
    const int64_t now_ms = os->now_ms(os->ctx);
    fh_map_told *t = NULL;
    size_t n = 0;
    if (q->days < 1 || q->days > DAYS_MAX)
        return fh_fail(err, FH_INVALID, "days is 1 to %d", DAYS_MAX);
    const fh_status s = fh_maps_told(c->org, &c->actor, now_ms - (int64_t)q->days * FH_DAY_MS,
                                     now_ms, c->arena, &t, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) put_told(&t[i], &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

const fh_route fh_routes_map_follow[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/followed-maps",
     .id = "listFollowedMaps",
     .group = "Maps",
     .summary = "The journeys that the caller follows: what others did to them lately, and which "
                "version waits for an answer: is this really reverse?",
     .right = FH_RIGHT_ASK,
     .query = told_options,
     .query_size = sizeof(told_query),
     .query_defaults = &told_defaults,
     .reply = "FollowedMaps",
     .handle = list_told},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/follow",
     .id = "getMapFollow",
     .group = "Maps",
     .summary = "Whether the caller follows a map, and how many do",
     .right = FH_RIGHT_ASK,
     .reply = "MapFollow",
     .handle = show_follow},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/maps/{map}/follow",
     .id = "followMap",
     .group = "Maps",
     .summary = "Follow a map: what others do to it is told on My part and in the digest",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_WRITES,
     .reply = "MapFollow",
     .handle = follow},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/maps/{map}/follow",
     .id = "unfollowMap",
     .group = "Maps",
     .summary = "Follow a map no more",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_WRITES,
     .reply = "MapFollow",
     .handle = follow},
    {.path = NULL},
};

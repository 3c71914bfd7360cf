/* figures.c - what records and maps say with figures from the stories. */
#include "api/map_call.h"
#include "app/maps/lived.h"
#include "app/records/my_part.h"
#include "app/records/record_figures.h"
#include "app/records/record_unanswered.h"

#include <stddef.h>

typedef struct effect_query {
    fh_effect_wish wish;
    uint64_t version; /* of a map */
} effect_query;

static const fh_option effect_options[] = {
    {0, "days", FH_OPTION_COUNT, offsetof(effect_query, wish.days), "N",
     "how many days before and after it (default 180, as far as there are)", NULL},
    {0, "follow", FH_OPTION_COUNT, offsetof(effect_query, wish.follow), "N",
     "for how many days each customer is looked at (default 30)", NULL},
    {0, "gap", FH_OPTION_COUNT, offsetof(effect_query, wish.gap), "N",
     "whoever is not seen for so many days behind that has left (default 90)", NULL},
    {0, "beside", FH_OPTION_LIST, offsetof(effect_query, wish.beside), "NAMES",
     "compare with customers who came to these touchpoints and to none of its own (default: "
     "everybody who came to none of its own)",
     NULL},
    {0, "since", FH_OPTION_TEXT, offsetof(effect_query, wish.since), "DATE",
     "before and after this day (default: the day it was made, mended, intended; else first "
     "noticed)",
     NULL},
    {0},
};
static const fh_option map_effect_options[] = {
    {0, "version", FH_OPTION_COUNT, offsetof(effect_query, version), "N",
     "of this version (default: the intended one, else the latest)", NULL},
    {0, "", FH_OPTION_INCLUDE, 0, NULL, NULL, effect_options},
    {0},
};

static fh_status view_of(fh_call *c, fh_view *v, fh_error *err)
{
    return fh_view_open(c->org, NULL, NULL, 0, c->arena, v, err);
}

static fh_status record_effect(fh_call *c, fh_error *err)
{
    const effect_query *q = c->query;
    int64_t record = 0;
    fh_view v;
    fh_status s = fh_call_number64(c, 1, &record, err);
    if (!s) s = view_of(c, &v, err);
    return s ? s
             : fh_record_effect_json(&v, &c->actor, c->path_value[0], record, &q->wish, &c->json,
                                     err);
}

static fh_status map_effect(fh_call *c, fh_error *err)
{
    const effect_query *q = c->query;
    fh_map_open open;
    fh_view v;
    fh_status s = fh_call_map(c, q->version, &open, err);
    if (!s && !q->version && open.row.intended && open.row.intended != open.version.version)
        s = fh_call_map(c, (uint64_t)open.row.intended, &open, err);
    if (!s) s = view_of(c, &v, err);
    return s ? s : fh_maps_effect_json(&v, &c->actor, &open, &q->wish, &c->json, err);
}

static fh_status no_brainers(fh_call *c, fh_error *err)
{
    fh_view v;
    const fh_status s = view_of(c, &v, err);
    return s ? s : fh_no_brainers_json(&v, &c->actor, &c->json, err);
}

static fh_status told(fh_call *c, fh_error *err)
{
    fh_view v;
    const fh_status s = view_of(c, &v, err);
    return s ? s : fh_told_json(&v, &c->actor, &c->json, err);
}

static fh_status unanswered(fh_call *c, fh_error *err)
{
    return fh_unanswered_json(c->org, &c->actor, c->arena, &c->json, err);
}

static fh_status focus(fh_call *c, fh_error *err)
{
    fh_view v;
    const fh_status s = view_of(c, &v, err);
    return s ? s : fh_focus_json(&v, &c->actor, &c->json, err);
}

typedef struct my_part_query {
    uint64_t limit;
} my_part_query;

static const fh_option my_part_options[] = {
    {0, "limit", FH_OPTION_COUNT, offsetof(my_part_query, limit), "N",
     "at most so many of each list, up to 50 (default 5)", NULL},
    {0},
};
static const my_part_query my_part_defaults = {.limit = 5};

static fh_status my_part(fh_call *c, fh_error *err)
{
    const my_part_query *q = c->query;
    if (q->limit < 1 || q->limit > FH_MY_PART_MOST)
        return fh_fail(err, FH_INVALID, "limit is 1 to %d", FH_MY_PART_MOST);
    return fh_my_part_json(c->org, &c->actor, (size_t)q->limit, c->arena, &c->json, err);
}

const fh_route fh_routes_figures[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/{record}/effect",
     .id = "getRecordEffect",
     .group = "Records",
     .summary = "The four rewards before and after a fix, a finding or what else ends mended",
     .right = FH_RIGHT_TAKE_PART,
     .query = effect_options,
     .query_size = sizeof(effect_query),
     .reply = "RecordEffect",
     .handle = record_effect},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/effect",
     .id = "getMapEffect",
     .group = "Maps",
     .summary = "The four rewards before and after a version of a map was intended",
     .right = FH_RIGHT_TAKE_PART,
     .query = map_effect_options,
     .query_size = sizeof(effect_query),
     .reply = "MapEffect",
     .handle = map_effect},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/no-brainers",
     .id = "getNoBrainers",
     .group = "Records",
     .summary = "What is obviously broken, how old it is, whom it touched, what is mended quickly",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "NoBrainers",
     .handle = no_brainers},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/told",
     .id = "getTold",
     .group = "Records",
     .summary = "What makes or breaks each touchpoint, how long mending took, what fixes brought",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "Told",
     .handle = told},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/unanswered",
     .id = "getUnanswered",
     .group = "Records",
     .summary = "Findings and observations that nobody answered, by department, with their age",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "Unanswered",
     .handle = unanswered},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/focus",
     .id = "getFocus",
     .group = "Records",
     .summary = "How much of what is done starts from a customer, and what names none",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "Focus",
     .handle = focus},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/my-part",
     .id = "getMyPart",
     .group = "Records",
     .summary = "What the caller can do for a customer today, and what became of what they told",
     .right = FH_RIGHT_TAKE_PART,
     .query = my_part_options,
     .query_size = sizeof(my_part_query),
     .query_defaults = &my_part_defaults,
     .reply = "MyPart",
     .handle = my_part},
    {.path = NULL},
};

/* figures.c - what records say with figures from the stories. */
#include "api/inside.h"
#include "app/records/my_part.h"
#include "app/records/record_figures.h"

#include <stddef.h>

typedef struct effect_query {
    uint64_t days, follow, gap;
    fh_str beside;
} effect_query;

static const fh_option effect_options[] = {
    {0, "days", FH_OPTION_COUNT, offsetof(effect_query, days), "N",
     "how many days before and after the fix (default 180, as far as there are)", NULL},
    {0, "follow", FH_OPTION_COUNT, offsetof(effect_query, follow), "N",
     "for how many days each customer is looked at (default 30)", NULL},
    {0, "gap", FH_OPTION_COUNT, offsetof(effect_query, gap), "N",
     "whoever is not seen for so many days behind that has left (default 90)", NULL},
    {0, "beside", FH_OPTION_LIST, offsetof(effect_query, beside), "NAMES",
     "compare with customers who came to these touchpoints and to none of the fix (default: "
     "everybody who came to none of the fix)",
     NULL},
    {0},
};

static fh_status view_of(fh_call *c, fh_view *v, fh_error *err)
{
    return fh_view_open(c->org, NULL, NULL, 0, c->arena, v, err);
}

static fh_status fix_effect(fh_call *c, fh_error *err)
{
    const effect_query *q = c->query;
    int64_t record = 0;
    fh_view v;
    if (q->days > 3650 || q->follow > 3650 || q->gap > 3650)
        return fh_fail(err, FH_INVALID, "days, follow and gap are at most 3650");
    const fh_fix_ask ask = {(int64_t)q->days, (int64_t)q->follow, (int64_t)q->gap, q->beside};
    fh_status s = fh_call_number64(c, 0, &record, err);
    if (!s) s = view_of(c, &v, err);
    return s ? s : fh_fix_effect_json(&v, &c->actor, record, &ask, &c->json, err);
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
     .path = "/api/v1/records/fix/{record}/effect",
     .id = "getFixEffect",
     .group = "Records",
     .summary = "The four rewards before and after a fix, with n, period and interval",
     .right = FH_RIGHT_TAKE_PART,
     .query = effect_options,
     .query_size = sizeof(effect_query),
     .reply = "FixEffect",
     .handle = fix_effect},
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

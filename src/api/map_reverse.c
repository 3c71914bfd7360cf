/* map_reverse.c - "is this really reverse?" at a version of a map: asked and answered at its
 * draft, its review and its release, or not yet. Asked and answered it is as any challenge is
 * (record_acts.c, records.c). */
#include "api/map_call.h"
#include "app/records/records.h"
#include "base/put.h"

#include <stddef.h>

typedef struct reverse_query {
    uint64_t version;
} reverse_query;

static const fh_option reverse_options[] = {
    {0, "version", FH_OPTION_COUNT, offsetof(reverse_query, version), "V",
     "of this version (default: the latest)", NULL},
    {0},
};

/* Null: not asked, or the caller may not see it. */
static fh_status put_challenge(fh_call *c, int64_t record, fh_record_names *names, fh_error *err)
{
    fh_record_view v;
    fh_put_key(&c->json, "challenge");
    if (record && fh_record_get(c->org, &c->actor, record, c->arena, &v, NULL) == FH_OK)
        return fh_record_json(&v, names, &c->json, err);
    fh_json_null(&c->json);
    return FH_OK;
}

static fh_status put_stages(fh_call *c, const fh_reverse_stage at[FH_N_STAGES], fh_error *err)
{
    fh_record_names *names = NULL;
    fh_json *j = &c->json;
    fh_status s = fh_record_names_new(c->org, &c->actor, c->arena, &names, err);
    if (s) return s;
    fh_put_key(j, "stages");
    fh_json_array(j);
    for (int i = 0; i < FH_N_STAGES && !s; i++) {
        fh_json_object(j);
        fh_put_word(j, "stage", fh_stage_words[i]);
        fh_put_bool(j, "asked", at[i].challenge != 0);
        fh_put_bool(j, "answered", at[i].answered);
        s = put_challenge(c, at[i].challenge, names, err);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s ? s : fh_record_names_json(names, j, err);
}

static fh_status show_reverse(fh_call *c, fh_error *err)
{
    const reverse_query *q = c->query;
    fh_reverse_stage at[FH_N_STAGES];
    fh_map_open o;
    fh_status s = fh_call_map(c, q->version, &o, err);
    if (!s) s = fh_maps_reverse(c->org, &o.row, o.version.version, c->arena, at, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "version", (uint64_t)o.version.version);
    s = put_stages(c, at, err);
    fh_json_end_object(&c->json);
    return s;
}

const fh_route fh_routes_map_reverse[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/reverse",
     .id = "getMapReverse",
     .group = "Maps",
     .summary =
         "Is this really reverse? Where it was asked and answered of a version, and where not",
     .right = FH_RIGHT_ASK,
     .query = reverse_options,
     .query_size = sizeof(reverse_query),
     .reply = "MapReverse",
     .handle = show_reverse},
    {.path = NULL},
};

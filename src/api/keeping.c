/* keeping.c - how long what is kept: rules, their dry runs. What active rules remove is
 * removed by a job, `keeping`, once a day or when it is asked for (jobs.c). */
#include "app/data/keeping.h"

#include "api/inside.h"
#include "app/data/erase_files.h"
#include "base/put.h"

static fh_status get_rule(fh_call *c, fh_keep_rule *out, fh_error *err)
{
    uint32_t number = 0;
    const fh_status s = fh_call_number(c, 0, &number, err);
    return s ? s : fh_keep_get(c->org, number, c->arena, out, err);
}

static int64_t now(const fh_call *c)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    return os->now_ms(os->ctx);
}

static fh_status show(fh_call *c, const fh_keep_rule *r, fh_error *err)
{
    fh_keep_json(r, now(c), &c->json);
    return fh_call_version_is(c, r->version, err);
}

static fh_status list_rules(fh_call *c, fh_error *err)
{
    const fh_keep_rule *r = NULL;
    size_t n = 0;
    const fh_status s = fh_keep_list(c->org, c->arena, &r, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_keep_json(&r[i], now(c), &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status show_rule(fh_call *c, fh_error *err)
{
    fh_keep_rule r;
    const fh_status s = get_rule(c, &r, err);
    return s ? s : show(c, &r, err);
}

static fh_status read_keep(const fh_call *c, uint32_t *to, bool *there, fh_error *err)
{
    int64_t keep = 0;
    const fh_status s = fh_call_integer(c, "keep", &keep, there, err);
    if (s || (there && !*there)) return s;
    if (keep < 1 || keep > UINT32_MAX) return fh_fail(err, FH_INVALID, "/keep is not 1 or more");
    *to = (uint32_t)keep;
    return FH_OK;
}

static fh_status add_rule(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"source", "kind", "keep", NULL};
    fh_keep_rule r = {.rule = 0};
    fh_str kind = {0};
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "source", &r.source, &there, err);
    if (!s) s = fh_call_text(c, "kind", &kind, NULL, err);
    if (!s) s = read_keep(c, &r.keep, NULL, err);
    if (!s && !fh_keep_find(kind, &r.kind)) {
        (void)fh_fail(err, FH_INVALID, "/kind is not known");
        s = fh_hint(err, FH_INVALID, "Give one of interactions, texts, files.");
    }
    r.source = fh_str_trim(r.source);
    if (!s) s = fh_keep_make(c->org, &c->actor, &r, err);
    if (!s) s = fh_call_made(c, "/api/v1/keeping", r.rule, err);
    return s ? s : show(c, &r, err);
}

static fh_status meanwhile(const fh_call *c, const fh_keep_rule *r, fh_error *err)
{
    if (!c->version || c->version == r->version) return FH_OK;
    (void)fh_fail(err, FH_CONFLICT, "somebody has changed this rule meanwhile");
    return fh_hint(err, FH_CONFLICT, "Read it again, and send what you want with the new ETag.");
}

static fh_status change_rule(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"keep", "active", NULL};
    fh_keep_rule r;
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = get_rule(c, &r, err);
    if (!s) s = meanwhile(c, &r, err);
    if (s) return s;
    uint32_t keep = r.keep;
    bool active = r.active;
    s = read_keep(c, &keep, &there, err);
    if (!s) s = fh_call_bool(c, "active", &active, &there, err);
    if (!s) s = fh_keep_change(c->org, &c->actor, &r, keep, active, err);
    if (!s) s = get_rule(c, &r, err);
    return s ? s : show(c, &r, err);
}

static fh_status remove_rule(fh_call *c, fh_error *err)
{
    fh_keep_rule r;
    fh_status s = get_rule(c, &r, err);
    if (!s) s = meanwhile(c, &r, err);
    return s ? s : fh_keep_drop(c->org, &c->actor, &r, err);
}

/* ---- Dry run -------------------------------------------------------------------------------- */

static fh_status try_it(fh_call *c, fh_org *org, fh_keep_rule *r, fh_keep_preview *p, fh_error *err)
{
    uint32_t number = 0;
    const char *folder = NULL;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = fh_keep_get(org, number, c->arena, r, err);
    if (!s && c->api->options.jobs)
        folder = fh_jobs_folder(c->api->options.jobs);
    else if (!s)
        s = fh_erase_folder(org, c->arena, &folder, err);
    return s ? s : fh_keep_try(org, r, folder, now(c), c->arena, p, err);
}

static fh_status mark_seen(fh_call *c, fh_keep_rule *r, fh_error *err)
{
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_keep_seen(c->org, &c->actor, r, err);
    if (!s) s = fh_keep_get(c->org, r->rule, c->arena, r, err);
    return fh_call_lane_done(c, s);
}

/* Everything is read beside the others; only that it was seen is written. */
static fh_status try_rule(fh_call *c, fh_error *err)
{
    fh_org *org = NULL;
    fh_keep_rule r;
    fh_keep_preview p;
    fh_status s = fh_pool_read(c->api->options.pool, &org, err);
    if (!s) s = try_it(c, org, &r, &p, err);
    fh_pool_read_done(c->api->options.pool, org);
    if (!s) s = mark_seen(c, &r, err);
    if (s) return s;
    fh_json *j = &c->json;
    fh_json_object(j);
    fh_put_key(j, "rule");
    fh_keep_json(&r, now(c), j);
    fh_put_time(j, "before", p.before_ms);
    fh_put_number(j, "goes", p.n);
    fh_put_time_where(j, "oldest", p.n > 0, p.oldest_ms);
    fh_put_key(j, "sources");
    fh_json_array(j);
    for (size_t i = 0; i < p.n_sources; i++) {
        fh_json_object(j);
        fh_put_text(j, "source", p.source[i].source);
        fh_put_number(j, "goes", p.source[i].n);
        fh_put_time(j, "oldest", p.source[i].oldest_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

const fh_route fh_routes_keeping[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/keeping",
     .id = "listKeepRules",
     .group = "Keeping",
     .summary = "How long what is kept: the rules of retention",
     .right = FH_RIGHT_SOURCES,
     .reply = "KeepRules",
     .handle = list_rules},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/keeping",
     .id = "addKeepRule",
     .group = "Keeping",
     .summary = "Say how long something is kept; the rule is off until its dry run was seen",
     .right = FH_RIGHT_KEEPING,
     .flags = FH_ROUTE_WRITES,
     .body = "KeepRuleWanted",
     .reply = "KeepRule",
     .status = 201,
     .handle = add_rule},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/keeping/{rule}",
     .id = "getKeepRule",
     .group = "Keeping",
     .summary = "One rule of retention",
     .right = FH_RIGHT_SOURCES,
     .reply = "KeepRule",
     .handle = show_rule},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/keeping/{rule}",
     .id = "changeKeepRule",
     .group = "Keeping",
     .summary = "Change how long, which switches the rule off, or switch it on or off",
     .right = FH_RIGHT_KEEPING,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "KeepRuleChange",
     .reply = "KeepRule",
     .handle = change_rule},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/keeping/{rule}",
     .id = "removeKeepRule",
     .group = "Keeping",
     .summary = "Remove a rule of retention",
     .right = FH_RIGHT_KEEPING,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .handle = remove_rule},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/keeping/{rule}/dry-run",
     .id = "tryKeepRule",
     .group = "Keeping",
     .summary = "What the rule would remove now; removes nothing, and lets it be switched on",
     .right = FH_RIGHT_KEEPING,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "KeepPreview",
     .handle = try_rule},
    {.path = NULL},
};

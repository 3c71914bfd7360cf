/* saved.c - saved views: a page with its filters, under a name. */
#include "api/inside.h"
#include "app/people/saved_views.h"

#include <stddef.h>

typedef struct saved_query {
    fh_str page;
    bool first;
} saved_query;

static const fh_option saved_options[] = {
    {0, "page", FH_OPTION_TEXT, offsetof(saved_query, page), "PAGE",
     "only of this page and what lies below it: actual, records", NULL},
    {0, "first", FH_OPTION_FLAG, offsetof(saved_query, first), NULL,
     "only those that stand on the first page of your roles", NULL},
    {0},
};

/* Members that are there replace those of `v`. */
static fh_status read_view(const fh_call *c, fh_saved_view *v, fh_error *err)
{
    static const char *const known[] = {"name", "page", "query", "shared", "roles", NULL};
    bool there = false;
    fh_str name = v->name;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "name", &name, &there, err);
    if (!s) s = fh_call_text(c, "page", &v->page, &there, err);
    if (!s) s = fh_call_text(c, "query", &v->query, &there, err);
    if (!s) s = fh_call_bool(c, "shared", &v->shared, &there, err);
    v->name = fh_str_trim(name);
    fh_str roles = {0};
    if (!s) s = fh_call_words(c, "roles", &roles, &there, err);
    if (s) return s;
    if (there) return fh_roles_parse(roles, &v->roles, err);
    if (!v->shared) v->roles = 0; /* taken back from everybody */
    return FH_OK;
}

static fh_status get_view(fh_call *c, fh_saved_view *out, fh_error *err)
{
    uint32_t number = 0;
    const fh_status s = fh_call_number(c, 0, &number, err);
    return s ? s : fh_saved_see(c->org, &c->actor, number, c->arena, out, err);
}

static fh_status show(fh_call *c, const fh_saved_view *v, fh_error *err)
{
    fh_saved_json(&c->actor, v, &c->json);
    return fh_call_version_is(c, v->version, err);
}

static fh_status list_views(fh_call *c, fh_error *err)
{
    const saved_query *q = c->query;
    const fh_saved_view *v = NULL;
    size_t n = 0;
    const fh_status s = fh_saved_list(c->org, c->actor.person, q->page, c->arena, &v, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++)
        if (!q->first || (v[i].roles & c->actor.roles)) fh_saved_json(&c->actor, &v[i], &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status show_view(fh_call *c, fh_error *err)
{
    fh_saved_view v;
    const fh_status s = get_view(c, &v, err);
    return s ? s : show(c, &v, err);
}

static fh_status add_view(fh_call *c, fh_error *err)
{
    fh_saved_view v = {.name = {0}};
    fh_status s = read_view(c, &v, err);
    if (!s) s = fh_saved_keep(c->org, &c->actor, &v, err);
    if (!s) s = fh_call_made(c, "/api/v1/views", v.view, err);
    return s ? s : show(c, &v, err);
}

static fh_status meanwhile(const fh_call *c, const fh_saved_view *v, fh_error *err)
{
    if (!c->version || c->version == v->version) return FH_OK;
    (void)fh_fail(err, FH_CONFLICT, "somebody has changed this view meanwhile");
    return fh_hint(err, FH_CONFLICT, "Read it again, and send what you want with the new ETag.");
}

static fh_status change_view(fh_call *c, fh_error *err)
{
    fh_saved_view v;
    fh_status s = get_view(c, &v, err);
    if (!s) s = meanwhile(c, &v, err);
    if (!s) s = read_view(c, &v, err);
    if (!s) s = fh_saved_change(c->org, &c->actor, &v, err);
    if (!s) s = fh_saved_get(c->org, v.view, c->arena, &v, err);
    return s ? s : show(c, &v, err);
}

static fh_status remove_view(fh_call *c, fh_error *err)
{
    fh_saved_view v;
    fh_status s = get_view(c, &v, err);
    if (!s) s = meanwhile(c, &v, err);
    return s ? s : fh_saved_delete(c->org, &c->actor, &v, err);
}

const fh_route fh_routes_saved[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/views",
     .id = "listViews",
     .group = "Saved views",
     .summary =
         "Your saved views and those that colleagues share, by name; or those on your first page",
     .right = FH_RIGHT_TAKE_PART,
     .query = saved_options,
     .query_size = sizeof(saved_query),
     .reply = "SavedViews",
     .handle = list_views},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/views",
     .id = "addView",
     .group = "Saved views",
     .summary = "Save a page with its filters under a name",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "SavedViewWanted",
     .reply = "SavedView",
     .status = 201,
     .handle = add_view},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/views/{view}",
     .id = "getView",
     .group = "Saved views",
     .summary = "One saved view",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "SavedView",
     .handle = show_view},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/views/{view}",
     .id = "changeView",
     .group = "Saved views",
     .summary = "Rename a saved view, share it, or make it show something else",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "SavedViewWanted",
     .reply = "SavedView",
     .handle = change_view},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/views/{view}",
     .id = "removeView",
     .group = "Saved views",
     .summary = "Delete a saved view",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .handle = remove_view},
    {.path = NULL},
};

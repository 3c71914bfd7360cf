/* assets.c - the web UI: its files under /assets, kept for good, and which addresses are its
 * pages' (pages_app.c writes them).
 */
#include "api/assets.h"

#include "api/inside.h"

#include <string.h>

static const fh_web_asset *find(fh_str name)
{
    size_t low = 0, high = fh_web_n_assets;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        const fh_str here = fh_str_of(fh_web_assets[mid].name);
        const int order = fh_str_cmp(here, name);
        if (!order) return &fh_web_assets[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const char *fh_web_file(const char *start)
{
    const fh_str wanted = fh_str_of(start);
    for (size_t i = 0; i < fh_web_n_assets; i++)
        if (fh_str_starts(fh_str_of(fh_web_assets[i].name), wanted)) return fh_web_assets[i].name;
    return "";
}

static fh_status get_asset(fh_call *c, fh_error *err)
{
    const fh_web_asset *a = find(c->path_value[0]);
    if (!a) {
        (void)fh_fail(err, FH_NOTFOUND, "there is no such file");
        return fh_hint(err, FH_NOTFOUND, "Firsthand was renewed meanwhile: load the page again.");
    }
    fh_put_policy(c->x);
    fh_http_reply_asset(c->x, &a->file);
    return FH_OK;
}

const fh_web_page *fh_web_page_at(fh_str path)
{
    for (const fh_web_page *p = fh_web_pages; p->path; p++) {
        const fh_str page = fh_str_of(p->path);
        if (fh_str_starts(path, page) &&
            (path.len == page.len || (page.len > 1 && path.ptr[page.len] == '/')))
            return p;
    }
    return NULL;
}

bool fh_is_web_page(fh_str path)
{
    return path.len > 1 && fh_web_page_at(path);
}

const fh_route fh_routes_assets[] = {
    {.method = FH_HTTP_GET,
     .path = "/assets/{file}",
     .id = "getAsset",
     .group = "Service",
     .summary = "Scripts, styles and pictures of the pages",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG | FH_ROUTE_ON_LOOP | FH_ROUTE_REPLIES,
     .reply_type = "*/*",
     .handle = get_asset},
    {.path = NULL},
};

/* qr.c - the address of a page of ours as a QR code: who looks at a big screen opens the
 * same on their phone.
 */
#include "app/records/qr.h"
#include "api/inside.h"

#include <stddef.h>

typedef struct qr_query {
    fh_str path;
} qr_query;

static const fh_option qr_options[] = {
    {0, "path", FH_OPTION_TEXT, offsetof(qr_query, path), "PATH", "of a page: /maps/3", NULL},
    {0},
};

/* Of our own pages only: nobody is led elsewhere by a code that we drew. */
static bool is_ours(fh_str path)
{
    if (!path.len || path.ptr[0] != '/' || (path.len > 1 && path.ptr[1] == '/')) return false;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] <= ' ' || path.ptr[i] > '~' || path.ptr[i] == '\\') return false;
    return true;
}

static fh_status show_qr(fh_call *c, fh_error *err)
{
    const qr_query *q = c->query;
    const fh_str base = c->api->options.base_url;
    const bool set = base.len > 0;
    fh_str url;
    if (!is_ours(q->path)) {
        (void)fh_fail(err, FH_INVALID, "path: it is no page of ours");
        return fh_hint(err, FH_INVALID, "It begins with /: path=/maps/3.");
    }
    if (!fh_arena_format(c->arena, &url, "%s%.*s%.*s", set ? "" : "http://",
                         FH_STR_ARG(set ? base : c->request->host), FH_STR_ARG(q->path)))
        return fh_no_memory(err);
    fh_buf_clear(&c->out);
    return fh_qr_svg(url, "QR code of this page's address", &c->out, err);
}

const fh_route fh_routes_qr[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/qr",
     .id = "getPageCode",
     .group = "Service",
     .summary = "The address of a page as a QR code, to be read off a screen",
     .right = FH_ANYBODY,
     .query = qr_options,
     .query_size = sizeof(qr_query),
     .reply_type = "image/svg+xml",
     .handle = show_qr},
    {.path = NULL},
};

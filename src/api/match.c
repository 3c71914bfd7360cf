/* match.c - from method and path to a route.
 *
 * A path is a row of segments; "{name}" in a route takes any one that is not empty. A
 * route with fewer of them is looked at first, so "/people/me" goes before
 * "/people/{person}". There are about a hundred routes: they are tried one by one, the
 * first byte of each segment tells nearly all of them apart.
 */
#include "api/inside.h"
#include "base/sort.h"

#include <string.h>

struct fh_router {
    size_t n;
    const fh_route **route; /* [n] fewest {...} first */
};

static size_t n_values(const char *path)
{
    size_t n = 0;
    for (; *path; path++) n += *path == '{';
    return n;
}

static int fewer_values(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const fh_route *const *x = a, *const *y = b;
    const size_t nx = n_values((*x)->path), ny = n_values((*y)->path);
    return (nx > ny) - (nx < ny);
}

fh_status fh_router_new(const fh_route *const *tables, fh_arena *arena, fh_router **out,
                        fh_error *err)
{
    size_t n = 0;
    for (const fh_route *const *t = tables; *t; t++)
        for (const fh_route *r = *t; r->path; r++) n++;
    fh_router *router = FH_NEW(arena, fh_router);
    const fh_route **route = FH_NEW_ARRAY(arena, const fh_route *, n + 1);
    if (!router || !route) return fh_no_memory(err);
    for (const fh_route *const *t = tables; *t; t++)
        for (const fh_route *r = *t; r->path; r++) {
            if (n_values(r->path) > FH_PATH_VALUES)
                return fh_fail(err, FH_INTERNAL, "%s has too many values", r->path);
            route[router->n++] = r;
        }
    if (fh_sort(fh_arena_allocator(arena), route, n, sizeof *route, fewer_values, NULL))
        return fh_no_memory(err);
    router->route = route;
    *out = router;
    return FH_OK;
}

/* The segment at `at`, which stands behind a slash. */
static fh_str segment(fh_str path, size_t at)
{
    const char *slash = at < path.len ? memchr(path.ptr + at, '/', path.len - at) : NULL;
    return (fh_str){path.ptr + at, (slash ? (size_t)(slash - path.ptr) : path.len) - at};
}

static bool matches(const char *pattern, fh_str path, fh_str value[FH_PATH_VALUES])
{
    const fh_str whole = fh_str_of(pattern);
    size_t n = 0, at = 1, p = 1;
    for (;;) {
        const fh_str want = segment(whole, p), got = segment(path, at);
        if (want.len && want.ptr[0] == '{') {
            if (!got.len) return false;
            value[n++] = got;
        } else if (!fh_str_eq(want, got)) {
            return false;
        }
        p += want.len + 1;
        at += got.len + 1;
        if (p > whole.len || at > path.len) return p > whole.len && at > path.len;
    }
}

static const char *allowed_names(unsigned methods)
{
    enum { G = 1 << FH_HTTP_GET, P = 1 << FH_HTTP_POST, U = 1 << FH_HTTP_PUT };
    enum { A = 1 << FH_HTTP_PATCH, D = 1 << FH_HTTP_DELETE };
    static const struct {
        unsigned methods;
        const char *names;
    } known[] = {{G, "GET, HEAD"},
                 {P, "POST"},
                 {U, "PUT"},
                 {A, "PATCH"},
                 {D, "DELETE"},
                 {G | P, "GET, HEAD, POST"},
                 {G | A, "GET, HEAD, PATCH"},
                 {G | U, "GET, HEAD, PUT"},
                 {G | D, "GET, HEAD, DELETE"},
                 {A | D, "PATCH, DELETE"},
                 {U | D, "PUT, DELETE"},
                 {G | P | A, "GET, HEAD, POST, PATCH"},
                 {G | U | A, "GET, HEAD, PUT, PATCH"},
                 {G | P | D, "GET, HEAD, POST, DELETE"},
                 {G | U | D, "GET, HEAD, PUT, DELETE"},
                 {G | A | D, "GET, HEAD, PATCH, DELETE"},
                 {G | P | U | A, "GET, HEAD, POST, PUT, PATCH"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].methods == methods) return known[i].names;
    return methods ? "GET, HEAD, POST, PUT, PATCH, DELETE" : "";
}

const fh_route *fh_router_find(const fh_router *r, fh_http_method method, fh_str path,
                               fh_str value[FH_PATH_VALUES], const char **allowed)
{
    unsigned methods = 0;
    if (method == FH_HTTP_HEAD) method = FH_HTTP_GET;
    *allowed = "";
    if (!path.len || path.ptr[0] != '/') return NULL;
    for (size_t i = 0; i < r->n; i++) {
        if (!matches(r->route[i]->path, path, value)) continue;
        if (r->route[i]->method == method) return r->route[i];
        methods |= 1u << r->route[i]->method;
    }
    *allowed = allowed_names(methods);
    return NULL;
}

const fh_route *const *fh_router_all(const fh_router *r, size_t *n)
{
    *n = r->n;
    return (const fh_route *const *)r->route;
}

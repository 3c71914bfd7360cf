/* reply.c - what functions of routes say about their reply. */
#include "api/inside.h"

#include "base/put.h"

#include <stdio.h>

fh_status fh_call_field(fh_call *c, const char *name, fh_str value, fh_error *err)
{
    return fh_http_add_field(c->x, name, value, err);
}

fh_status fh_call_version_is(fh_call *c, int64_t version, fh_error *err)
{
    if (!fh_arena_format(c->arena, &c->etag, "\"%lld\"", (long long)version))
        return fh_no_memory(err);
    return FH_OK;
}

fh_status fh_call_made(fh_call *c, const char *path, int64_t number, fh_error *err)
{
    if (!fh_arena_format(c->arena, &c->location, "%s/%lld", path, (long long)number))
        return fh_no_memory(err);
    return FH_OK;
}

fh_status fh_call_cookie(fh_call *c, fh_str secret, fh_error *err)
{
    fh_str cookie;
    const fh_callers *callers = c->api->callers;
    if (!fh_arena_format(c->arena, &cookie, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s",
                         fh_callers_cookie(callers), FH_STR_ARG(secret),
                         fh_callers_secure(callers) ? "; Secure" : "",
                         secret.len ? "; Max-Age=2592000" : "; Max-Age=0"))
        return fh_no_memory(err);
    c->untagged = true;
    return fh_call_field(c, "Set-Cookie", cookie, err);
}

void fh_call_page_begin(fh_call *c)
{
    fh_json_object(&c->json);
    fh_json_key(&c->json, FH_STR("items"));
    fh_json_array(&c->json);
}

void fh_call_page_end(fh_call *c, fh_str next)
{
    fh_json_end_array(&c->json);
    fh_put_text_or_null(&c->json, "next", next);
    fh_json_end_object(&c->json);
}

void fh_call_next(fh_call *c, int64_t next)
{
    char text[24];
    const int len = snprintf(text, sizeof text, "%lld", (long long)next);
    fh_put_text_or_null(&c->json, "next", (fh_str){text, next && len > 0 ? (size_t)len : 0});
}

void fh_call_page_end_at(fh_call *c, int64_t next)
{
    fh_json_end_array(&c->json);
    fh_call_next(c, next);
    fh_json_end_object(&c->json);
}

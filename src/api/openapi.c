/* openapi.c - the OpenAPI 3.1 text, from the table of routes and from schemas.json.
 *
 * Nothing about a route is written twice: paths, parameters, rights, bodies and replies
 * come from its fh_route; what a body looks like is in schemas.json, by the name the
 * route gives. A name that is not there is an error, which a test would see.
 */
#include "api/openapi.h"

#include "api/inside.h"
#include "base/put.h"

#include <stdio.h>
#include <string.h>

extern const char fh_api_schemas[] __attribute__((visibility("hidden")));

static const char *method_word(fh_http_method method)
{
    static const char *const words[] = {
        [FH_HTTP_GET] = "get",        [FH_HTTP_HEAD] = "head",   [FH_HTTP_POST] = "post",
        [FH_HTTP_PUT] = "put",        [FH_HTTP_PATCH] = "patch", [FH_HTTP_DELETE] = "delete",
        [FH_HTTP_OPTIONS] = "options"};
    return words[method];
}

/* ---- Parameters ------------------------------------------------------------------------ */

static void option_schema(fh_json *j, const fh_option *o)
{
    fh_put_key(j, "schema");
    fh_json_object(j);
    if (o->kind == FH_OPTION_COUNT) {
        fh_put_word(j, "type", "integer");
        fh_put_int(j, "minimum", 0);
    } else {
        fh_put_word(j, "type", o->kind == FH_OPTION_FLAG ? "boolean" : "string");
    }
    if (o->kind == FH_OPTION_CHOICE) {
        fh_put_key(j, "enum");
        fh_json_array(j);
        for (uint32_t k = 0; fh_option_choice(o->arg, k).len; k++)
            fh_json_str(j, fh_option_choice(o->arg, k));
        fh_json_end_array(j);
    }
    fh_json_end_object(j);
}

static void query_parameter(fh_json *j, const fh_option *o)
{
    fh_json_object(j);
    fh_put_word(j, "name", o->name);
    fh_put_word(j, "in", "query");
    fh_put_word(j, "description", o->help);
    option_schema(j, o);
    fh_json_end_object(j);
}

static void argument_parameter(fh_json *j, const fh_question *q)
{
    fh_json_object(j);
    fh_put_word(j, "name", q->argument);
    fh_put_word(j, "in", "query");
    fh_put_word(j, "description", q->argument_help);
    fh_put_bool(j, "required", q->min_args > 0);
    fh_put_key(j, "schema");
    fh_json_raw_value(j, FH_STR("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"));
    fh_put_word(j, "style", "form");
    fh_put_bool(j, "explode", true);
    fh_json_end_object(j);
}

static void path_parameters(fh_json *j, const char *path)
{
    for (const char *open = strchr(path, '{'); open; open = strchr(open + 1, '{')) {
        const size_t len = strcspn(open + 1, "}");
        fh_json_object(j);
        fh_put_text(j, "name", (fh_str){open + 1, len});
        fh_put_word(j, "in", "path");
        fh_put_bool(j, "required", true);
        fh_put_key(j, "schema");
        fh_json_raw_value(j, FH_STR("{\"type\":\"string\"}"));
        fh_json_end_object(j);
    }
}

static void reference(fh_json *j, const char *name)
{
    fh_json_object(j);
    fh_put_word(j, "$ref", name);
    fh_json_end_object(j);
}

static fh_status parameters(fh_json *j, const fh_route *r, fh_arena *arena, fh_error *err)
{
    fh_option *flat = NULL;
    size_t n = 0;
    const fh_status s = r->query ? fh_options_flat(r->query, 0, arena, &flat, &n, err) : FH_OK;
    if (s) return s;
    const fh_question *q = fh_route_question(r);
    fh_put_key(j, "parameters");
    fh_json_array(j);
    path_parameters(j, r->path);
    if (q && q->argument) argument_parameter(j, q);
    for (size_t i = 0; i < n; i++)
        if (flat[i].kind != FH_OPTION_HEADING) query_parameter(j, &flat[i]);
    if (r->flags & FH_ROUTE_VERSIONED) reference(j, "#/components/parameters/IfMatch");
    if (r->flags & FH_ROUTE_WRITES) reference(j, "#/components/parameters/IdempotencyKey");
    fh_json_end_array(j);
    return FH_OK;
}

/* ---- Bodies ---------------------------------------------------------------------------------- */

static void schema(fh_json *j, const char *name)
{
    char path[96];
    (void)snprintf(path, sizeof path, "#/components/schemas/%s", name);
    fh_put_key(j, "schema");
    reference(j, path);
}

static fh_status known_schema(const fh_json_doc *schemas, const char *name, fh_error *err)
{
    const uint32_t all = fh_json_get(schemas, 0, FH_STR("schemas"));
    if (!name || (all && fh_json_get(schemas, all, fh_str_of(name)))) return FH_OK;
    return fh_fail(err, FH_INTERNAL, "schemas.json does not tell '%s'", name);
}

/* `types` may be several, by commas; those that are not JSON have no schema here. */
static void content(fh_json *j, const char *types, const char *name)
{
    fh_put_key(j, "content");
    fh_json_object(j);
    while (*types) {
        const size_t len = strcspn(types, ",");
        fh_json_key(j, fh_str_trim((fh_str){types, len}));
        fh_json_object(j);
        if (name) schema(j, name);
        fh_json_end_object(j);
        types += len + (types[len] == ',');
    }
    fh_json_end_object(j);
}

static void body(fh_json *j, const fh_route *r)
{
    if (!r->body && !r->body_type) return;
    fh_put_key(j, "requestBody");
    fh_json_object(j);
    fh_put_bool(j, "required", true);
    content(j, r->body_type ? r->body_type : "application/json", r->body);
    fh_json_end_object(j);
}

static void replies(fh_json *j, const fh_route *r)
{
    const bool has_body = r->reply || r->reply_type;
    char code[8];
    (void)snprintf(code, sizeof code, "%d", r->status ? r->status : has_body ? 200 : 204);
    fh_put_key(j, "responses");
    fh_json_object(j);
    fh_put_key(j, code);
    fh_json_object(j);
    fh_put_word(j, "description", has_body ? "What was asked for" : "Done");
    if (has_body) {
        const fh_question *q = fh_route_question(r);
        if (q) { /* only JSON has a schema */
            fh_put_key(j, "content");
            fh_json_object(j);
            fh_put_key(j, "application/json");
            fh_json_object(j);
            schema(j, r->reply);
            fh_json_end_object(j);
            fh_put_key(j, "text/csv");
            fh_json_raw_value(j, FH_STR("{}"));
            fh_put_key(j, FH_XLSX_TYPE);
            fh_json_raw_value(j, FH_STR("{}"));
            fh_put_key(j, "text/plain");
            fh_json_raw_value(j, FH_STR("{}"));
            fh_json_end_object(j);
        } else {
            content(j, r->reply_type ? r->reply_type : "application/json", r->reply);
        }
    }
    fh_json_end_object(j);
    if (r->flags & FH_ROUTE_PAGE && r->status != 303) {
        fh_put_key(j, "303");
        fh_json_object(j);
        fh_put_word(j, "description", "Go on at another page");
        fh_json_end_object(j);
    }
    if (r->reply_422) {
        fh_put_key(j, "422");
        fh_json_object(j);
        fh_put_word(j, "description", "Nothing of it was good, or all of it could not be read");
        fh_put_key(j, "content");
        fh_json_object(j);
        fh_put_key(j, "application/json");
        fh_json_object(j);
        schema(j, r->reply_422);
        fh_json_end_object(j);
        fh_put_key(j, "application/problem+json");
        fh_json_object(j);
        schema(j, "Problem");
        fh_json_end_object(j);
        fh_json_end_object(j);
        fh_json_end_object(j);
    }
    if (r->flags & FH_ROUTE_VERSIONED) {
        fh_put_key(j, "412");
        reference(j, "#/components/responses/Stale");
        fh_put_key(j, "428");
        reference(j, "#/components/responses/NoIfMatch");
    }
    fh_put_key(j, "default");
    reference(j, r->flags & FH_ROUTE_PAGE ? "#/components/responses/Page"
                                          : "#/components/responses/Problem");
    fh_json_end_object(j);
}

static void rights(fh_json *j, const fh_route *r)
{
    if (r->flags & (FH_ROUTE_PUBLIC | FH_ROUTE_SIGNS_IN)) {
        fh_put_key(j, "security");
        fh_json_raw_value(j, FH_STR("[]"));
    } else if (r->right != FH_ANYBODY) {
        fh_put_word(j, "x-right", fh_right_word((fh_right)r->right));
    }
}

static fh_status operation(fh_json *j, const fh_route *r, const fh_json_doc *schemas,
                           fh_arena *arena, fh_error *err)
{
    fh_status s = known_schema(schemas, r->body, err);
    if (!s) s = known_schema(schemas, r->reply, err);
    if (s) return s;
    fh_put_key(j, method_word(r->method));
    fh_json_object(j);
    fh_put_word(j, "operationId", r->id);
    fh_put_key(j, "tags");
    fh_json_array(j);
    fh_json_str(j, fh_str_of(r->group));
    fh_json_end_array(j);
    fh_put_word(j, "summary", r->summary);
    rights(j, r);
    s = parameters(j, r, arena, err);
    body(j, r);
    replies(j, r);
    fh_json_end_object(j);
    return s;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static fh_status paths(fh_json *j, const fh_router *router, const fh_json_doc *schemas,
                       fh_arena *arena, fh_error *err)
{
    size_t n = 0;
    const fh_route *const *all = fh_router_all(router, &n);
    bool *told = FH_NEW_ARRAY(arena, bool, n + 1);
    fh_status s = told ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; !s && i < n; i++) {
        if (told[i]) continue;
        fh_put_key(j, all[i]->path);
        fh_json_object(j);
        for (size_t k = i; !s && k < n; k++) {
            if (strcmp(all[k]->path, all[i]->path) != 0) continue;
            told[k] = true;
            s = operation(j, all[k], schemas, arena, err);
        }
        fh_json_end_object(j);
    }
    return s;
}

/* As schemas.json tells them, and those of kinds of records among the schemas. */
static void components(fh_json *j, const fh_json_doc *all, const fh_kind *const *kind, size_t n)
{
    const uint32_t schemas = fh_json_get(all, 0, FH_STR("schemas"));
    fh_json_object(j);
    for (uint32_t at = 1; at < all->token[0].next; at = all->token[at + 1].next) {
        fh_json_key(j, (fh_str){all->text.ptr + all->token[at].at, all->token[at].len});
        if (at + 1 != schemas) {
            fh_json_raw_value(j, fh_json_raw(all, at + 1));
            continue;
        }
        fh_json_object(j);
        fh_json_members(j, fh_json_raw(all, schemas));
        for (size_t i = 0; i < n; i++) fh_openapi_kind_schemas(j, kind[i]);
        fh_json_end_object(j);
    }
    fh_json_end_object(j);
}

static fh_status write_all(fh_json *j, const fh_router *router, const fh_json_doc *schemas,
                           const fh_kind *const *kind, size_t n_kinds, fh_arena *arena,
                           fh_error *err)
{
    fh_json_object(j);
    fh_put_word(j, "openapi", "3.1.0");
    fh_put_key(j, "info");
    fh_json_object(j);
    fh_put_word(j, "title", "Firsthand");
    fh_put_word(j, "version", FH_VERSION);
    fh_put_word(
        j, "description",
        "What customers live through, and what is done about it. Errors are problem details "
        "(RFC 9457) whose 'remedy' says what to do. Lists are pages: go on with 'after' as "
        "'next' says.");
    fh_put_key(j, "license");
    fh_json_raw_value(j, FH_STR("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
    fh_json_end_object(j);
    fh_put_key(j, "security");
    fh_json_raw_value(j, FH_STR("[{\"token\":[]},{\"session\":[]}]"));
    fh_put_key(j, "paths");
    fh_json_object(j);
    const fh_status s = paths(j, router, schemas, arena, err);
    for (size_t i = 0; i < n_kinds; i++) fh_openapi_kind_paths(j, kind[i]);
    fh_json_end_object(j);
    fh_put_key(j, "components");
    components(j, schemas, kind, n_kinds);
    fh_json_end_object(j);
    return s;
}

fh_status fh_api_describe(const fh_kind *const *kind, size_t n_kinds, fh_buf *out, fh_error *err)
{
    fh_router *router = NULL;
    fh_json_doc schemas;
    fh_json j;
    fh_arena *arena = fh_arena_new(NULL);
    fh_json_reader *reader = fh_json_reader_new(NULL, FH_JSON_TOKENS);
    fh_status s = arena && reader ? FH_OK : fh_no_memory(err);
    if (!s) s = fh_json_read(reader, fh_str_of(fh_api_schemas), &schemas, err);
    if (!s) s = fh_api_routes(arena, &router, err);
    fh_json_begin(&j, out, 0);
    if (!s) s = write_all(&j, router, &schemas, kind, n_kinds, arena, err);
    fh_json_reader_free(reader);
    fh_arena_free(arena);
    return s;
}

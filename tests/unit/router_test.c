/* router_test.c - from method and path to a route; the whole table; its description. */
#include "api/inside.h"

#include "test.h"

#include <stdlib.h>

static fh_status nothing(fh_call *c, fh_error *err)
{
    (void)c, (void)err;
    return FH_OK;
}

static const fh_route people[] = {
    {.method = FH_HTTP_GET, .path = "/people/{person}", .id = "one", .handle = nothing},
    {.method = FH_HTTP_GET, .path = "/people/me", .id = "me", .handle = nothing},
    {.method = FH_HTTP_PATCH, .path = "/people/{person}", .id = "change", .handle = nothing},
    {.path = NULL}};
static const fh_route names[] = {
    {.method = FH_HTTP_POST, .path = "/names/{kind}/{n}/merge", .id = "merge", .handle = nothing},
    {.method = FH_HTTP_GET, .path = "/", .id = "home", .handle = nothing},
    {.path = NULL}};
static const fh_route *const tables[] = {people, names, NULL};

typedef struct found {
    const char *id, *allowed;
    fh_str value[FH_PATH_VALUES];
} found;

static found find(const fh_router *r, fh_http_method method, const char *path)
{
    found f = {0};
    const fh_route *route = fh_router_find(r, method, fh_str_of(path), f.value, &f.allowed);
    f.id = route ? route->id : "";
    return f;
}

static fh_router *new_router(fh_arena *arena)
{
    fh_router *r = NULL;
    assert_status(fh_router_new(tables, arena, &r, NULL), FH_OK);
    return r;
}

static void a_path_finds_its_route_and_values(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_router *r = new_router(arena);
    found f = find(r, FH_HTTP_GET, "/people/17");
    assert_string_equal(f.id, "one");
    assert_str(f.value[0], "17");
    f = find(r, FH_HTTP_POST, "/names/channels/3/merge");
    assert_string_equal(f.id, "merge");
    assert_str(f.value[0], "channels");
    assert_str(f.value[1], "3");
    assert_string_equal(find(r, FH_HTTP_GET, "/").id, "home");
    fh_arena_free(arena);
}

static void a_route_without_values_goes_before_one_with(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_router *r = new_router(arena);
    assert_string_equal(find(r, FH_HTTP_GET, "/people/me").id, "me");
    assert_string_equal(find(r, FH_HTTP_HEAD, "/people/me").id, "me");
    fh_arena_free(arena);
}

static void what_is_not_there_says_which_methods_are(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_router *r = new_router(arena);
    found f = find(r, FH_HTTP_DELETE, "/people/17");
    assert_string_equal(f.id, "");
    assert_string_equal(f.allowed, "GET, HEAD, PATCH");
    static const char *const nowhere[] = {"",
                                          "people",
                                          "/people",
                                          "/people/",
                                          "/people/17/",
                                          "/people/17/x",
                                          "//people",
                                          "/names//3/merge",
                                          "*",
                                          "/names/a/3/merge/",
                                          "/peoples/17"};
    for (size_t i = 0; i < COUNT(nowhere); i++) {
        f = find(r, FH_HTTP_GET, nowhere[i]);
        assert_string_equal(f.id, "");
        assert_string_equal(f.allowed, "");
    }
    fh_arena_free(arena);
}

static fh_status make(void *ctx)
{
    (void)ctx;
    fh_router *r = NULL;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_status s = fh_router_new(tables, arena, &r, NULL);
    fh_arena_free(arena);
    return s;
}

static void running_out_of_memory_is_an_error(void **state)
{
    (void)state;
    test_oom(make, NULL);
}

/* Of the product's own table. */
static void every_route_is_whole_and_told_once(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_router *router = NULL;
    size_t n = 0;
    assert_status(fh_api_routes(arena, &router, NULL), FH_OK);
    const fh_route *const *all = fh_router_all(router, &n);
    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        const fh_route *r = all[i];
        assert_non_null(r->id);
        assert_non_null(r->handle);
        assert_true(r->summary && *r->summary && r->group);
        assert_true(r->right >= FH_ANYBODY && r->right < FH_N_RIGHTS);
        /* What changes something is never a GET, which others' pages can cause. */
        if (r->flags & (FH_ROUTE_WRITES | FH_ROUTE_SIGNS_IN))
            assert_int_not_equal(r->method, FH_HTTP_GET);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(r->id, all[k]->id);
            assert_false(r->method == all[k]->method && !strcmp(r->path, all[k]->path));
        }
    }
    fh_arena_free(arena);
}

static void the_description_is_json_and_names_every_route(void **state)
{
    (void)state;
    fh_buf out;
    fh_error err = {0};
    fh_json_doc doc;
    fh_buf_init(&out, NULL, 1 << 24);
    if (fh_api_describe(NULL, 0, &out, &err)) fail_msg("%s", err.message);
    fh_json_reader *reader = fh_json_reader_new(NULL, 1 << 20);
    assert_status(fh_json_read(reader, fh_buf_view(&out), &doc, &err), FH_OK);
    const uint32_t paths = fh_json_get(&doc, 0, FH_STR("paths"));
    const uint32_t ingest = fh_json_get(&doc, paths, FH_STR("/api/v1/interactions"));
    assert_true(ingest && fh_json_get(&doc, ingest, FH_STR("post")));
    const uint32_t follows = fh_json_get(&doc, paths, FH_STR("/api/v1/follows"));
    assert_true(follows && fh_json_get(&doc, follows, FH_STR("get")));
    fh_json_reader_free(reader);
    fh_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_its_route_and_values),
        cmocka_unit_test(a_route_without_values_goes_before_one_with),
        cmocka_unit_test(what_is_not_there_says_which_methods_are),
        cmocka_unit_test(running_out_of_memory_is_an_error),
        cmocka_unit_test(every_route_is_whole_and_told_once),
        cmocka_unit_test(the_description_is_json_and_names_every_route),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}

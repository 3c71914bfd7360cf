/* lived_rules_test.c - which touchpoint of a map an interaction is, against asking the map for
 * each interaction there can be; and from where the time of a promise runs, by hand. */
#include "maps.h"
#include "test.h"

#include "app/maps/lived_parts.h"

#include <stdlib.h>

/* ---- Which touchpoint ---------------------------------------------------------------------- */

static void put_one_of(fh_buf *out, const char *const *words, uint32_t n)
{
    fh_buf_text(out, words[test_rand(n)]);
}

/* Few names, so that matches meet one another. */
static fh_map random_map(fh_arena *arena)
{
    static const char *const names[] = {"\"a\"",   "\"ab\"", "\"ABC\"", "\"b\"",    "\"a*\"",
                                        "\"ab*\"", "\"B*\"", "\"*\"",   "\"abc*\"", "\"c\""};
    static const char *const channels[] = {"phone", "\"WEB\"", "letter"};
    static const char *const departments[] = {"sales", "\"Care\""};
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_buf_text(&text, "journey j \"J\"\nstage s \"S\"\n");
    const uint32_t n = 1 + test_rand(8);
    for (uint32_t t = 0; t < n; t++) {
        fh_buf_printf(&text, "touchpoint t%u \"%c\"\n", t, 'a' + (char)test_rand(4));
        for (uint32_t m = test_rand(4); m; m--) {
            fh_buf_text(&text, "match ");
            put_one_of(&text, names, test_rand(3) ? 7 : COUNT(names));
            if (test_rand(2)) {
                fh_buf_text(&text, " over ");
                put_one_of(&text, channels, COUNT(channels));
            }
            if (test_rand(2)) {
                fh_buf_text(&text, " of ");
                put_one_of(&text, departments, COUNT(departments));
            }
            fh_buf_char(&text, '\n');
        }
        if (!test_rand(8)) fh_buf_text(&text, "unseen \"why\"\n");
    }
    fh_buf_char(&text, '\0');
    assert_int_equal(text.status, FH_OK);
    const fh_map map = maps_read(text.ptr, arena);
    fh_buf_free(&text);
    return map;
}

/* The first is "none". */
static const fh_str touchpoints[] = {{"", 0},     {"a", 1}, {"AB", 2}, {"abc", 3},
                                     {"abcd", 4}, {"b", 1}, {"bx", 2}, {"C", 1},
                                     {"d", 1},    {"", 0},  {"Ab", 2}};
static const fh_str channels[] = {{"", 0},    {"phone", 5}, {"web", 3}, {"fax", 3},
                                  {"Web", 3}, {"", 0},      {"x", 1},   {"Letter", 6}};
static const fh_str departments[] = {{"", 0}, {"Sales", 5}, {"care", 4}, {"Claims", 6}};

static uint32_t told(const fh_element_rules *r, uint32_t t, uint32_t c, uint32_t d)
{
    const uint32_t of = r->of[t];
    if (of == FH_NO_ELEMENT || of < FH_ELEMENT_BY) return of;
    assert_true(of - FH_ELEMENT_BY < r->n_rows);
    assert_true(r->channel_kind[c] < r->n_channel_kinds);
    assert_true(r->department_kind[d] < r->n_department_kinds);
    const size_t row = (size_t)(of - FH_ELEMENT_BY) * r->n_channel_kinds + r->channel_kind[c];
    return r->by[row * r->n_department_kinds + r->department_kind[d]];
}

static fh_view view_in(fh_arena *arena)
{
    return (fh_view){.arena = arena,
                     .touchpoint = {COUNT(touchpoints), touchpoints, NULL},
                     .channel = {COUNT(channels), channels, NULL},
                     .department = {COUNT(departments), departments, NULL}};
}

static void the_table_tells_what_the_map_tells_for_each_interaction(void **state)
{
    (void)state;
    size_t n_found = 0, n_rows = 0;
    test_seed(11);
    for (int round = 0; round < 1000; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_element_rules r;
        const fh_map map = random_map(arena);
        const fh_view v = view_in(arena);
        assert_status(fh_lived_rules(&v, &map, &r, NULL), FH_OK);
        assert_int_equal(r.n_elements, map.n_touchpoints);
        for (uint32_t t = 1; t < COUNT(touchpoints); t++)
            for (uint32_t c = 0; c < COUNT(channels); c++)
                for (uint32_t d = 0; d < COUNT(departments); d++) {
                    const uint32_t want =
                        fh_map_find(&map, touchpoints[t], channels[c], departments[d]);
                    const uint32_t got = told(&r, t, c, d);
                    assert_true(got == (want == FH_MAP_NONE ? FH_NO_ELEMENT : want));
                    n_found += want != FH_MAP_NONE;
                }
        assert_true(told(&r, 0, 1, 1) == FH_NO_ELEMENT);
        n_rows += r.n_rows;
        fh_arena_free(arena);
    }
    assert_true(n_found > 10000 && n_rows > 1000); /* the maps did tell things apart */
}

/* ---- From where a promise runs ---- */

/* `flow`: a letter is a touchpoint, u one that is unseen, ( sequence, [ choice, { any order,
 * < repeat, ? optional, ) ends a block, | begins the next stage. Each letter promises. */
static fh_map map_of(const char *flow, fh_arena *arena)
{
    static const char opens[] = "([{<?";
    static const char *const words[] = {"sequence", "choice", "any-order", "repeat", "optional"};
    fh_buf text;
    int stage = 0;
    fh_buf_init(&text, NULL, 1 << 16);
    fh_buf_text(&text, "journey j \"J\"\nstage s0 \"S\"\n");
    for (const char *c = flow; *c; c++) {
        const char *open = strchr(opens, *c);
        if (open)
            fh_buf_printf(&text, "%s\n", words[open - opens]);
        else if (*c == ')')
            fh_buf_text(&text, "end\n");
        else if (*c == '|')
            fh_buf_printf(&text, "stage s%d \"S\"\n", ++stage);
        else
            fh_buf_printf(&text, "touchpoint %c \"%c\"\npromise \"soon\" within 1d\n%s", *c, *c,
                          *c == 'u' ? "unseen \"why\"\n" : "");
    }
    fh_buf_char(&text, '\0');
    const fh_map map = maps_read(text.ptr, arena);
    fh_buf_free(&text);
    return map;
}

/* The ids, in the order of the map, of what may come right before a touchpoint. */
static void assert_before(const char *flow, char id, const char *want)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_element_promise *p = NULL;
    uint32_t n = 0, *at = NULL;
    char got[30] = "";
    size_t len = 0;
    const fh_map map = map_of(flow, arena);
    assert_status(fh_lived_promises(&map, arena, &p, &n, &at, NULL), FH_OK);
    assert_int_equal(n, map.n_touchpoints);
    const uint32_t t = fh_lived_touchpoint_of(&map, (fh_str){&id, 1});
    assert_true(t != FH_MAP_NONE && at[t] < n && p[at[t]].element == t);
    for (uint32_t i = 0; i < map.n_touchpoints; i++)
        if (fh_bit(p[at[t]].before.bits, i)) got[len++] = *map.touchpoint[i].id.ptr;
    got[len] = 0;
    if (strcmp(got, want) != 0) fail_msg("%s, before %c: '%s', not '%s'", flow, id, got, want);
    fh_arena_free(arena);
}

static void a_promise_runs_from_what_comes_right_before(void **state)
{
    (void)state;
    static const struct {
        const char *flow;
        char id;
        const char *before;
    } cases[] = {
        {"a", 'a', ""},
        {"abc", 'c', "b"},
        {"ab|c", 'c', "b"}, /* stages follow one another */
        {"a||b", 'b', "a"},
        {"(ab)(cd)", 'c', "b"},
        {"auc", 'c', "a"}, /* what is not seen is passed over */
        {"a?b)c", 'c', "ab"},
        {"a?b)?c)d", 'd', "abc"},
        {"a?bc)d", 'd', "ac"}, /* all of it, or nothing */
        {"a?bc)d", 'c', "b"},
        {"[ab)c", 'c', "ab"},
        {"[ab)c", 'b', ""},
        {"x[(ab)(cd))e", 'e', "bd"},
        {"x[(ab)(cd))e", 'c', "x"},
        {"x[?a)b)c", 'c', "xab"},
        {"x[ub)c", 'c', "xb"},
        {"<a)b", 'a', "a"}, /* again right after itself */
        {"<a)b", 'b', "a"},
        {"x<ab)c", 'a', "xb"},
        {"x<ab)c", 'b', "a"},
        {"x<ab)c", 'c', "a"},
        {"x<abc)d", 'a', "xbc"},
        {"x<a?b))c", 'a', "xab"},
        {"<?a)b)c", 'b', "ab"},
        {"<?a)b)c", 'c', "ab"},
        {"<(ab)c)d", 'c', "b"},
        {"<(ab)c)d", 'a', "c"},
        {"<(a?b)))c", 'a', "ab"},
        {"x{abc)d", 'c', "xab"},
        {"x{abc)d", 'd', "abc"},
        {"{(ab)c)", 'b', "ac"},
        {"{(ab)c)", 'c', "ab"},
        {"{(ab)c)", 'a', "c"},
        {"x{?a)?b))c", 'c', "xab"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_before(cases[i].flow, cases[i].id, cases[i].before);
}

static void only_promises_that_tell_a_time_run(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_element_promise *p = NULL;
    uint32_t n = 0, *at = NULL;
    const fh_map map = maps_read("journey j \"J\"\nstage s \"S\"\n"
                                 "touchpoint a \"A\"\npromise \"kindly\"\n"
                                 "touchpoint b \"B\"\npromise \"kindly\"\n"
                                 "promise \"soon\" within 2h\npromise \"sooner\" within 90m\n",
                                 arena);
    assert_status(fh_lived_promises(&map, arena, &p, &n, &at, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_true(at[0] == FH_MAP_NONE);
    assert_int_equal(at[1], 0);
    assert_int_equal(p[0].within_ms, 2 * 3600000);
    assert_int_equal(p[1].within_ms, 90 * 60000);
    for (uint32_t i = 0; i < n; i++)
        assert_true(fh_bit(p[i].before.bits, 0) && !fh_bit(p[i].before.bits, 1));
    fh_arena_free(arena);
}

/* ---- Memory ---- */

static fh_status make_both(void *ctx)
{
    const fh_map *map = ctx;
    fh_element_rules r;
    fh_element_promise *p = NULL;
    uint32_t n = 0, *at = NULL;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_view v = view_in(arena);
    fh_status s = fh_lived_rules(&v, map, &r, NULL);
    if (!s) s = fh_lived_promises(map, arena, &p, &n, &at, NULL);
    fh_arena_free(arena);
    return s;
}

static void memory_that_runs_out_is_an_ordinary_error(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_map map = maps_read(maps_example, arena);
    test_oom(make_both, &map);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_tells_what_the_map_tells_for_each_interaction),
        cmocka_unit_test(a_promise_runs_from_what_comes_right_before),
        cmocka_unit_test(only_promises_that_tell_a_time_run),
        cmocka_unit_test(memory_that_runs_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

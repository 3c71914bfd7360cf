/* report_test.c - the report's page: structure, hostile names, nothing to tell. */
#include "test.h"

#include "app/report/report.h"

/* ---- An organisation by hand -------------------------------------------------------- */

#define EVIL   "<script>alert(1)</script>"
#define QUOTES "\"Q\" & 'q' ]]> -->"
#define LONG                                                                            \
    "A touchpoint whose name goes on and on, longer than any box on the map can hold, " \
    "Gr\xc3\xbc\xc3\x9f"                                                                \
    "e"

static const fh_str touchpoints[] = {{"", 0},
                                     {EVIL, sizeof EVIL - 1},
                                     {QUOTES, sizeof QUOTES - 1},
                                     {LONG, sizeof LONG - 1},
                                     {"\xe7\x94\xb5\xe8\xaf\x9d", 6}};
static const fh_str departments[] = {{"", 0}, {"Sales </td>", 11}, {"Claims & care", 13}};
static const fh_str channels[] = {{"", 0}, {"we<b>", 5}};

static const fh_touchpoint_row touchpoint_rows[] = {
    {1, 40, 20, 0, 9 * FH_DAY_MS, 0, 0, 0},
    {2, 30, 19, 5, 9 * FH_DAY_MS, 0, 0, 0},
    {3, 20, 12, 5, 9 * FH_DAY_MS, 0, 0, 0},
    {4, 10, 10, 5, 200 * FH_DAY_MS, 0, 0, 0},
};
#define GAP(ms)                                                \
    {                                                          \
        .p50_ms = (ms), .p90_ms = 2 * (ms), .p99_ms = 3 * (ms) \
    }

static const fh_arc arcs[] = {
    {1, 2, 25, 25 * FH_DAY_MS, GAP(FH_DAY_MS), 0},
    {2, 3, 18, 18000, GAP(1000), 0},
    {3, 1, 15, 15000, GAP(1000), 0},
    {2, 4, 9, 9000, GAP(1000), 0},
    {1, 1, 5, 5000, GAP(1000), 0},
    {3, 4, 2, 2000, GAP(1000), 0},
    {1, 3, 1, 1000, GAP(1000), 0},
};
static const fh_touchpoint_count starts[] = {{1, 20}}, ends[] = {{4, 10}, {2, 10}};
static const uint16_t way_a[] = {1, 2, 3, 1, 1, 1, 2, 4}, way_b[] = {1, 2};
static const fh_variant ways[] = {{11, 11 * FH_DAY_MS, 8, way_a}, {9, 9000, 2, way_b}};
static const fh_loop_row loops[] = {{1, 40, 20, 11, 22, 15, 15 * FH_DAY_MS, 4}};
static const fh_pingpong pingpongs[] = {{1, 2, 7, 6}};
static const fh_wait_row waits[] = {{2, 25, 25 * FH_DAY_MS, GAP(FH_DAY_MS), 3 * FH_DAY_MS}};
static const fh_handoff pairs[] = {{1, 2, 12, 9, FH_DAY_MS, 3}, {2, 1, 4, 3, FH_DAY_MS, 0}};
static const fh_repeat repeats[] = {{1, 2, 6, 5, FH_DAY_MS}, {0, 1, 2, 2, FH_DAY_MS}};
static const fh_arrivals_month months[] = {
    {0, 60, 20, 15}, {31 * FH_DAY_MS, 0, 0, 0}, {59 * FH_DAY_MS, 40, 10, 5}};
static const fh_arrivals_channel channel_rows[] = {{1, 90, 19}, {0, 10, 4}};
static const fh_retention_cell cells_1[] = {{15, 15, true}, {15, 6, true}, {10, 2, false}};
static const fh_retention_cell cells_2[] = {{5, 5, true}, {3, 1, false}, {0, 0, false}};
static const fh_retention_cell overall[] = {{20, 20, true}, {15, 6, false}, {0, 0, false}};
static const fh_cohort cohorts[] = {{0, 15, cells_1}, {31 * FH_DAY_MS, 5, cells_2}};
static const fh_origin origins[] = {{.origin = 1,
                                     .source = {"c<r>m", 5},
                                     .file = {"a&b.csv", 7},
                                     .mapping = {"customer=<id>\n", 14},
                                     .rows_added = 100,
                                     .rows_rejected = 3,
                                     .complete = true}};

typedef struct world {
    fh_arena *arena;
    fh_view view;
    fh_report_facts facts;
} world;

static void make_world(world *w, bool full)
{
    *w = (world){.arena = fh_arena_new(NULL)};
    w->view = (fh_view){.arena = w->arena,
                        .touchpoint = {COUNT(touchpoints), touchpoints, NULL},
                        .department = {full ? COUNT(departments) : 1, departments, NULL},
                        .channel = {full ? COUNT(channels) : 1, channels, NULL},
                        .last_ms = full ? 200 * FH_DAY_MS : -1,
                        .calling = {"learner", "learners", "Learner", "Learners"},
                        .one = "learner",
                        .many = "learners",
                        .title = "Learners",
                        .key = "customers"};
    w->facts = (fh_report_facts){.view = &w->view};
    w->facts.repeats_options.window_ms = 7 * (uint64_t)FH_DAY_MS;
    w->facts.retention_options = (fh_retention_options){.unit = FH_MONTH, .n_buckets = 3};
    if (!full) return;
    w->facts = (fh_report_facts){
        .view = &w->view,
        .name = FH_STR("Harbour <Mutual>"),
        .arrivals = {100, 20, COUNT(months), months, COUNT(channel_rows), channel_rows},
        .touchpoints = {.n_interactions = 100,
                        .n_stories = 20,
                        .last_ms = 200 * FH_DAY_MS,
                        .n_rows = COUNT(touchpoint_rows),
                        .rows = touchpoint_rows},
        .follows = {100, 20, COUNT(arcs), COUNT(starts), COUNT(ends), arcs, starts, ends},
        .variants = {20, 2, 2, ways},
        .loops = {100, 20, 11, COUNT(loops), loops, COUNT(pingpongs), pingpongs},
        .waits = {.n_interactions = 100, .n_stories = 20, .n_rows = 1, .rows = waits},
        .handoffs = {.n_interactions = 90,
                     .n_problems = 18,
                     .n_customers = 15,
                     .n_handoffs = 16,
                     .n_pairs = COUNT(pairs),
                     .pairs = pairs,
                     .problems_with = {8, 6, 3, 1}},
        .repeats_options = w->facts.repeats_options,
        .repeats = {100, 20, 8, 6, 6, COUNT(repeats), repeats},
        .retention_options = w->facts.retention_options,
        .retention = {.all = {20, 3, COUNT(cohorts), cohorts, overall}},
        .origins = origins,
        .n_origins = COUNT(origins),
    };
}

static fh_str write_page(world *w, const fh_report_options *options, fh_buf *out)
{
    fh_error err;
    fh_buf_init(out, NULL, 4 << 20);
    const fh_status status = fh_report_page(&w->facts, options, out, &err);
    if (status) fail_msg("%s", err.message);
    return fh_buf_view(out);
}

static size_t times(fh_str page, const char *what)
{
    const size_t len = strlen(what);
    size_t n = 0;
    for (size_t i = 0; i + len <= page.len; i++) n += memcmp(page.ptr + i, what, len) == 0;
    return n;
}

/* ---- Is it well-formed? ---------------------------------------------------------------- */

/* A reader of the little XML that a page may be made of: tags in order, quoted
 * attributes, five entities, one doctype. Fails the test with the place. */
static void check_well_formed(fh_str page)
{
    enum { DEEP = 40, LONGEST = 24 };
    char open[DEEP][LONGEST];
    size_t depth = 0, i = 0;
    const char *p = page.ptr;
    while (i < page.len) {
        if (p[i] == '&') {
            const size_t end = i + 8 < page.len ? i + 8 : page.len;
            while (i < end && p[i] != ';') i++;
            if (i == end) fail_msg("a bare & before: %.40s", p + i);
        }
        if (p[i] != '<') {
            i++;
            continue;
        }
        const size_t from = i++;
        const bool closing = p[i] == '/', doctype = p[i] == '!';
        i += closing;
        char name[LONGEST] = "";
        for (size_t k = 0; k + 1 < LONGEST && i < page.len; i++) {
            if (p[i] == ' ' || p[i] == '>' || p[i] == '/') break;
            name[k++] = p[i];
        }
        while (i < page.len && p[i] != '>') {
            if (p[i] == '<') fail_msg("< inside a tag: %.60s", p + from);
            if (p[i] == '"')
                for (i++; i < page.len && p[i] != '"'; i++)
                    if (p[i] == '<') fail_msg("< inside an attribute: %.60s", p + from);
            i++;
        }
        const bool empty = p[i - 1] == '/';
        i++;
        if (doctype || empty) continue;
        if (!closing) {
            assert_true(depth < DEEP);
            (void)snprintf(open[depth++], LONGEST, "%s", name);
        } else if (depth == 0 || strcmp(open[--depth], name) != 0) {
            fail_msg("</%s> closes <%s>: %.60s", name, open[depth], p + from);
        }
    }
    assert_int_equal(depth, 0);
}

/* ---- Tests --------------------------------------------------------------------------------- */

static void every_question_is_asked_and_answered_once(void **state)
{
    (void)state;
    world w;
    make_world(&w, true);
    fh_buf buf;
    const fh_str page = write_page(&w, &(fh_report_options){0}, &buf);
    check_well_formed(page);
    static const char *const ids[] = {"who",      "map",     "ways",    "loops",  "waits",
                                      "handoffs", "repeats", "cohorts", "sources"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        char id[40];
        (void)snprintf(id, sizeof id, "<section id=\"%s\"", ids[i]);
        assert_int_equal(times(page, id), 1);
        (void)snprintf(id, sizeof id, "<h2 id=\"%s-h\">", ids[i]);
        assert_int_equal(times(page, id), 1);
        (void)snprintf(id, sizeof id, "href=\"#%s\"", ids[i]);
        assert_true(times(page, id) >= 1);
    }
    assert_int_equal(times(page, "class=\"answer\""), COUNT(ids));
    assert_int_equal(times(page, "<h1>"), 1);
    assert_int_equal(times(page, "class=\"basis\""), COUNT(ids) - 1);
    assert_int_equal(times(page, "20 learners came 100 times"), 1);
    assert_int_equal(times(page, "Made on"), 0);
    assert_int_equal(times(page, "(none)"), 2); /* a channel and a department not told */
    fh_buf_free(&buf);
    fh_arena_free(w.arena);
}

static void nothing_from_the_data_becomes_markup(void **state)
{
    (void)state;
    world w;
    make_world(&w, true);
    fh_buf buf;
    const fh_report_options options = {.title = FH_STR("</title><img src=x>")};
    const fh_str page = write_page(&w, &options, &buf);
    check_well_formed(page);
    assert_int_equal(times(page, "<script"), 0);
    assert_int_equal(times(page, "<img"), 0);
    assert_int_equal(times(page, "we<b>"), 0);
    assert_int_equal(times(page, "style=\""), 0); /* the content policy forbids them */
    assert_int_equal(times(page, "default-src 'none'"), 1);
    assert_true(times(page, "&lt;script&gt;") > 3);
    fh_buf_free(&buf);
    fh_arena_free(w.arena);
}

static void the_map_names_what_it_hides(void **state)
{
    (void)state;
    world w;
    make_world(&w, true);
    fh_buf buf;
    const fh_str page = write_page(&w, &(fh_report_options){0}, &buf);
    assert_true(times(page, "<svg class=\"map\" role=\"img\"") >= 2);
    assert_int_equal(times(page, "checked=\"checked\""), 1);
    assert_int_equal(times(page, "<strong>Nothing is hidden.</strong>"), 1);
    assert_int_equal(times(page, "<strong>10.7 % of moves are not drawn.</strong>"), 1);
    assert_int_equal(times(page, "<svg class=\"map\""), times(page, "<desc id=\"map-"));
    fh_buf_free(&buf);
    fh_arena_free(w.arena);
}

static void an_empty_organisation_is_told_what_to_do(void **state)
{
    (void)state;
    world w;
    make_world(&w, false);
    fh_buf buf;
    const fh_str page = write_page(&w, &(fh_report_options){0}, &buf);
    check_well_formed(page);
    assert_int_equal(times(page, "class=\"needed\""), 9);
    assert_int_equal(times(page, "firsthand import ORG.fh FILE"), 1);
    assert_int_equal(times(page, "<table"), 0);
    fh_buf_free(&buf);
    fh_arena_free(w.arena);
}

static void the_same_facts_give_the_same_bytes(void **state)
{
    (void)state;
    world w;
    make_world(&w, true);
    const fh_report_options options = {.made_ms = 300 * FH_DAY_MS, .top = 3};
    fh_buf a, b;
    const fh_str first = write_page(&w, &options, &a), second = write_page(&w, &options, &b);
    assert_true(fh_str_eq(first, second));
    assert_int_equal(times(first, "Made on 28 October 1970."), 1);
    fh_buf_free(&a);
    fh_buf_free(&b);
    fh_arena_free(w.arena);
}

static void a_page_too_long_is_an_error(void **state)
{
    (void)state;
    world w;
    make_world(&w, true);
    fh_buf buf;
    fh_buf_init(&buf, NULL, 20000);
    fh_error err;
    assert_status(fh_report_page(&w.facts, &(fh_report_options){0}, &buf, &err), FH_LIMIT);
    fh_buf_free(&buf);
    fh_arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_question_is_asked_and_answered_once),
        cmocka_unit_test(nothing_from_the_data_becomes_markup),
        cmocka_unit_test(the_map_names_what_it_hides),
        cmocka_unit_test(an_empty_organisation_is_told_what_to_do),
        cmocka_unit_test(the_same_facts_give_the_same_bytes),
        cmocka_unit_test(a_page_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* kept_test.c - results kept in memory: bounded, shared, forgotten, and nothing more
 * than the memory for them is lost when there is none. */
#include "app/ask/layout_kept.h"
#include "os/threads.h"
#include "segments.h"
#include "store/kept.h"

#include <stdlib.h>

typedef struct thing {
    uint64_t number;
    size_t size;
    const fh_allocator *from;
} thing;

static int n_ended;

static void end(void *object)
{
    thing *t = object;
    n_ended++;
    t->from->free(t->from->ctx, t, t->size);
}

static fh_kept_key key_of(uint64_t number)
{
    fh_kept_key key = {{0}};
    const uint32_t home = (uint32_t)(number % 3); /* few buckets: chains */
    memcpy(key.byte, &home, sizeof home);
    memcpy(key.byte + 8, &number, sizeof number);
    return key;
}

static void put(fh_kept *kept, uint64_t number, size_t size, uint64_t era, size_t alike)
{
    fh_kept_thing *made = fh_kept_begin(kept);
    assert_non_null(made);
    const fh_allocator *from = fh_kept_memory(made);
    thing *t = from->alloc(from->ctx, size);
    *t = (thing){number, size, from};
    const fh_kept_key key = key_of(number);
    fh_kept_put(kept, made, &key, era, t, end, alike);
}

static bool there(fh_kept *kept, uint64_t number)
{
    fh_kept_thing *held = NULL;
    const fh_kept_key key = key_of(number);
    const thing *t = fh_kept_get(kept, &key, &held);
    if (t) assert_int_equal(t->number, number);
    fh_kept_release(kept, held);
    return t != NULL;
}

static void the_least_recently_used_is_forgotten_first(void **state)
{
    (void)state;
    fh_kept *kept = fh_kept_new(NULL, 100000);
    n_ended = 0;
    for (uint64_t i = 0; i < 8; i++) put(kept, i, 10000, 0, 1);
    assert_int_equal(n_ended, 0);
    assert_true(there(kept, 0)); /* used again: 1 is the oldest */
    put(kept, 100, 30000, 0, 1);
    assert_int_equal(n_ended, 2);
    assert_true(there(kept, 0));
    assert_false(there(kept, 1));
    assert_false(there(kept, 2));
    assert_true(there(kept, 3));
    const fh_kept_counts c = fh_kept_count(kept);
    assert_int_equal(c.things, 7);
    assert_int_equal(c.forgotten, 2);
    assert_true(c.bytes >= 90000 && c.bytes <= 100000);
    assert_int_equal(c.hits, 3);
    assert_int_equal(c.misses, 2);
    fh_kept_free(kept);
    assert_int_equal(n_ended, 9);
}

static void what_would_fill_the_room_alone_is_not_kept(void **state)
{
    (void)state;
    fh_kept *kept = fh_kept_new(NULL, 100000);
    n_ended = 0;
    put(kept, 1, 80000, 0, 1);
    put(kept, 2, 20000, 0, 4);
    assert_int_equal(n_ended, 2);
    assert_int_equal(fh_kept_count(kept).refused, 2);
    put(kept, 3, 60000, 0, 1);
    put(kept, 3, 60000, 0, 1); /* the same again: one is enough */
    assert_int_equal(n_ended, 3);
    assert_int_equal(fh_kept_count(kept).things, 1);
    fh_kept_free(kept);
}

/* Whoever goes through all in turn would find nothing if the oldest went first. */
static void of_columns_what_is_used_stays_and_nothing_else_is_taken(void **state)
{
    (void)state;
    fh_kept *kept = fh_kept_new(NULL, 100000), *columns = fh_kept_columns(kept);
    fh_kept_bound(columns, 100000);
    n_ended = 0;
    for (uint64_t turn = 0; turn < 200; turn++) {
        fh_kept_turn(columns);
        for (uint64_t i = 0; i < 12; i++)
            if (!there(columns, i)) put(columns, i, 10000, 0, 1);
    }
    for (uint64_t i = 0; i < 12; i++) assert_int_equal(there(columns, i), i < 9);
    assert_false(fh_kept_fits(columns, 20000));
    assert_true(fh_kept_fits(columns, 2000));
    assert_int_equal(n_ended, 3 * 200);
    for (uint64_t turn = 0; turn < 17; turn++) { /* 0 to 3 are used no more */
        fh_kept_turn(columns);
        for (uint64_t i = 4; i < 9; i++) assert_true(there(columns, i));
    }
    assert_true(fh_kept_fits(columns, 20000));
    put(columns, 20, 25000, 0, 1);
    assert_true(there(columns, 20));
    for (uint64_t i = 4; i < 9; i++) assert_true(there(columns, i));
    assert_true(fh_kept_count(columns).bytes <= 100000);
    assert_int_equal(fh_kept_count(kept).bytes, 0);
    fh_kept_clear(kept);
    assert_int_equal(fh_kept_count(columns).bytes, 0);
    put(columns, 30, 1000, 0, 1); /* begun before all was forgotten */
    assert_false(there(columns, 30));
    fh_kept_free(kept);
}

static void what_is_held_outlives_being_forgotten(void **state)
{
    (void)state;
    fh_kept *kept = fh_kept_new(NULL, 100000);
    n_ended = 0;
    put(kept, 1, 1000, fh_kept_era(kept), 1);
    fh_kept_thing *held[2];
    const fh_kept_key key = key_of(1);
    const thing *t = fh_kept_get(kept, &key, &held[0]);
    assert_ptr_equal(fh_kept_get(kept, &key, &held[1]), t);
    const uint64_t before = fh_kept_era(kept);
    fh_kept_clear(kept);
    assert_int_equal(t->number, 1);
    assert_false(there(kept, 1));
    put(kept, 2, 1000, before, 1); /* begun before all was forgotten */
    assert_false(there(kept, 2));
    fh_kept_release(kept, held[0]);
    assert_int_equal(n_ended, 1);
    assert_int_equal(t->number, 1);
    fh_kept_release(kept, held[1]);
    assert_int_equal(n_ended, 2);
    assert_int_equal(fh_kept_count(kept).bytes, 0);
    fh_kept_free(kept);
    fh_kept_free(NULL);
    fh_kept_clear(NULL);
}

static void hammer(void *ctx, uint32_t lane)
{
    fh_kept *kept = ctx;
    for (uint64_t i = 0; i < 2000; i++) {
        const uint64_t number = (i * 7 + lane) % 50;
        fh_kept_thing *held = NULL;
        const fh_kept_key key = key_of(number);
        const thing *t = fh_kept_get(kept, &key, &held);
        if (t && t->number != number) abort();
        fh_kept_release(kept, held);
        if (!t) put(kept, number, 3000, fh_kept_era(kept), 1);
        if (i % 500 == 499) fh_kept_clear(kept);
    }
}

static void many_threads_share_it(void **state)
{
    (void)state;
    fh_kept *kept = fh_kept_new(NULL, 60000);
    fh_threads_run(4, hammer, kept);
    const fh_kept_counts c = fh_kept_count(kept);
    assert_true(c.bytes <= 60000);
    assert_int_equal(c.hits + c.misses, 8000);
    fh_kept_free(kept);
}

static void a_layout_is_the_same_whether_kept_or_made(void **state)
{
    (void)state;
    fh_layout_node nodes[6];
    fh_layout_arc arcs[9];
    for (uint32_t i = 0; i < COUNT(nodes); i++)
        nodes[i] = (fh_layout_node){.id = i, .weight = 10 + i, .width = 90, .height = 40};
    for (uint32_t i = 0; i < COUNT(arcs); i++)
        arcs[i] = (fh_layout_arc){i % 6, (i * 2 + 1 + i / 6) % 6, 5 + i, 20, 15};
    const fh_layout_graph graph = {nodes, COUNT(nodes), arcs, COUNT(arcs)};
    fh_kept *kept = fh_kept_new(NULL, 1 << 20);
    fh_arena *arena = fh_arena_new(NULL);
    fh_layout want, got;
    assert_status(fh_layout_kept(NULL, arena, &graph, &want, NULL), FH_OK);
    for (int round = 0; round < 3; round++) {
        assert_status(fh_layout_kept(kept, arena, &graph, &got, NULL), FH_OK);
        assert_int_equal(got.width, want.width);
        assert_int_equal(got.height, want.height);
        assert_memory_equal(got.boxes, want.boxes, COUNT(nodes) * sizeof *got.boxes);
        assert_memory_equal(got.layers, want.layers, COUNT(nodes) * sizeof *got.layers);
        for (size_t i = 0; i < COUNT(arcs); i++) {
            assert_int_equal(got.routes[i].n_points, want.routes[i].n_points);
            assert_memory_equal(got.routes[i].points, want.routes[i].points,
                                got.routes[i].n_points * sizeof *got.routes[i].points);
            assert_memory_equal(&got.routes[i].label, &want.routes[i].label, sizeof(fh_box));
        }
    }
    assert_int_equal(fh_kept_count(kept).hits, 2);
    nodes[3].width++; /* another drawing */
    assert_status(fh_layout_kept(kept, arena, &graph, &got, NULL), FH_OK);
    assert_int_equal(fh_kept_count(kept).misses, 2);
    fh_arena_free(arena);
    fh_kept_free(kept);
}

/* ---- What came live last ---------------------------------------------------------------- */

static const fh_segment *batch_at(fh_arena *arena, uint32_t customer, size_t n, uint32_t touchpoint)
{
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, n);
    for (size_t i = 0; i < n; i++)
        rows[i] = (fh_row){
            .customer = customer, .at_s = 100 + (uint32_t)i, .touchpoint = (uint16_t)touchpoint};
    return test_segment(arena, rows, n);
}

static const fh_segment *batch_of(fh_arena *arena, uint32_t customer, size_t n)
{
    return batch_at(arena, customer, n, 1);
}

/* How many interactions came between two ages; -1: that is not known. */
static int64_t came(fh_recent *r, int64_t after, int64_t upto)
{
    fh_since since;
    bool known = false;
    assert_status(fh_recent_since(r, after, upto, &since, &known, NULL), FH_OK);
    const int64_t n = known ? (int64_t)since.n : -1;
    if (known) assert_int_equal(since.n_batches, upto - after);
    fh_recent_release(r, &since);
    return n;
}

/* By customer, time, and arrival, whatever came first. */
static void what_came_is_in_the_order_of_customers_and_times(void **state)
{
    (void)state;
    enum { BATCHES = 60, MOST = 5 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_recent *r = fh_recent_new(1 << 24);
    fh_since since;
    bool known = false;
    size_t n = 0;
    for (int64_t age = 1; age <= BATCHES; age++) {
        const size_t here = 1 + test_rand(MOST);
        const uint32_t customer = (1 + test_rand(9)) << test_rand(28);
        fh_recent_note(r, age, batch_of(arena, customer, here));
        n += here;
    }
    assert_status(fh_recent_since(r, 0, BATCHES, &since, &known, NULL), FH_OK);
    assert_true(known);
    assert_int_equal(since.n, n);
    for (size_t i = 1; i < n; i++) {
        const fh_came *a = &since.came[i - 1], *b = &since.came[i];
        assert_true(a->customer <= b->customer);
        if (a->customer < b->customer) continue;
        assert_true(a->at < b->at || (a->at == b->at && a->batch < b->batch));
    }
    for (size_t c = 0; c < since.n_customers; c++)
        assert_int_equal(since.came[since.first[c]].customer, since.customer[c]);
    fh_recent_release(r, &since);
    fh_recent_free(r);
    fh_arena_free(arena);
}

static void what_came_is_known_while_every_age_of_it_was_noted(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_recent *r = fh_recent_new(200000);
    assert_int_equal(came(r, 5, 5), 0);
    assert_int_equal(came(r, 5, 6), -1);
    for (int64_t age = 6; age <= 9; age++)
        fh_recent_note(r, age, batch_of(arena, (uint32_t)age, (size_t)age));
    assert_int_equal(came(r, 5, 9), 6 + 7 + 8 + 9);
    assert_int_equal(came(r, 7, 8), 8);
    assert_int_equal(came(r, 4, 9), -1);
    assert_int_equal(came(r, 8, 10), -1);
    assert_int_equal(came(r, 9, 8), -1);
    fh_since held;
    bool known = false;
    assert_status(fh_recent_since(r, 5, 9, &held, &known, NULL), FH_OK);
    assert_true(known);
    fh_recent_note(r, 11, batch_of(arena, 3, 5)); /* 10 was something else's */
    assert_int_equal(came(r, 10, 11), 5);
    assert_int_equal(came(r, 8, 11), -1);
    fh_recent_note(r, 11, batch_of(arena, 3, 4)); /* the first 11 was taken back */
    assert_int_equal(came(r, 10, 11), 4);
    fh_recent_forget(r);
    assert_int_equal(came(r, 10, 11), -1);
    assert_int_equal(held.n_customers, 4); /* what is held lives on */
    assert_int_equal(held.seg[3]->n, 9);
    assert_int_equal(held.customer[3], 9);
    fh_recent_release(r, &held);
    for (int64_t age = 20; age < 120; age++) fh_recent_note(r, age, batch_of(arena, 1, 2));
    assert_int_equal(came(r, 19, 119), -1); /* the oldest went for the newest */
    assert_int_equal(came(r, 114, 119), 10);
    fh_recent_free(r);
    fh_arena_free(arena);
}

static void a_small_batch_takes_little_room_however_many_names_there_are(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_recent *r = fh_recent_new(200000);
    for (int64_t age = 1; age <= 10; age++)
        fh_recent_note(r, age, batch_at(arena, 1, 2, FH_MAX_NAMES - (uint32_t)age));
    fh_since since;
    bool known = false;
    assert_status(fh_recent_since(r, 0, 10, &since, &known, NULL), FH_OK);
    assert_true(known);
    const fh_segment *last = since.seg[9];
    assert_int_equal(last->n, 2);
    assert_int_equal(fh_name_at(&last->touchpoint, 1), FH_MAX_NAMES - 10);
    fh_recent_release(r, &since);
    fh_recent_free(r);
    fh_arena_free(arena);
}

/* Of random stories, what came is taken out of what is: left is what was. */
static void what_came_is_found_in_the_stories_and_what_was_is_left(void **state)
{
    (void)state;
    enum { OLD = 400, NEW = 120, BATCHES = 4 };
    const test_shape shape = {.customers = 40,
                              .span_s = 30,
                              .touchpoints = 3,
                              .channels = 2,
                              .departments = 2,
                              .outcomes = 2,
                              .problems = 2,
                              .origins = 2,
                              .members = 2,
                              .ms = false,
                              .directions = true,
                              .values = true,
                              .scores = true};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        test_seed(seed);
        fh_row rows[OLD + NEW];
        fh_arena *arena = fh_arena_new(NULL);
        fh_recent *r = fh_recent_new(1 << 20);
        fh_space *is = fh_space_new(NULL), *was = fh_space_new(NULL), *want = fh_space_new(NULL);
        test_random_rows(&shape, rows, OLD + NEW);
        for (size_t b = 0; b < BATCHES; b++)
            fh_recent_note(r, (int64_t)b + 1,
                           test_segment(arena, rows + OLD + b * (NEW / BATCHES), NEW / BATCHES));
        fh_since since;
        bool known = false;
        assert_status(fh_recent_since(r, 0, BATCHES, &since, &known, NULL), FH_OK);
        assert_true(known && since.n == NEW);
        const fh_segment *all = test_segment(arena, rows, OLD + NEW);
        assert_status(fh_segment_only(is, all, since.customer, since.n_customers, NULL), FH_OK);
        const fh_segment *now = fh_space_segment(is);
        uint64_t at[OLD + NEW], found = 0;
        uint8_t goes[OLD + NEW];
        const fh_renamed names = {{NULL}, {0}};
        fh_since_mark(&since, now, FH_COLS_ALL & ~FH_RECENT_LACKS, &names, at, goes, &found);
        assert_int_equal(found, NEW);
        assert_status(fh_segment_keep(was, now, goes, NULL), FH_OK);
        const fh_segment *old = test_segment(arena, rows, OLD);
        assert_status(fh_segment_only(want, old, since.customer, since.n_customers, NULL), FH_OK);
        test_same_segment(fh_space_segment(was), fh_space_segment(want));
        /* What is not in the stories is told by the count. */
        found = 0;
        fh_since_mark(&since, fh_space_segment(want), FH_COLS_ALL & ~FH_RECENT_LACKS, &names, at,
                      goes, &found);
        assert_true(found < NEW);
        fh_recent_release(r, &since);
        fh_recent_free(r);
        fh_space_free(is);
        fh_space_free(was);
        fh_space_free(want);
        fh_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_recently_used_is_forgotten_first),
        cmocka_unit_test(what_would_fill_the_room_alone_is_not_kept),
        cmocka_unit_test(of_columns_what_is_used_stays_and_nothing_else_is_taken),
        cmocka_unit_test(what_is_held_outlives_being_forgotten),
        cmocka_unit_test(many_threads_share_it),
        cmocka_unit_test(a_layout_is_the_same_whether_kept_or_made),
        cmocka_unit_test(what_came_is_in_the_order_of_customers_and_times),
        cmocka_unit_test(what_came_is_known_while_every_age_of_it_was_noted),
        cmocka_unit_test(a_small_batch_takes_little_room_however_many_names_there_are),
        cmocka_unit_test(what_came_is_found_in_the_stories_and_what_was_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

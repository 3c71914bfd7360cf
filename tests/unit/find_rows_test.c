/* find_rows_test.c - findings at rest: how far stories were looked at, hits and causes, what
 * is counted of them, and that an erased customer is in none of it. */
#include "test.h"

#include "orgfile.h"
#include "store/find_rows.h"
#include "store/identities.h"
#include "store/inside.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static void seen_comes_back_as_it_was(void **state)
{
    (void)state;
    enum { N = 500 };
    fh_seen in[N];
    const fh_seen *out = NULL;
    size_t n = 0;
    fh_buf bytes;
    fh_arena *arena = fh_arena_new(test_allocator());
    const uint32_t lo = 3 * FH_SEEN_RANGE;
    test_seed(7);
    for (uint32_t i = 0, at = lo; i < N; i++, at += 1 + test_rand(7))
        in[i] = (fh_seen){.customer = at,
                          .n = test_rand(UINT32_MAX),
                          .sum = (uint64_t)test_rand(UINT32_MAX) << 32 | test_rand(UINT32_MAX),
                          .newest_ms = (int64_t)test_rand(UINT32_MAX) * (i % 2 ? 1000 : -1000)};
    in[N - 1].newest_ms = INT64_MIN;
    in[N - 2].newest_ms = INT64_MAX;
    fh_buf_init(&bytes, NULL, 1 << 20);
    assert_status(fh_seen_encode(in, N, &bytes, NULL), FH_OK);
    assert_status(fh_seen_decode(fh_buf_view(&bytes), lo, arena, &out, &n, NULL), FH_OK);
    assert_int_equal(n, N);
    assert_memory_equal(out, in, sizeof in);
    assert_status(fh_seen_decode(fh_buf_view(&bytes), 0, arena, &out, &n, NULL), FH_CORRUPT);
    fh_buf_free(&bytes);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void every_damaged_byte_of_seen_is_noticed(void **state)
{
    (void)state;
    fh_seen in[20];
    const fh_seen *out = NULL;
    size_t n = 0;
    fh_buf bytes;
    fh_arena *arena = fh_arena_new(test_allocator());
    for (uint32_t i = 0; i < COUNT(in); i++)
        in[i] = (fh_seen){.customer = 1 + i * 3, .n = i, .sum = i, .newest_ms = i};
    fh_buf_init(&bytes, NULL, 1 << 20);
    assert_status(fh_seen_encode(in, COUNT(in), &bytes, NULL), FH_OK);
    for (size_t at = 0; at < bytes.len; at++) {
        bytes.ptr[at] ^= 0x20;
        assert_status(fh_seen_decode(fh_buf_view(&bytes), 0, arena, &out, &n, NULL), FH_CORRUPT);
        bytes.ptr[at] ^= 0x20;
        const fh_str cut = {bytes.ptr, at};
        assert_status(fh_seen_decode(cut, 0, arena, &out, &n, NULL), FH_CORRUPT);
    }
    fh_buf_free(&bytes);
    fh_arena_free(arena);
}

static fh_hit_row hit(uint64_t cause, uint32_t customer, uint64_t a, int64_t at)
{
    return (fh_hit_row){.cause = cause,
                        .sort = cause == 5 ? 3 : 0,
                        .customer = customer,
                        .a = a,
                        .b = a + 1,
                        .a_ms = at - 10,
                        .b_ms = at,
                        .sure = 900};
}

static fh_status note(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms, fh_error *err)
{
    uint64_t *sum = ctx;
    (void)a_ms, (void)b_ms, (void)err;
    *sum += cause;
    return FH_OK;
}

static fh_status note_moved(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms, fh_error *err)
{
    fh_hits_moved *m = ctx;
    (void)cause, (void)err;
    if (a_ms < m->gone_first) m->gone_first = a_ms;
    if (b_ms > m->gone_last) m->gone_last = b_ms;
    return FH_OK;
}

/* Counts a cause and writes that down; `set`: severity and fact, too. */
static void count_cause(fh_org *org, uint64_t cause, const fh_hits_moved *moved,
                        const fh_cause_row *set)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_cause_row c;
    assert_status(fh_cause_get(org, cause, arena, &c, NULL), FH_OK);
    assert_status(fh_cause_count(org, moved, NULL, &c, NULL), FH_OK);
    if (set) {
        c.severity = set->severity;
        c.fact = set->fact;
    }
    assert_status(fh_cause_set(org, &c, NULL), FH_OK);
    fh_arena_free(arena);
}

/* Two causes, UINT64_MAX - 1 and 5, and their hits; customers 1 to 3. */
static fh_org *with_hits(void)
{
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    fh_resolver *r = NULL;
    const fh_identifier who[] = {{FH_STR("email"), FH_STR("ann@example.org")},
                                 {FH_STR("email"), FH_STR("bob@example.org")},
                                 {FH_STR("email"), FH_STR("cis@example.org")}};
    const fh_hit_row hits[] = {hit(UINT64_MAX - 1, 1, 10, 1000), hit(UINT64_MAX - 1, 1, 20, 2000),
                               hit(UINT64_MAX - 1, 2, 30, 3000), hit(5, 3, 40, 4000),
                               hit(5, 3, 40, 4000)};
    const fh_seen seen[] = {{1, 2, 30, 2000}, {2, 1, 30, 3000}, {3, 1, 40, 4000}};
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_resolver_new(org, &r, NULL), FH_OK);
    for (size_t i = 0; i < COUNT(who); i++) {
        const fh_interaction row = {.identifier = {who[i]}, .n_identifiers = 1};
        fh_resolved got;
        assert_status(fh_resolve(r, &row, 1, &got, NULL), FH_OK);
        assert_int_equal(got.customer, i + 1);
    }
    assert_status(fh_resolver_flush(r, NULL), FH_OK);
    fh_resolver_free(r);
    const fh_cause_row causes[] = {
        {.cause = UINT64_MAX - 1, .fact_types = 1, .fact = FH_STR("[\"a\"]")},
        {.cause = 5, .sort = 3, .purpose = FH_STR("welcome")}};
    for (size_t i = 0; i < COUNT(causes); i++)
        assert_status(fh_cause_put(org, &causes[i], NULL), FH_OK);
    assert_status(fh_hits_put(org, hits, COUNT(hits), NULL), FH_OK);
    for (size_t i = 0; i < COUNT(causes); i++) {
        const fh_cause_row set = {.severity = 10, .fact = FH_STR("[1]")};
        count_cause(org, causes[i].cause, NULL, &set);
    }
    assert_status(fh_seen_put(org, 0, seen, COUNT(seen), NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    return org;
}

static void causes_count_their_hits(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    const fh_cause_row *c = NULL;
    const fh_hit_customer *who = NULL;
    size_t n = 0;
    uint64_t sum = 0;
    assert_status(fh_causes_all(org, arena, &c, &n, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(c[0].cause, UINT64_MAX - 1);
    assert_int_equal(c[0].hits, 3);
    assert_int_equal(c[0].customers, 2);
    assert_int_equal(c[0].first_ms, 990);
    assert_int_equal(c[0].last_ms, 3000);
    assert_int_equal(c[1].hits, 1);
    assert_str(c[1].purpose, "welcome");
    assert_status(fh_hits_customers(org, UINT64_MAX - 1, 1, 10, arena, &who, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(who[0].customer, 2);
    assert_status(fh_hits_drop(org, 1, 1, 1500, note, &sum, NULL), FH_OK);
    assert_int_equal(sum, UINT64_MAX - 1);
    assert_status(fh_hits_drop(org, 3, 1, INT64_MIN, note, &sum, NULL), FH_OK);
    assert_int_equal(sum, UINT64_MAX - 1); /* its hits are of another sort */
    count_cause(org, UINT64_MAX - 1, NULL, NULL);
    assert_status(fh_causes_all(org, arena, &c, &n, NULL), FH_OK);
    assert_int_equal(c[0].hits, 2);
    fh_cause_row none;
    assert_status(fh_cause_get(org, 77, arena, &none, NULL), FH_NOTFOUND);
    orgfile_check(org);
    fh_org_close(org);
    fh_arena_free(arena);
}

/* The days of a cause as text: "20000: 1 of 1, ..." */
static fh_str days_of(fh_org *org, uint64_t cause, fh_arena *arena)
{
    const fh_find_day *d = NULL;
    size_t n = 0;
    fh_str out = FH_STR("");
    assert_status(fh_cause_days(org, cause, arena, &d, &n, NULL), FH_OK);
    for (size_t i = 0; i < n; i++)
        assert_true(fh_arena_format(arena, &out, "%.*s%lld: %llu of %llu;", FH_STR_ARG(out),
                                    (long long)d[i].day, (unsigned long long)d[i].hits,
                                    (unsigned long long)d[i].customers));
    return out;
}

static void put_day(fh_org *org, uint64_t cause, int64_t day)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_cause_row c;
    assert_status(fh_cause_get(org, cause, arena, &c, NULL), FH_OK);
    assert_status(fh_cause_day_put(org, &c, day, NULL), FH_OK);
    fh_arena_free(arena);
}

static void count_day(fh_org *org, int64_t day)
{
    for (unsigned i = 0; i < 2; i++) { /* twice is once */
        put_day(org, 5, day);
        put_day(org, UINT64_MAX - 1, day);
        assert_status(fh_find_day_put(org, day, NULL), FH_OK);
    }
}

static int64_t number_of(fh_org *org, const char *sql)
{
    fh_stmt *s = NULL;
    bool row = false;
    assert_status(fh_db_prepare(fh_org_db(org), sql, &s, NULL), FH_OK);
    assert_status(fh_stmt_step(s, &row, NULL), FH_OK);
    const int64_t n = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return n;
}

static void a_day_is_counted_once(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    const fh_find_day *d = NULL;
    size_t n = 0;
    count_day(org, 20000);
    assert_status(fh_find_days(org, 0, arena, &d, &n, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(d[0].hits, 3);
    assert_int_equal(d[0].causes, 1);
    assert_str(days_of(org, 5, arena), "20000: 1 of 1;");
    fh_org_close(org);
    fh_arena_free(arena);
}

/* What came and went, by chance: counted as if all hits were read. */
static void what_became_of_hits_tells_when_a_cause_began_and_ended(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    uint64_t random = 1;
    for (uint32_t round = 0; round < 60; round++) {
        fh_hits_moved moved = FH_HITS_STAYED;
        const fh_cause_row *kept, *read;
        size_t n = 0;
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        const uint32_t customer = 1 + (uint32_t)(random >> 40) % 3;
        const int64_t from = (int64_t)(random >> 50) % 4000, at = (int64_t)(random >> 33) % 4000;
        assert_status(fh_hits_drop(org, customer, 1, from, note_moved, &moved, NULL), FH_OK);
        const fh_hit_row put = hit(UINT64_MAX - 1, customer, round + 100, at);
        if (round % 3) {
            assert_status(fh_hits_put(org, &put, 1, NULL), FH_OK);
            if (put.a_ms < moved.new_first) moved.new_first = put.a_ms;
            if (put.b_ms > moved.new_last) moved.new_last = put.b_ms;
        }
        count_cause(org, UINT64_MAX - 1, &moved, NULL);
        assert_status(fh_causes_of_sort(org, 0, 0, arena, &kept, &n, &(uint64_t){0}, NULL), FH_OK);
        const fh_cause_row by_what_moved = n ? kept[0] : (fh_cause_row){0};
        count_cause(org, UINT64_MAX - 1, NULL, NULL);
        assert_status(fh_causes_of_sort(org, 0, 0, arena, &read, &n, &(uint64_t){0}, NULL), FH_OK);
        const fh_cause_row by_all = n ? read[0] : (fh_cause_row){0};
        assert_int_equal(by_what_moved.hits, by_all.hits);
        assert_int_equal(by_what_moved.customers, by_all.customers);
        assert_int_equal(by_what_moved.first_ms, by_all.first_ms);
        assert_int_equal(by_what_moved.last_ms, by_all.last_ms);
    }
    fh_org_close(org);
    fh_arena_free(arena);
}

static fh_status note_count(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms, fh_error *err)
{
    uint32_t *n = ctx;
    (void)cause, (void)a_ms, (void)b_ms, (void)err;
    ++*n;
    return FH_OK;
}

static void print_hits(fh_org *org, fh_arena *arena, fh_buf *out)
{
    for (uint32_t customer = 1; customer <= 3; customer++) {
        const fh_hit_row *h = NULL;
        size_t n = 0;
        assert_status(fh_hits_of(org, customer, 1000, arena, &h, &n, NULL), FH_OK);
        for (size_t i = 0; i < n; i++)
            fh_buf_printf(out, "%llx %u %llu %llu %lld %lld %u %u\n",
                          (unsigned long long)h[i].cause, h[i].customer, (unsigned long long)h[i].a,
                          (unsigned long long)h[i].b, (long long)h[i].a_ms, (long long)h[i].b_ms,
                          h[i].sure, h[i].sort);
    }
}

/* Looked at again and again, the hits are those that dropping all and putting all would leave; of
 * those that stay as they are nobody is told. */
static void hits_that_are_found_again_stay(void **state)
{
    enum { CAUSES = 4, IDS = 5, ROUNDS = 60 };
    (void)state;
    fh_org *org = with_hits();
    uint64_t random = 7;
    uint32_t stood = 0, otherwise = 0, gone = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        fh_buf found[2];
        fh_hit_row was[12], now[12];
        unsigned char states[COUNT(now)];
        const uint32_t n = round % (COUNT(now) + 1);
        for (uint32_t i = 0; i < COUNT(now); i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            const uint64_t cause = UINT64_MAX - (random >> 40) % CAUSES;
            was[i] = hit(cause, 2, (uint32_t)(random >> 33) % IDS, (int64_t)(random >> 50) % 4000);
            was[i].sort = (uint32_t)(random >> 45) % 2;
            now[i] =
                random >> 20 & 1 ? was[i] : hit(cause, 2, (uint32_t)(random >> 53) % IDS, 4500);
            if ((random >> 21 & 3) == 0) now[i].sure = 1;
        }
        for (unsigned how = 0; how < COUNT(found); how++) {
            fh_arena *arena = fh_arena_new(NULL);
            uint32_t told = 0;
            assert_status(fh_hits_drop(org, 2, 3, INT64_MIN, NULL, NULL, NULL), FH_OK);
            assert_status(fh_hits_put(org, was, COUNT(was), NULL), FH_OK);
            const fh_hits_again again = {
                .customer = 2, .sorts = 1, .from_ms = 1000, .hit = now, .state = states, .n = n};
            if (how)
                assert_status(fh_hits_drop_but(org, &again, note_count, &told, NULL), FH_OK);
            else
                assert_status(fh_hits_drop(org, 2, 1, 1000, note_count, &told, NULL), FH_OK);
            gone += how ? told : 0;
            for (uint32_t i = 0; i < n; i++) {
                stood += how && states[i] == FH_HIT_STANDS;
                otherwise += how && states[i] == FH_HIT_OTHERWISE;
                if (!how || states[i] != FH_HIT_STANDS)
                    assert_status(fh_hits_put(org, &now[i], 1, NULL), FH_OK);
            }
            fh_buf_init(&found[how], NULL, 1 << 20);
            print_hits(org, arena, &found[how]);
            fh_arena_free(arena);
        }
        assert_str(fh_buf_view(&found[0]), found[1].ptr);
        for (unsigned how = 0; how < COUNT(found); how++) fh_buf_free(&found[how]);
    }
    fh_org_close(org);
    assert_true(stood > 20 && otherwise > 20 && gone > 20);
}

/* The gravest of a sort, and how many there are. */
static void causes_of_a_sort_are_told_up_to_so_many(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    const fh_cause_row more = {.cause = 9, .sort = 3}, *c = NULL;
    const fh_hit_row of[] = {hit(9, 1, 50, 5000), hit(9, 2, 60, 6000)};
    size_t n = 0;
    uint64_t there = 0;
    assert_status(fh_cause_put(org, &more, NULL), FH_OK);
    assert_status(fh_hits_put(org, of, COUNT(of), NULL), FH_OK);
    const fh_cause_row set = {.severity = 10, .fact = FH_STR("")};
    count_cause(org, 9, NULL, &set);
    for (uint64_t top = 0; top < 3; top++) {
        assert_status(fh_causes_of_sort(org, 3, top, arena, &c, &n, &there, NULL), FH_OK);
        assert_int_equal(n, top == 1 ? 1 : 2);
        assert_int_equal(there, 2);
        assert_int_equal(c[0].cause, 9);
    }
    const fh_cause_row no = {.cause = 9, .judged = true, .why = FH_STR("no")};
    assert_status(fh_cause_judge(org, &no, NULL), FH_OK);
    assert_status(fh_causes_of_sort(org, 3, 0, arena, &c, &n, &there, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(there, 1);
    fh_org_close(org);
    fh_arena_free(arena);
}

static void a_cause_has_a_row_only_on_days_that_changed_it(void **state)
{
    (void)state;
    uint64_t sum = 0;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    count_day(org, 20000);
    count_day(org, 20003);
    assert_int_equal(number_of(org, "SELECT COUNT(*) FROM find_cause_day"), 2);
    assert_str(days_of(org, 5, arena), "20000: 1 of 1;20003: 1 of 1;");
    assert_status(fh_hits_drop_sort(org, 3, note, &sum, NULL), FH_OK);
    assert_int_equal(sum, 5);
    count_cause(org, 5, NULL, NULL);
    count_day(org, 20004);
    count_day(org, 20005);
    assert_str(days_of(org, 5, arena), "20000: 1 of 1;20003: 1 of 1;");
    assert_str(days_of(org, UINT64_MAX - 1, arena),
               "20000: 3 of 2;20003: 3 of 2;20004: 3 of 2;20005: 3 of 2;");
    assert_status(fh_identity_erase(org, 1, NULL), FH_OK);
    assert_str(days_of(org, UINT64_MAX - 1, arena),
               "20000: 3 of 2;20003: 3 of 2;20004: 3 of 2;20005: 1 of 1;");
    assert_int_equal(number_of(org, "SELECT COUNT(*) FROM find_cause_day"), 4);
    fh_org_close(org);
    fh_arena_free(arena);
}

/* Files of before have a row a day and cause that had hits. */
static void days_written_before_are_thinned_and_say_the_same(void **state)
{
    (void)state;
    const char *name[FH_MIGRATIONS_MAX], *sql[FH_MIGRATIONS_MAX];
    const size_t n = fh_migrations(name, sql);
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    size_t at = 0;
    while (at < n && strcmp(name[at], "2026-11-24-find-days") != 0) at++;
    assert_true(at < n);
    assert_status(fh_db_script(fh_org_db(org),
                               "INSERT INTO find_history VALUES (1, 0, 1, 1, 1), (2, 0, 1, 1, 1), "
                               "(3, 3, 1, 1, 1), (7, 0, 1, 1, 1), (8, 0, 1, 1, 1), (8, 3, 1, 1, 1);"
                               "INSERT INTO find_cause_day (cause, day, hits, customers) VALUES "
                               "(5, 1, 2, 1), (5, 2, 2, 1), (5, 7, 2, 1), (5, 8, 2, 1), (6, 2, 4, "
                               "3), (6, 3, 4, 3), (7, 8, 1, 1)",
                               NULL),
                  FH_OK);
    assert_status(fh_db_script(fh_org_db(org), sql[at], NULL), FH_OK);
    assert_str(days_of(org, 5, arena), "1: 2 of 1;2: 2 of 1;7: 2 of 1;8: 2 of 1;");
    assert_str(days_of(org, 6, arena), "2: 4 of 3;3: 4 of 3;");
    assert_str(days_of(org, 7, arena), "8: 1 of 1;");
    assert_int_equal(number_of(org, "SELECT COUNT(*) FROM find_cause_day"), 6);
    fh_org_close(org);
    fh_arena_free(arena);
}

typedef struct pieces {
    uint32_t n;
    char first[8]; /* of each the first byte of its bands and of its shingles */
} pieces;

static fh_status see_piece(void *ctx, uint32_t piece, fh_str bands, fh_str shingles, bool *more,
                           fh_error *err)
{
    pieces *p = ctx;
    (void)err;
    assert_int_equal(piece, p->n);
    p->first[2 * p->n] = bands.ptr[0];
    p->first[2 * p->n++ + 1] = shingles.ptr[0];
    *more = 2 * p->n < sizeof p->first;
    return FH_OK;
}

/* A piece that nothing leads up to is not believed. */
static void pieces_of_templates_are_told_in_order_up_to_a_gap(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    uint32_t missing = 0;
    pieces p = {0};
    static const uint32_t order[] = {1, 4, 0, 1};
    for (uint32_t i = 0; i < COUNT(order); i++) {
        const char bands = (char)('a' + i), of = (char)('A' + i);
        assert_status(fh_find_piece_put(org, order[i], (fh_str){&bands, 1}, (fh_str){&of, 1}, NULL),
                      FH_OK);
    }
    assert_status(fh_find_pieces(org, see_piece, &p, &missing, NULL), FH_OK);
    assert_int_equal(p.n, 2);
    assert_memory_equal(p.first, "cCdD", 4);
    assert_int_equal(missing, 2);
    assert_int_equal(number_of(org, "SELECT COUNT(*) FROM find_template"), 3);
    assert_status(fh_find_pieces_end(org, 2, NULL), FH_OK);
    assert_int_equal(number_of(org, "SELECT COUNT(*) FROM find_template"), 2);
    p.n = 0;
    assert_status(fh_find_pieces(org, see_piece, &p, &missing, NULL), FH_OK);
    assert_int_equal(p.n, 2);
    assert_int_equal(missing, UINT32_MAX);
    fh_org_close(org);
}

/* A damaged file may have hits without a cause: looking at everything anew drops them. */
static void hits_without_a_cause_are_dropped(void **state)
{
    (void)state;
    fh_org *org = with_hits();
    const fh_hit_row lost = hit(99, 2, 50, 5000);
    assert_status(fh_hits_put(org, &lost, 1, NULL), FH_OK);
    assert_status(fh_hits_drop_lost(org, NULL), FH_OK);
    assert_int_equal(number_of(org, "SELECT COUNT(*) FROM find_hit"), 4);
    orgfile_check(org);
    fh_org_close(org);
}

static void who_is_erased_is_in_no_finding(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = with_hits();
    const fh_seen *seen = NULL;
    const fh_reference_row *facts = NULL;
    fh_cause_row c = {0};
    size_t n = 0;
    fh_cause_row judged = {
        .cause = 5, .judged = true, .why = FH_STR("ann@example.org asked for both"), .person = 1};
    fh_reference_row fact = {.words = FH_STR("Write to ann@example.org."), .value = FH_STR("x")};
    assert_status(fh_cause_judge(org, &judged, NULL), FH_OK);
    assert_status(fh_reference_add(org, &fact, NULL), FH_OK);
    assert_status(fh_identity_erase(org, 1, NULL), FH_OK);
    assert_status(fh_cause_get(org, UINT64_MAX - 1, arena, &c, NULL), FH_OK);
    assert_int_equal(c.hits, 1);
    assert_int_equal(c.customers, 1);
    assert_str(c.fact, "");
    assert_status(fh_cause_get(org, 5, arena, &c, NULL), FH_OK);
    assert_str(c.why, "[erased] asked for both");
    assert_str(c.fact, "[1]"); /* is of others */
    assert_status(fh_references(org, arena, &facts, &n, NULL), FH_OK);
    assert_str(facts[0].words, "Write to [erased].");
    assert_status(fh_seen_get(org, 0, arena, &seen, &n, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(seen[0].customer, 2);
    orgfile_check(org);
    fh_org_close(org);
    fh_arena_free(arena);
}

static void tell(void *ctx, const char *sentence)
{
    (void)snprintf(ctx, 256, "%s", sentence);
}

/* Changes the file as somebody with an SQLite shell would. */
static void is_told(const char *sql, const char *what)
{
    sqlite3 *raw = NULL;
    char said[256] = "";
    uint64_t n = 0;
    fh_org_close(with_hits());
    assert_int_equal(sqlite3_open(orgfile_path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    assert_status(fh_store_check(org, tell, said, &n, NULL), FH_CORRUPT);
    if (!strstr(said, what)) fail_msg("%s: told '%s'", sql, said);
    const fh_seen *seen = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    size_t n_seen = 0;
    assert_status(fh_seen_get(org, 0, arena, &seen, &n_seen, NULL), FH_OK);
    fh_arena_free(arena);
    fh_org_close(org);
}

static void what_cannot_be_is_told(void **state)
{
    (void)state;
    is_told("UPDATE find_seen SET bytes = x'4653'", "cannot be read");
    orgfile_setup(NULL);
    is_told("UPDATE find_seen SET lo = 17", "cannot be read");
    orgfile_setup(NULL);
    is_told("DELETE FROM find_cause WHERE cause = 5", "no finding");
    orgfile_setup(NULL);
    is_told("UPDATE find_hit SET customer = 99 WHERE cause = 5", "do not exist");
    orgfile_setup(NULL);
    is_told("UPDATE find_cause SET record = 99", "not there");
    orgfile_setup(NULL);
    is_told("UPDATE find_cause SET severity = 101", "not sensible");
}

static fh_status decode_short_of_memory(void *ctx)
{
    const fh_str *bytes = ctx;
    const fh_seen *out = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_status status = fh_seen_decode(*bytes, 0, arena, &out, &n, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    const fh_seen in[] = {{1, 2, 3, 4}};
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, 1 << 20);
    assert_status(fh_seen_encode(in, 1, &bytes, NULL), FH_OK);
    fh_str view = fh_buf_view(&bytes);
    test_oom(decode_short_of_memory, &view);
    fh_buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen_comes_back_as_it_was),
        IN_A_FILE(hits_that_are_found_again_stay),
        cmocka_unit_test(every_damaged_byte_of_seen_is_noticed),
        IN_A_FILE(causes_count_their_hits),
        IN_A_FILE(what_became_of_hits_tells_when_a_cause_began_and_ended),
        IN_A_FILE(causes_of_a_sort_are_told_up_to_so_many),
        IN_A_FILE(a_day_is_counted_once),
        IN_A_FILE(a_cause_has_a_row_only_on_days_that_changed_it),
        IN_A_FILE(days_written_before_are_thinned_and_say_the_same),
        IN_A_FILE(hits_without_a_cause_are_dropped),
        IN_A_FILE(pieces_of_templates_are_told_in_order_up_to_a_gap),
        IN_A_FILE(who_is_erased_is_in_no_finding),
        IN_A_FILE(what_cannot_be_is_told),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

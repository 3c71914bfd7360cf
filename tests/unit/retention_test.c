/* retention_test.c - who comes back: by hand, by the sums that must hold, against
 * an oracle, in any split, and with memory running out. */
#include "folds.h"

#include "base/time.h"

#include <stdlib.h>

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_retention_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_retention r;
    const fh_status status = fh_retention_read(fold, arena, &r, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu born\n", (unsigned long long)r.n_stories);
    for (size_t i = 0; i <= r.n_cohorts; i++) {
        const bool all = i == r.n_cohorts;
        char text[FH_TIME_TEXT];
        if (all)
            fh_buf_text(out, "overall:");
        else
            fh_buf_printf(out, "%.*s %llu:", (int)fh_time_format(r.cohorts[i].from_ms, NULL, text),
                          text, (unsigned long long)r.cohorts[i].stories);
        for (size_t k = 0; k < r.n_buckets; k++) {
            const fh_retention_cell *c = all ? &r.overall[k] : &r.cohorts[i].cells[k];
            fh_buf_printf(out, " %llu/%llu%s", (unsigned long long)c->returned,
                          (unsigned long long)c->reached, c->complete ? "" : "*");
        }
        fh_buf_char(out, '\n');
    }
    return FH_OK;
}

enum { DAY = 86400, SIGNED = 1, BOUGHT = 2 };
#define MONDAY ((uint32_t)(1704067200 - FH_EPOCH_S)) /* 2024-01-01 */

/* Three customers: on days 0, 7, 20; on days 6, 8 of touchpoint 2; day 14 only. */
static const fh_row rows_by_hand[] = {
    {.customer = 1, .at_s = MONDAY, .touchpoint = SIGNED},
    {.customer = 1, .at_s = MONDAY + 7 * DAY, .touchpoint = BOUGHT},
    {.customer = 1, .at_s = MONDAY + 20 * DAY, .touchpoint = 0},
    {.customer = 2, .at_s = MONDAY + 6 * DAY, .touchpoint = BOUGHT},
    {.customer = 2, .at_s = MONDAY + 8 * DAY, .touchpoint = BOUGHT},
    {.customer = 5, .at_s = MONDAY + 14 * DAY, .touchpoint = SIGNED},
};

static fh_str by_hand(fh_arena *arena, const fh_retention_options *o)
{
    return test_fold_same(&(test_fold){make, o, print}, arena, rows_by_hand, COUNT(rows_by_hand),
                          0);
}

static void calendar_weeks_begin_on_monday(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_retention_options o = {.n_touchpoints = 3,
                              .unit = FH_WEEK,
                              .n_buckets = 3,
                              .observed_until_ms = fh_instant_ms(MONDAY + 21 * DAY, 0) - 1};
    assert_str(by_hand(arena, &o), "3 born\n"
                                   "2024-01-01T00:00:00Z 2: 2/2 2/2 1/2\n"
                                   "2024-01-15T00:00:00Z 1: 1/1 0/0* 0/0*\n"
                                   "overall: 3/3 2/2* 1/2*\n");
    o.observed_until_ms--; /* the last millisecond of the week is missing */
    assert_str(by_hand(arena, &o), "3 born\n"
                                   "2024-01-01T00:00:00Z 2: 2/2 2/2 1/0*\n"
                                   "2024-01-15T00:00:00Z 1: 1/0* 0/0* 0/0*\n"
                                   "overall: 2/2* 2/2* 0/0*\n");
    o.mode = FH_UNBOUNDED;
    assert_str(by_hand(arena, &o), "3 born\n"
                                   "2024-01-01T00:00:00Z 2: 2/2 2/2 1/0*\n"
                                   "2024-01-15T00:00:00Z 1: 1/0* 0/0* 0/0*\n"
                                   "overall: 2/2* 2/2* 0/0*\n");
    fh_arena_free(arena);
}

static void in_another_zone_the_week_begins_earlier(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_retention_options o = {.n_touchpoints = 3,
                                    .unit = FH_WEEK,
                                    .n_buckets = 2,
                                    .zone_s = -3600,
                                    .observed_until_ms = FH_TIME_MAX_MS};
    assert_str(by_hand(arena, &o), "3 born\n"
                                   "2023-12-25T01:00:00Z 1: 1/1 1/1\n"
                                   "2024-01-01T01:00:00Z 1: 1/1 1/1\n"
                                   "2024-01-08T01:00:00Z 1: 1/1 0/1\n"
                                   "overall: 3/3 2/3\n");
    fh_arena_free(arena);
}

static void rolling_buckets_begin_with_the_customer(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_retention_options o = {.n_touchpoints = 3,
                                    .unit = FH_WEEK,
                                    .rolling = true,
                                    .n_buckets = 3,
                                    .observed_until_ms = fh_instant_ms(MONDAY + 20 * DAY, 0) - 1};
    assert_str(by_hand(arena, &o), "3 born\n"
                                   "2024-01-01T00:00:00Z 2: 2/2 1/2 1/0*\n"
                                   "2024-01-15T00:00:00Z 1: 1/0* 0/0* 0/0*\n"
                                   "overall: 2/2* 1/2* 0/0*\n");
    fh_arena_free(arena);
}

static void the_clock_starts_at_a_born_touchpoint_and_only_back_counts(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t born = 1u << SIGNED, back = 1u << BOUGHT;
    fh_retention_options o = {.n_touchpoints = 3,
                              .born = {&born, 64},
                              .back = {&back, 64},
                              .unit = FH_DAY,
                              .mode = FH_UNBOUNDED,
                              .n_buckets = 9,
                              .observed_until_ms = fh_instant_ms(MONDAY + 20 * DAY, 0)};
    assert_str(by_hand(arena, &o),
               "2 born\n"
               "2024-01-01T00:00:00Z 1: 1/1 1/1 1/1 1/1 1/1 1/1 1/1 1/1 0/1\n"
               "2024-01-15T00:00:00Z 1: 0/1 0/1 0/1 0/1 0/1 0/1 0/0* 0/0* 0/0*\n"
               "overall: 1/2 1/2 1/2 1/2 1/2 1/2 1/1* 1/1* 0/1*\n");
    o.mode = FH_BOUNDED;
    assert_str(by_hand(arena, &o),
               "2 born\n"
               "2024-01-01T00:00:00Z 1: 0/1 0/1 0/1 0/1 0/1 0/1 0/1 1/1 0/1\n"
               "2024-01-15T00:00:00Z 1: 0/1 0/1 0/1 0/1 0/1 0/1 0/0* 0/0* 0/0*\n"
               "overall: 0/2 0/2 0/2 0/2 0/2 0/2 0/1* 1/1* 0/1*\n");
    fh_arena_free(arena);
}

static void brackets_are_days_from_edge_to_edge(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint32_t edges[] = {1, 7, 8, 30};
    fh_retention_options o = {.n_touchpoints = 3,
                              .unit = FH_MONTH,
                              .mode = FH_BRACKET,
                              .n_edges = 4,
                              .edges = edges,
                              .observed_until_ms = fh_instant_ms(MONDAY + 21 * DAY, 0)};
    for (int rolling = 0; rolling < 2; rolling++) {
        o.rolling = rolling;
        assert_str(by_hand(arena, &o), "3 born\n"
                                       "2024-01-01T00:00:00Z 3: 1/3 1/2* 1/0*\n"
                                       "overall: 1/3 1/2* 0/0*\n");
    }
    fh_arena_free(arena);
}

static void cohorts_before_1970_begin_where_they_should(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint32_t new_year = (uint32_t)(-694310400 - FH_EPOCH_S); /* Thursday, 1948-01-01 */
    const fh_row rows[] = {
        {.customer = 1, .at_s = new_year - 1},
        {.customer = 1, .at_s = new_year + 5 * DAY},
        {.customer = 2, .at_s = new_year},
    };
    static const struct {
        fh_unit unit;
        const char *text;
    } table[] = {
        {FH_DAY, "2 born\n1947-12-31T00:00:00Z 1: 1/1 0/1\n1948-01-01T00:00:00Z 1: 1/1 0/1\n"
                 "overall: 2/2 0/2\n"},
        {FH_WEEK, "2 born\n1947-12-29T00:00:00Z 2: 2/2 1/0*\noverall: 2/2 0/0*\n"},
        {FH_MONTH, "2 born\n1947-12-01T00:00:00Z 1: 1/1 1/0*\n1948-01-01T00:00:00Z 1: 1/0* 0/0*\n"
                   "overall: 1/1* 0/0*\n"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const fh_retention_options o = {
            .n_touchpoints = 1,
            .unit = table[i].unit,
            .n_buckets = 2,
            .observed_until_ms = fh_instant_ms(new_year + 5 * DAY, 0),
        };
        assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, COUNT(rows), 0),
                   table[i].text);
    }
    fh_arena_free(arena);
}

static void calendar_months_have_their_own_lengths(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = MONDAY + 30 * DAY}, /* 31 January */
        {.customer = 1, .at_s = MONDAY + 31 * DAY}, /* 1 February */
        {.customer = 1, .at_s = MONDAY + 59 * DAY}, /* 29 February */
        {.customer = 2, .at_s = MONDAY + 59 * DAY},
        {.customer = 2, .at_s = MONDAY + 60 * DAY}, /* 1 March */
        {.customer = 3, .at_s = 0},
    };
    const fh_retention_options o = {.n_touchpoints = 1,
                                    .unit = FH_MONTH,
                                    .n_buckets = 3,
                                    .observed_until_ms = fh_instant_ms(MONDAY + 60 * DAY, 0)};
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, COUNT(rows), 0),
               "3 born\n"
               "1940-01-01T00:00:00Z 1: 1/1 0/1 0/1\n"
               "2024-01-01T00:00:00Z 1: 1/1 1/1 0/0*\n"
               "2024-02-01T00:00:00Z 1: 1/1 1/0* 0/0*\n"
               "overall: 3/3 1/2* 0/1*\n");
    fh_arena_free(arena);
}

static void a_rolling_day_ends_to_the_millisecond(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = MONDAY, .ms = 500},
        {.customer = 1, .at_s = MONDAY + DAY, .ms = 499},
        {.customer = 2, .at_s = MONDAY, .ms = 500},
        {.customer = 2, .at_s = MONDAY + DAY, .ms = 500},
        {.customer = 2, .at_s = MONDAY + 2 * DAY, .ms = 499},
    };
    const fh_retention_options o = {.n_touchpoints = 1,
                                    .unit = FH_DAY,
                                    .rolling = true,
                                    .n_buckets = 3,
                                    .observed_until_ms = fh_instant_ms(MONDAY + 2 * DAY, 499)};
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, COUNT(rows), 0),
               "2 born\n"
               "2024-01-01T00:00:00Z 2: 2/2 1/2 0/0*\n"
               "overall: 2/2 1/2 0/0*\n");
    fh_arena_free(arena);
}

/* Of the buckets at the borders of words: which visits count, and which of them
 * were reached. */
static void buckets_beyond_64_are_told_apart(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const uint32_t days[] = {0, 62, 63, 64, 65, 80, 127, 128, 200};
    fh_row rows[COUNT(days)];
    for (size_t i = 0; i < COUNT(days); i++)
        rows[i] = (fh_row){.customer = 1, .at_s = MONDAY + days[i] * DAY};
    const fh_segment *seg = test_segment(arena, rows, COUNT(days));
    for (uint32_t n_buckets = 63; n_buckets <= 150; n_buckets++) {
        for (int rolling = 0; rolling < 2; rolling++) {
            const fh_retention_options o = {.n_touchpoints = 1,
                                            .unit = FH_DAY,
                                            .rolling = rolling,
                                            .n_buckets = n_buckets,
                                            .observed_until_ms =
                                                fh_instant_ms(MONDAY + 70 * DAY, 0) - 1};
            fh_fold *fold;
            fh_retention r;
            assert_status(fh_retention_new(NULL, &o, &fold, NULL), FH_OK);
            assert_status(fh_fold_add(fold, seg, NULL), FH_OK);
            assert_status(fh_retention_read(fold, arena, &r, NULL), FH_OK);
            for (uint32_t k = 0; k < n_buckets; k++) {
                bool visited = false;
                for (size_t i = 0; i < COUNT(days); i++) visited |= days[i] == k;
                assert_int_equal(r.cohorts[0].cells[k].returned, visited);
                assert_int_equal(r.overall[k].reached, k < 70);
                assert_int_equal(r.overall[k].returned, visited && k < 70);
            }
            fh_fold_free(fold);
        }
    }
    fh_arena_free(arena);
}

static void the_day_of_the_last_edge_is_in_no_bracket(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint32_t edges[] = {1, 7};
    const fh_row rows[] = {{.customer = 1, .at_s = MONDAY},
                           {.customer = 1, .at_s = MONDAY + 7 * DAY},
                           {.customer = 2, .at_s = MONDAY},
                           {.customer = 2, .at_s = MONDAY + 7 * DAY - 1}};
    fh_retention_options o = {.n_touchpoints = 1,
                              .unit = FH_WEEK,
                              .mode = FH_BRACKET,
                              .n_edges = 2,
                              .edges = edges,
                              .observed_until_ms = FH_TIME_MAX_MS};
    for (int rolling = 0; rolling < 2; rolling++) {
        o.rolling = rolling;
        assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, COUNT(rows), 0),
                   "2 born\n"
                   "2024-01-01T00:00:00Z 2: 1/2\n"
                   "overall: 1/2\n");
    }
    fh_arena_free(arena);
}

/* ---- The oracle: dates by the calendar, buckets by division ------------------------------- */

enum { MANY = 300 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Number of the calendar unit of a time. */
static int64_t calendar_unit(const fh_retention_options *o, int64_t ms, fh_unit unit)
{
    const int64_t local = ms + (int64_t)o->zone_s * 1000;
    if (unit == FH_WEEK) return floor_div(local - 4 * FH_DAY_MS, 7 * FH_DAY_MS);
    if (unit == FH_DAY) return floor_div(local, FH_DAY_MS);
    const fh_civil c = fh_civil_of(local);
    return (int64_t)c.year * 12 + c.month;
}

/* The bucket of a time; -1: none. `days`: how far in bracket mode. */
static int64_t bucket(const fh_retention_options *o, int64_t start, int64_t ms)
{
    if (o->mode != FH_BRACKET)
        return o->rolling ? (ms - start) / (o->unit * FH_DAY_MS)
                          : calendar_unit(o, ms, o->unit) - calendar_unit(o, start, o->unit);
    const int64_t days = o->rolling
                             ? (ms - start) / FH_DAY_MS
                             : calendar_unit(o, ms, FH_DAY) - calendar_unit(o, start, FH_DAY);
    for (uint32_t k = 0; k + 1 < o->n_edges; k++)
        if (o->edges[k] <= days && days < o->edges[k + 1]) return k;
    return -1;
}

/* Whether bucket k was over by the end of the observation: the first moment not
 * observed lies in a later one. */
static bool over(const fh_retention_options *o, int64_t start, int64_t k)
{
    const int64_t until = o->observed_until_ms + 1;
    if (until < start) return false;
    if (o->mode != FH_BRACKET) return bucket(o, start, until) > k;
    const int64_t days = o->rolling
                             ? (until - start) / FH_DAY_MS
                             : calendar_unit(o, until, FH_DAY) - calendar_unit(o, start, FH_DAY);
    return days >= o->edges[k + 1];
}

typedef struct want {
    uint64_t n_stories, stories, reached[FH_RETENTION_MAX_BUCKETS],
        returned[FH_RETENTION_MAX_BUCKETS], both[FH_RETENTION_MAX_BUCKETS];
} want;

/* Nobody chose it. */
static bool is_mandatory(const fh_mandatory *m, const fh_row *row)
{
    return (m->touchpoints.bits && fh_bit(m->touchpoints.bits, row->touchpoint)) ||
           (m->outcomes.bits && fh_bit(m->outcomes.bits, row->outcome)) ||
           (m->directions >> row->direction & 1);
}

/* Counts all stories, or those whose cohort begins at `from_ms`. */
static want oracle(const fh_retention_options *o, size_t n_buckets, const fh_row *row, size_t n,
                   const int64_t *from_ms)
{
    want w = {0};
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && row[end].customer == row[i].customer;) end++;
        size_t b = i;
        while (b < end && o->born.bits && !fh_bit(o->born.bits, row[b].touchpoint)) b++;
        if (b == end) continue;
        w.n_stories++;
        const int64_t start = test_at_ms(&row[b]);
        if (from_ms && calendar_unit(o, start, o->unit) != calendar_unit(o, *from_ms, o->unit))
            continue;
        w.stories++;
        for (size_t k = 0; k < n_buckets; k++) {
            bool back = false;
            for (size_t j = b; j < end; j++) {
                if (o->back.bits && !fh_bit(o->back.bits, row[j].touchpoint)) continue;
                if (is_mandatory(&o->mandatory, &row[j])) continue;
                const int64_t in = bucket(o, start, test_at_ms(&row[j]));
                back |= o->mode == FH_UNBOUNDED ? in >= (int64_t)k : in == (int64_t)k;
            }
            const bool done = over(o, start, (int64_t)k);
            w.reached[k] += done;
            w.returned[k] += back;
            w.both[k] += back && done;
        }
    }
    return w;
}

static void check_against_oracle(const fh_retention_options *o, const fh_row *rows, size_t n)
{
    fh_arena *arena = fh_arena_new(NULL);
    (void)test_fold_same(&(test_fold){make, o, print}, arena, rows, n, o->n_touchpoints);
    fh_fold *fold;
    fh_retention r;
    assert_status(fh_retention_new(NULL, o, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
    assert_status(fh_retention_read(fold, arena, &r, NULL), FH_OK);
    const fh_row *row = test_sorted(arena, rows, n);
    uint64_t stories = 0;
    for (size_t i = 0; i < r.n_cohorts; i++) {
        const fh_cohort *c = &r.cohorts[i];
        const want w = oracle(o, r.n_buckets, row, n, &c->from_ms);
        assert_int_equal(c->stories, w.stories);
        assert_int_equal(r.n_stories, w.n_stories);
        if (i) assert_true(c[-1].from_ms < c->from_ms);
        assert_true(calendar_unit(o, c->from_ms - 1, o->unit) <
                    calendar_unit(o, c->from_ms, o->unit));
        for (size_t k = 0; k < r.n_buckets; k++) {
            assert_int_equal(c->cells[k].reached, w.reached[k]);
            assert_int_equal(c->cells[k].returned, w.returned[k]);
            assert_int_equal(c->cells[k].complete, w.reached[k] == c->stories);
        }
        stories += c->stories;
    }
    assert_int_equal(stories, r.n_stories);
    const want all = oracle(o, r.n_buckets, row, n, NULL);
    for (size_t k = 0; k < r.n_buckets; k++) {
        assert_int_equal(r.overall[k].reached, all.reached[k]);
        assert_int_equal(r.overall[k].returned, all.both[k]);
        assert_int_equal(r.overall[k].complete, all.reached[k] == r.n_stories);
    }
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(6);
    static const fh_unit units[] = {FH_DAY, FH_WEEK, FH_MONTH};
    static const uint32_t edges[] = {0, 1, 3, 7, 30, 31, 365};
    for (uint32_t round = 0; round < 90; round++) {
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const uint64_t born = test_rand(15) + 1, back = test_rand(15) + 1;
        fh_retention_options o = {
            .n_touchpoints = round % 2 ? 4 : 400,
            .born = {round % 5 ? NULL : &born, 64},
            .back = {round % 3 ? NULL : &back, 64},
            .unit = units[test_rand(3)],
            .mode = (fh_retention_mode)test_rand(3),
            .rolling = test_rand(2),
            .zone_s = test_rand(2) ? 0 : (int32_t)test_rand(129601) - 64800,
            .n_buckets = 1 + test_rand(round % 7 ? 40 : FH_RETENTION_MAX_BUCKETS),
            .n_edges = 2 + test_rand(6),
            .edges = edges,
            .observed_until_ms = INT64_C(1700000000000) + test_rand(2000) * INT64_C(86399999)};
        const test_shape shape = {.customers = 1 + test_rand(90),
                                  .touchpoints = 3,
                                  .span_s = (1 + test_rand(o.unit * 40)) * DAY,
                                  .ms = test_rand(2)};
        test_random_rows(&shape, rows, n);
        if (round % 4 == 1) { /* around 1970 */
            for (size_t i = 0; i < n; i++) rows[i].at_s -= 1700000000 + shape.span_s / 2;
            o.observed_until_ms = ((int64_t)test_rand(2 * shape.span_s) - shape.span_s) * 1000;
        }
        check_against_oracle(&o, rows, n);
    }
}

/* Voluntary returns are told of the same cohorts as all, and are some of them. */
static void check_part_of_all(const fh_retention_options *o, const fh_row *rows, size_t n)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_retention_options plain = *o;
    plain.mandatory = (fh_mandatory){.directions = 0};
    const fh_retention_options *asked[2] = {o, &plain};
    fh_fold *fold[2];
    fh_retention r[2];
    for (size_t i = 0; i < 2; i++) {
        assert_status(fh_retention_new(NULL, asked[i], &fold[i], NULL), FH_OK);
        assert_status(fh_fold_add(fold[i], test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_retention_read(fold[i], arena, &r[i], NULL), FH_OK);
    }
    assert_int_equal(r[0].n_cohorts, r[1].n_cohorts);
    for (size_t i = 0; i < r[0].n_cohorts; i++) {
        assert_int_equal(r[0].cohorts[i].from_ms, r[1].cohorts[i].from_ms);
        assert_int_equal(r[0].cohorts[i].stories, r[1].cohorts[i].stories);
        for (size_t k = 0; k < r[0].n_buckets; k++) {
            const fh_retention_cell *some = &r[0].cohorts[i].cells[k],
                                    *all = &r[1].cohorts[i].cells[k];
            assert_int_equal(some->reached, all->reached);
            assert_true(some->returned <= all->returned);
        }
    }
    assert_int_equal(fh_fold_merge(fold[0], fold[1], NULL), FH_INVALID); /* another question */
    fh_fold_free(fold[0]);
    fh_fold_free(fold[1]);
    fh_arena_free(arena);
}

static void what_is_mandatory_starts_the_clock_and_is_no_coming_back(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t must = 1u << 3;
    fh_row rows[] = {
        {.customer = 1, .at_s = MONDAY, .touchpoint = SIGNED, .outcome = 3},
        {.customer = 1, .at_s = MONDAY + 7 * DAY, .touchpoint = BOUGHT, .outcome = 3},
        {.customer = 1, .at_s = MONDAY + 14 * DAY, .touchpoint = BOUGHT, .direction = FH_DIR_IN},
        {.customer = 2, .at_s = MONDAY + 1 * DAY, .touchpoint = BOUGHT, .direction = FH_DIR_IN},
        {.customer = 2, .at_s = MONDAY + 8 * DAY, .touchpoint = BOUGHT, .direction = FH_DIR_OUT},
    };
    fh_retention_options o = {.n_touchpoints = 3,
                              .unit = FH_WEEK,
                              .n_buckets = 3,
                              .mandatory = {.outcomes = {&must, 4}},
                              .observed_until_ms = fh_instant_ms(MONDAY + 28 * DAY, 0)};
    const test_fold t = {make, &o, print};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "2 born\n2024-01-01T00:00:00Z 2: 1/2 1/2 1/2\noverall: 1/2 1/2 1/2\n");
    o.mandatory.directions = 1u << FH_DIR_OUT;
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "2 born\n2024-01-01T00:00:00Z 2: 1/2 0/2 1/2\noverall: 1/2 0/2 1/2\n");
    const uint64_t bought = 1u << BOUGHT;
    o.mandatory = (fh_mandatory){.touchpoints = {&bought, 3}};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "2 born\n2024-01-01T00:00:00Z 2: 1/2 0/2 0/2\noverall: 1/2 0/2 0/2\n");
    test_fold_oom(&t, rows, COUNT(rows));
    rows[0].outcome = 4; /* a number that the rule does not know */
    fh_fold *fold;
    o.mandatory = (fh_mandatory){.outcomes = {&must, 4}};
    assert_status(fh_retention_new(NULL, &o, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, COUNT(rows)), NULL), FH_INVALID);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void voluntary_returns_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(8);
    static const fh_unit units[] = {FH_DAY, FH_WEEK, FH_MONTH};
    for (uint32_t round = 0; round < 60; round++) {
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const uint64_t touchpoints = test_rand(15) + 1, outcomes = test_rand(8) << 1;
        const fh_retention_options o = {
            .n_touchpoints = 4,
            .mandatory = {.touchpoints = {round % 3 ? NULL : &touchpoints, 4},
                          .outcomes = {round % 4 == 3 ? NULL : &outcomes, 4},
                          .directions = round % 2 ? test_rand(16) : 0},
            .unit = units[test_rand(3)],
            .mode = test_rand(2) ? FH_BOUNDED : FH_UNBOUNDED,
            .rolling = test_rand(2),
            .n_buckets = 1 + test_rand(round % 7 ? 40 : FH_RETENTION_MAX_BUCKETS),
            .observed_until_ms = INT64_C(1700000000000) + test_rand(2000) * INT64_C(86399999)};
        const test_shape shape = {.customers = 1 + test_rand(90),
                                  .touchpoints = 3,
                                  .span_s = (1 + test_rand(o.unit * 40)) * DAY,
                                  .ms = test_rand(2)};
        test_random_rows(&shape, rows, n);
        for (size_t i = 0; i < n; i++) {
            rows[i].outcome = (uint16_t)test_rand(4);
            rows[i].direction = (uint8_t)test_rand(FH_N_DIRECTIONS);
        }
        check_against_oracle(&o, rows, n);
        if (o.mandatory.touchpoints.bits || o.mandatory.outcomes.bits || o.mandatory.directions)
            check_part_of_all(&o, rows, n);
    }
}

/* ---- Limits ---------------------------------------------------------------------- */

/* More customers in one cohort than are added up at a time, and customers who stay
 * for years. */
static void crowded_cohorts_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(7);
    enum { CROWD = 1500 };
    fh_row rows[CROWD];
    for (uint32_t round = 0; round < 8; round++) {
        const fh_retention_options o = {.n_touchpoints = 4,
                                        .unit = round % 2 ? FH_WEEK : FH_DAY,
                                        .mode = round % 4 < 2 ? FH_BOUNDED : FH_UNBOUNDED,
                                        .n_buckets = round < 4 ? 64 : 5,
                                        .observed_until_ms = INT64_C(1710000000000)};
        test_random_rows(&(test_shape){.customers = 500, .touchpoints = 3, .span_s = 6 * DAY}, rows,
                         CROWD);
        for (size_t i = 0; i < 30; i++) rows[i].at_s += (uint32_t)i * 50 * DAY;
        check_against_oracle(&o, rows, CROWD);
    }
}

static void the_first_and_the_last_time_there_is_have_a_cohort(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row rows[] = {{.customer = 1, .at_s = 0}, {.customer = 1, .at_s = UINT32_MAX}};
    static const fh_unit units[] = {FH_DAY, FH_WEEK, FH_MONTH};
    for (int32_t zone = -64800; zone <= 64800; zone += 64800) {
        for (size_t u = 0; u < COUNT(units); u++) {
            for (int rolling = 0; rolling < 2; rolling++) {
                for (int unbounded = 0; unbounded < 2; unbounded++) {
                    fh_retention_options o = {.n_touchpoints = 1,
                                              .unit = units[u],
                                              .mode = unbounded ? FH_UNBOUNDED : FH_BOUNDED,
                                              .rolling = rolling,
                                              .zone_s = zone,
                                              .n_buckets = 2,
                                              .observed_until_ms = INT64_MAX};
                    fh_fold *fold;
                    fh_retention r;
                    assert_status(fh_retention_new(NULL, &o, &fold, NULL), FH_OK);
                    assert_status(fh_fold_add(fold, test_segment(arena, rows, 2), NULL), FH_OK);
                    assert_status(fh_fold_add(fold, test_segment(arena, rows + 1, 1), NULL), FH_OK);
                    assert_status(fh_retention_read(fold, arena, &r, NULL), FH_OK);
                    assert_int_equal(r.n_cohorts, 2);
                    assert_int_equal(r.cohorts[0].cells[1].returned, unbounded);
                    assert_true(r.cohorts[0].from_ms <= FH_TIME_MIN_MS);
                    fh_fold_free(fold);
                }
            }
        }
    }
    fh_arena_free(arena);
}

static void more_cohorts_than_can_be_shown_are_refused(void **state)
{
    (void)state;
    enum { DAYS = FH_RETENTION_MAX_COHORTS + 1 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[DAYS];
    for (uint32_t i = 0; i < DAYS; i++) rows[i] = (fh_row){.customer = i + 1, .at_s = i * DAY};
    const fh_retention_options o = {.n_touchpoints = 1, .unit = FH_DAY, .n_buckets = 1};
    fh_fold *fold, *other;
    fh_error err;
    assert_status(fh_retention_new(NULL, &o, &fold, NULL), FH_OK);
    assert_status(fh_retention_new(NULL, &o, &other, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, DAYS - 1), &err), FH_OK);
    assert_status(fh_fold_add(other, test_segment(arena, rows + DAYS - 1, 1), &err), FH_OK);
    assert_status(fh_fold_merge(fold, other, &err), FH_LIMIT);
    assert_status(fh_fold_add(other, test_segment(arena, rows, DAYS), &err), FH_LIMIT);
    fh_fold_free(fold);
    fh_fold_free(other);
    fh_arena_free(arena);
}

static void options_that_make_no_retention_are_refused(void **state)
{
    (void)state;
    const uint32_t falling[] = {1, 7, 7}, far[] = {0, 60000};
    const fh_retention_options ok = {.n_touchpoints = 1, .unit = FH_DAY, .n_buckets = 1};
    fh_retention_options bad[8];
    for (size_t i = 0; i < COUNT(bad); i++) bad[i] = ok;
    bad[0].unit = (fh_unit)2;
    bad[1].n_buckets = 0;
    bad[2].n_buckets = 367;
    bad[3].zone_s = 64801;
    bad[4].n_touchpoints = 65537;
    bad[5].mode = bad[6].mode = bad[7].mode = FH_BRACKET;
    bad[5].n_edges = 1;
    bad[6].n_edges = 3;
    bad[6].edges = falling;
    bad[7].n_edges = 2;
    bad[7].edges = far;
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_fold *fold = NULL;
        assert_status(fh_retention_new(NULL, &bad[i], &fold, NULL), FH_INVALID);
    }
    fh_fold *a, *b;
    fh_retention_options other = ok;
    other.observed_until_ms = ok.observed_until_ms + FH_DAY_MS;
    assert_status(fh_retention_new(NULL, &ok, &a, NULL), FH_OK);
    assert_status(fh_retention_new(NULL, &other, &b, NULL), FH_OK);
    assert_status(fh_fold_merge(a, b, NULL), FH_INVALID);
    fh_fold_free(b);
    other.observed_until_ms = ok.observed_until_ms + 5; /* the same day: the same question */
    assert_status(fh_retention_new(NULL, &other, &b, NULL), FH_OK);
    assert_status(fh_fold_merge(a, b, NULL), FH_OK);
    fh_fold_free(a);
    fh_fold_free(b);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    const uint32_t edges[] = {0, 1, 3};
    const uint64_t some = 6;
    test_random_rows(&(test_shape){.customers = 9, .touchpoints = 5}, rows, COUNT(rows));
    for (int general = 0; general < 2; general++) {
        const fh_retention_options o = {.n_touchpoints = 6,
                                        .born = {general ? &some : NULL, 64},
                                        .back = {general ? &some : NULL, 64},
                                        .unit = general ? FH_MONTH : FH_WEEK,
                                        .mode = general ? FH_BRACKET : FH_BOUNDED,
                                        .n_buckets = 3,
                                        .n_edges = 3,
                                        .edges = edges};
        test_fold_oom(&(test_fold){make, &o, print}, rows, COUNT(rows));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_weeks_begin_on_monday),
        cmocka_unit_test(in_another_zone_the_week_begins_earlier),
        cmocka_unit_test(rolling_buckets_begin_with_the_customer),
        cmocka_unit_test(the_clock_starts_at_a_born_touchpoint_and_only_back_counts),
        cmocka_unit_test(brackets_are_days_from_edge_to_edge),
        cmocka_unit_test(calendar_months_have_their_own_lengths),
        cmocka_unit_test(cohorts_before_1970_begin_where_they_should),
        cmocka_unit_test(a_rolling_day_ends_to_the_millisecond),
        cmocka_unit_test(buckets_beyond_64_are_told_apart),
        cmocka_unit_test(the_day_of_the_last_edge_is_in_no_bracket),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(what_is_mandatory_starts_the_clock_and_is_no_coming_back),
        cmocka_unit_test(voluntary_returns_agree_with_the_oracle),
        cmocka_unit_test(crowded_cohorts_agree_with_the_oracle),
        cmocka_unit_test(the_first_and_the_last_time_there_is_have_a_cohort),
        cmocka_unit_test(more_cohorts_than_can_be_shown_are_refused),
        cmocka_unit_test(options_that_make_no_retention_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

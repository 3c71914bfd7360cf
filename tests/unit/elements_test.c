/* elements_test.c - stories told in the touchpoints of a map, and held against a journey: by hand,
 * against an oracle that looks at one interaction after the other, in any split, and with
 * memory running out. */
#include "folds.h"

#include <stdlib.h>

enum { ELEMENTS = 5, TOUCHPOINTS = 9, CHANNELS = 4, DEPARTMENTS = 3, PROMISES = 2, MANY = 1500 };

/* Touchpoint 3 is element 2 over channel 1, element 4 over others; 5 and above are none. */
static const uint32_t of[TOUCHPOINTS] = {
    FH_NO_ELEMENT, 0, 1, FH_ELEMENT_BY, 3, FH_NO_ELEMENT, FH_NO_ELEMENT, FH_NO_ELEMENT, 0};
static const uint32_t channel_kind[CHANNELS] = {0, 1, 0, 0};
static const uint32_t department_kind[DEPARTMENTS] = {0, 0, 0};
static const uint32_t by[2] = {4, 2};
static const uint64_t before_1[1] = {1u << 0}, before_3[1] = {1u << 1 | 1u << 2};
static const fh_element_promise promise[PROMISES] = {
    {.element = 1, .within_ms = 60000, .before = {before_1, ELEMENTS}},
    {.element = 3, .within_ms = 500, .before = {before_3, ELEMENTS}}};
static const uint64_t failing_outcomes[1] = {1u << 2};
static const fh_severe severe = {.rules = 1u << FH_SEVERE_FAILED, .failing = {failing_outcomes, 4}};

static const fh_elements_options options = {.rules = {.n_elements = ELEMENTS,
                                                      .n_touchpoints = TOUCHPOINTS,
                                                      .n_channels = CHANNELS,
                                                      .n_departments = DEPARTMENTS,
                                                      .of = of,
                                                      .by = by,
                                                      .channel_kind = channel_kind,
                                                      .department_kind = department_kind,
                                                      .n_rows = 1,
                                                      .n_channel_kinds = 2,
                                                      .n_department_kinds = 1},
                                            .promise = promise,
                                            .n_promises = PROMISES,
                                            .severe = &severe};

static fh_status make(const void *o, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_elements_new(from, o, out, err);
}

static void print_row(uint32_t e, const fh_element_row *r, fh_buf *out)
{
    fh_buf_printf(out, "%u: %llu of %llu, %llu failing", e, (unsigned long long)r->count,
                  (unsigned long long)r->stories, (unsigned long long)r->failing);
    if (r->count)
        fh_buf_printf(out, ", %lld to %lld", (long long)r->first_ms, (long long)r->last_ms);
    if (r->n_scores)
        fh_buf_printf(out, ", %llu scores %lld best %d", (unsigned long long)r->n_scores,
                      (long long)r->score_sum, r->score_max);
    fh_buf_char(out, '\n');
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_elements e;
    const fh_status status = fh_elements_read(fold, arena, &e, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu in, %llu out, %llu of %llu mapped\n", (unsigned long long)e.n_stories,
                  (unsigned long long)e.n_outside, (unsigned long long)e.n_mapped,
                  (unsigned long long)e.n_interactions);
    for (uint32_t i = 0; i < ELEMENTS; i++) print_row(i, &e.row[i], out);
    for (uint32_t p = 0; p < PROMISES; p++)
        fh_buf_printf(out, "promise %u: %llu of %llu\n", p, (unsigned long long)e.kept[p].kept,
                      (unsigned long long)e.kept[p].n);
    for (size_t i = 0; i < e.n_unknown; i++)
        fh_buf_printf(out, "none %u/%u/%u: %llu\n", e.unknown[i].touchpoint, e.unknown[i].channel,
                      e.unknown[i].department, (unsigned long long)e.unknown[i].count);
    fh_buf_printf(out, "%zu ways", e.ways.n_top);
    for (size_t i = 0; i < e.ways.n_top && i < 9; i++) {
        fh_buf_printf(out, "; %llu:", (unsigned long long)e.ways.top[i].count);
        for (size_t k = 0; k < e.ways.top[i].n_steps; k++)
            fh_buf_printf(out, " %u", e.ways.top[i].path[k]);
    }
    fh_buf_text(out, "\npicked");
    for (size_t i = 0; i < e.n_picked; i++) fh_buf_printf(out, " %u", e.picked[i]);
    return FH_OK;
}

static const fh_row by_hand[] = {
    {.customer = 1, .at_s = 100, .touchpoint = 1, .channel = 2},
    {.customer = 1, .at_s = 130, .touchpoint = 6, .channel = 1, .department = 2},
    {.customer = 1, .at_s = 150, .touchpoint = 1}, /* again: the promise runs since 100 */
    {.customer = 1, .at_s = 170, .touchpoint = 2}, /* 70 s: too late */
    {.customer = 1, .at_s = 170, .ms = 400, .touchpoint = 4},
    {.customer = 2, .at_s = 200, .touchpoint = 3, .channel = 1},
    {.customer = 2, .at_s = 201, .touchpoint = 4, .outcome = 2}, /* failed, and too late: once */
    {.customer = 2, .at_s = 202, .touchpoint = 3, .channel = 3},
    {.customer = 3, .at_s = 300, .touchpoint = 5},
    {.customer = 4, .at_s = 300, .touchpoint = 4, .has_score = true, .score = 400},
};

static void what_a_promise_runs_from_and_what_fails_is_as_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold t = {make, &options, print};
    const char *text = test_fold_same(&t, arena, by_hand, COUNT(by_hand), 0).ptr;
    assert_non_null(strstr(text, "3 in, 1 out, 8 of 10 mapped\n0: 2 of 1, 0 failing"));
    assert_non_null(strstr(text, "\n1: 1 of 1, 1 failing"));
    assert_non_null(strstr(text, "\n3: 3 of 3, 1 failing"));
    assert_non_null(strstr(text, ", 1 scores 400 best 400"));
    assert_non_null(strstr(text, "promise 0: 0 of 1\npromise 1: 1 of 2\n"));
    assert_non_null(strstr(text, "none 5/0/0: 1\nnone 6/1/2: 1\n"));
    assert_non_null(strstr(text, "3 ways; 1: 1 1 2 4; 1: 3 4 5; 1: 4\n"));
    fh_arena_free(arena);
}

/* ---- The oracle ------------------------------------------------------------------------- */

static uint32_t element_of(const fh_row *r)
{
    if (r->touchpoint == 3) return r->channel == 1 ? 2 : 4;
    return of[r->touchpoint];
}

typedef struct oracle {
    uint64_t in, out, mapped;
    fh_element_row row[ELEMENTS];
    fh_element_kept kept[PROMISES];
} oracle;

static void one_story(const fh_row *row, size_t n, oracle *o)
{
    bool seen[ELEMENTS] = {false}, failed[ELEMENTS] = {false};
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        const uint32_t e = element_of(&row[i]);
        if (e == FH_NO_ELEMENT) continue;
        any = true;
        o->mapped++;
        o->row[e].count++;
        seen[e] = true;
        failed[e] = failed[e] || row[i].outcome == 2;
        for (uint32_t p = 0; p < PROMISES; p++) {
            /* Back to the last of those before it, and of a run to its first. */
            size_t k = i, from = i;
            if (promise[p].element != e) continue;
            for (; k-- > 0;) {
                const uint32_t was = element_of(&row[k]);
                if (was == e) break;
                if (was == FH_NO_ELEMENT || !fh_bit(promise[p].before.bits, was)) continue;
                if (from < i && element_of(&row[from]) != was) break;
                from = k;
            }
            if (from == i) continue;
            const bool kept = test_at_ms(&row[i]) - test_at_ms(&row[from]) <= promise[p].within_ms;
            o->kept[p].n++;
            o->kept[p].kept += kept;
            failed[e] = failed[e] || !kept;
        }
    }
    o->in += any;
    o->out += !any;
    for (uint32_t e = 0; e < ELEMENTS; e++) {
        o->row[e].stories += seen[e];
        o->row[e].failing += failed[e];
    }
}

static void any_stories_are_counted_as_one_by_one(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold t = {make, &options, print};
    const test_shape shape = {.customers = 200,
                              .span_s = 2000,
                              .touchpoints = TOUCHPOINTS - 1,
                              .channels = CHANNELS - 1,
                              .departments = DEPARTMENTS - 1,
                              .outcomes = 3,
                              .ms = true,
                              .scores = true};
    oracle o = {0};
    char want[120];
    test_random_rows(&shape, rows, MANY);
    const char *text = test_fold_same(&t, arena, rows, MANY, 0).ptr;
    const fh_row *sorted = test_sorted(arena, rows, MANY);
    for (size_t i = 0, end; i < MANY; i = end) {
        for (end = i; end < MANY && sorted[end].customer == sorted[i].customer;) end++;
        one_story(&sorted[i], end - i, &o);
    }
    (void)snprintf(want, sizeof want, "%llu in, %llu out, %llu of %d mapped\n",
                   (unsigned long long)o.in, (unsigned long long)o.out,
                   (unsigned long long)o.mapped, (int)MANY);
    assert_non_null(strstr(text, want));
    for (uint32_t e = 0; e < ELEMENTS; e++) {
        (void)snprintf(want, sizeof want, "\n%u: %llu of %llu, %llu failing", e,
                       (unsigned long long)o.row[e].count, (unsigned long long)o.row[e].stories,
                       (unsigned long long)o.row[e].failing);
        assert_non_null(strstr(text, want));
    }
    for (uint32_t p = 0; p < PROMISES; p++) {
        (void)snprintf(want, sizeof want, "\npromise %u: %llu of %llu\n", p,
                       (unsigned long long)o.kept[p].kept, (unsigned long long)o.kept[p].n);
        assert_non_null(strstr(text, want));
    }
    fh_arena_free(arena);
}

static void only_stories_that_began_in_time_are_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_elements_options o = options;
    const test_fold t = {make, &o, print};
    o.has_begun = true;
    o.begun_ms = FH_TIME_MIN_MS + 200 * 1000;
    o.until_ms = FH_TIME_MIN_MS + 300 * 1000;
    const char *text = test_fold_same(&t, arena, by_hand, COUNT(by_hand), 0).ptr;
    assert_non_null(strstr(text, "1 in, 3 out, 3 of 10 mapped\n"));
    assert_non_null(strstr(text, "1 ways; 1: 3 4 5\n"));
    o.until_ms++;
    text = test_fold_same(&t, arena, by_hand, COUNT(by_hand), 0).ptr;
    assert_non_null(strstr(text, "2 in, 2 out, 4 of 10 mapped\n"));
    fh_arena_free(arena);
}

static void who_is_picked_by_a_way_or_by_what_failed(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint16_t path[] = {3, 4, 5};
    const fh_variant way = {.n_steps = 3, .path = path};
    const fh_element_pick ways = {.failing = FH_NO_ELEMENT, .way = &way, .n_ways = 1},
                          failing = {.failing = 1};
    fh_elements_options o = options;
    const test_fold t = {make, &o, print};
    o.pick = &ways;
    assert_non_null(strstr(test_fold_same(&t, arena, by_hand, COUNT(by_hand), 0).ptr, "picked 2"));
    o.pick = &failing;
    assert_non_null(strstr(test_fold_same(&t, arena, by_hand, COUNT(by_hand), 0).ptr, "picked 1"));
    fh_arena_free(arena);
}

/* ---- Held against a journey -------------------------------------------------------------- */

/* A journey of its own: rows 0 and 1 have to come, each row once, and nothing of row 3. */
enum { ROWS = 4, MOST_STEPS = 800 };
typedef struct held {
    fh_allocator from;
    bool completed[MOST_STEPS];
    uint32_t missing[2], next[1];
} held;

static fh_status open_held(void *ctx, const fh_allocator *from, void **out, fh_error *err)
{
    (void)ctx;
    held *h = from->alloc(from->ctx, sizeof *h);
    if (!h) return fh_no_memory(err);
    h->from = *from;
    *out = h;
    return FH_OK;
}

static void close_held(void *ptr)
{
    held *h = ptr;
    const fh_allocator from = h->from;
    from.free(from.ctx, h, sizeof *h);
}

static fh_status hold(void *ptr, const uint32_t *rows, size_t n, fh_aligned_way *out, fh_error *err)
{
    held *h = ptr;
    bool seen[ROWS] = {false};
    (void)err;
    assert_true(n > 0 && n <= MOST_STEPS);
    *out = (fh_aligned_way){.completed = h->completed, .missing = h->missing, .next = h->next};
    for (size_t i = 0; i < n; i++) {
        h->completed[i] = rows[i] != 3 && !seen[rows[i]];
        seen[rows[i]] = true;
        out->cost += !h->completed[i];
    }
    for (uint32_t r = 0; r < 2; r++)
        if (!seen[r]) h->missing[out->n_missing++] = r;
    if (!seen[2]) h->next[out->n_next++] = 2;
    out->cost += out->n_missing;
    out->worst = n + 2;
    out->at_most = n > 20;
    out->may_end = seen[2];
    return FH_OK;
}

/* As it was, one missing more is common to both whenever it is missing in both. */
static fh_status hold_grown(void *ptr, const uint32_t *rows, size_t n_was, size_t n,
                            fh_aligned_grown *out, fh_error *err)
{
    static bool completed_was[MOST_STEPS];
    static uint32_t missing_was[2], missing_both[2];
    held *h = ptr;
    *out = (fh_aligned_grown){.missing_both = missing_both, .same = n_was - n_was % 3};
    assert_true(n_was < n);
    fh_status s = hold(h, rows, n_was, &out->was, err);
    memcpy(completed_was, h->completed, sizeof completed_was);
    memcpy(missing_was, h->missing, sizeof missing_was);
    if (!s) s = hold(h, rows, n, &out->is, err);
    out->was.completed = completed_was + out->same;
    out->was.missing = missing_was;
    if (out->was.n_missing && out->was.n_missing == out->is.n_missing) {
        memcpy(missing_both, missing_was, sizeof missing_both);
        out->n_missing_both = out->was.n_missing;
        out->was.n_missing = out->is.n_missing = 0;
    }
    return s;
}

static const uint32_t row_of[ELEMENTS] = {0, 1, 2, 3, 1};
static const fh_aligned_options journey = {
    .rules = {.n_elements = ELEMENTS,
              .n_touchpoints = TOUCHPOINTS,
              .n_channels = CHANNELS,
              .n_departments = DEPARTMENTS,
              .of = of,
              .by = by,
              .channel_kind = channel_kind,
              .department_kind = department_kind,
              .n_rows = 1,
              .n_channel_kinds = 2,
              .n_department_kinds = 1},
    .row = row_of,
    .n_rows = ROWS,
    .with = {open_held, hold, hold_grown, close_held, NULL, {"one", 3}}};

static fh_status make_aligned(const void *o, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_aligned_new(from, o, out, err);
}

static void print_sums(const fh_aligned *a, fh_buf *out)
{
    const uint64_t sums[] = {a->n_interactions, a->n_mapped, a->n_stories,       a->n_outside,
                             a->cost,           a->worst,    a->stories_at_most, a->stories_may_end,
                             a->fitness_sum};
    for (size_t i = 0; i < COUNT(sums); i++)
        fh_buf_printf(out, "%llu ", (unsigned long long)sums[i]);
    for (uint32_t r = 0; r < ROWS; r++) {
        const fh_aligned_row *row = &a->row[r];
        const uint64_t n[] = {row->completed,
                              row->missing,
                              row->ad_hoc,
                              row->stories_completed,
                              row->stories_missing,
                              row->stories_ad_hoc,
                              row->stories_out_of_order,
                              row->stories_next};
        fh_buf_char(out, '\n');
        for (size_t i = 0; i < COUNT(n); i++) fh_buf_printf(out, "%llu ", (unsigned long long)n[i]);
    }
}

static fh_status print_aligned(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_aligned a;
    const fh_status status = fh_aligned_read(fold, arena, &a, err);
    if (status == FH_OK) print_sums(&a, out);
    return status;
}

static void what_a_journey_has_is_completed_and_the_rest_is_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold t = {make_aligned, &journey, print_aligned};
    /* The ways 0 0 1 3, 2 3 1 and 3 in rows; customer 3 is outside. Moves 2, 2 and 3 of 6, 5, 3. */
    assert_str(test_fold_same(&t, arena, by_hand, COUNT(by_hand), 0),
               "10 8 3 1 7 14 0 1 5440291909 \n1 2 1 1 2 1 0 0 \n2 1 0 2 1 0 0 0 \n"
               "1 0 0 1 0 0 0 2 \n0 0 3 0 0 3 0 0 ");
    fh_arena_free(arena);
}

/* One story after the other. */
static void sum_by_one(const fh_row *row, size_t n, held *h, fh_aligned *sum, fh_aligned_row *to)
{
    uint32_t rows[MOST_STEPS], m = 0;
    fh_aligned_way w;
    sum->n_interactions += n;
    for (size_t i = 0; i < n; i++)
        if (element_of(&row[i]) != FH_NO_ELEMENT) rows[m++] = row_of[element_of(&row[i])];
    sum->n_mapped += m;
    *(m ? &sum->n_stories : &sum->n_outside) += 1;
    if (!m) return;
    assert_status(hold(h, rows, m, &w, NULL), FH_OK);
    sum->cost += w.cost;
    sum->worst += w.worst;
    sum->stories_at_most += w.at_most;
    sum->stories_may_end += w.may_end;
    sum->fitness_sum += (uint64_t)((1 - (double)w.cost / (double)w.worst) * 4294967296.0 + 0.5);
    for (uint32_t r = 0; r < ROWS; r++) {
        uint64_t there = 0, other = 0, missing = 0;
        for (uint32_t i = 0; i < m; i++)
            if (rows[i] == r) *(w.completed[i] ? &there : &other) += 1;
        for (size_t i = 0; i < w.n_missing; i++) missing += w.missing[i] == r;
        to[r].completed += there;
        to[r].ad_hoc += other;
        to[r].missing += missing;
        to[r].stories_completed += there > 0;
        to[r].stories_missing += missing && !other;
        to[r].stories_ad_hoc += other && !missing;
        to[r].stories_out_of_order += other && missing;
        to[r].stories_next += w.n_next && r == 2;
    }
}

static void held_one_by_one_stories_come_to_the_same(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold t = {make_aligned, &journey, print_aligned};
    const test_shape shape = {.customers = 150,
                              .touchpoints = TOUCHPOINTS - 1,
                              .channels = CHANNELS - 1,
                              .departments = DEPARTMENTS - 1};
    held h;
    fh_aligned_row to[ROWS] = {{0}};
    fh_aligned sum = {.row = to};
    fh_buf want;
    fh_buf_init(&want, NULL, SIZE_MAX);
    test_random_rows(&shape, rows, MANY);
    const fh_str got = test_fold_same(&t, arena, rows, MANY, 0);
    const fh_row *sorted = test_sorted(arena, rows, MANY);
    for (size_t i = 0, end; i < MANY; i = end) {
        for (end = i; end < MANY && sorted[end].customer == sorted[i].customer;) end++;
        sum_by_one(&sorted[i], end - i, &h, &sum, to);
    }
    print_sums(&sum, &want);
    if (!fh_str_eq(got, fh_buf_view(&want)))
        fail_msg("%.*s\nwant %.*s", FH_STR_ARG(got), FH_STR_ARG(fh_buf_view(&want)));
    fh_buf_free(&want);
    fh_arena_free(arena);
}

/* More different ways than are put by: each is counted when there is no more room. */
static void very_many_different_ways_are_counted_all_the_same(void **state)
{
    (void)state;
    enum { CUSTOMERS = 20000, EACH = 10 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, CUSTOMERS * EACH);
    fh_fold *whole = NULL, *a = NULL, *b = NULL;
    fh_aligned all, both;
    held h;
    fh_aligned_row to[ROWS] = {{0}};
    fh_aligned sum = {.row = to};
    for (uint32_t i = 0; i < CUSTOMERS * EACH; i++)
        rows[i] = (fh_row){
            .customer = 1 + i / EACH, .at_s = i, .touchpoint = (uint16_t)(1 + test_rand(8))};
    for (uint32_t i = 0; i < CUSTOMERS; i++) sum_by_one(rows + i * EACH, EACH, &h, &sum, to);
    const fh_segment *first = test_segment(arena, rows, CUSTOMERS * EACH / 2),
                     *last = test_segment(arena, rows + CUSTOMERS * EACH / 2, CUSTOMERS * EACH / 2);
    assert_status(fh_aligned_new(NULL, &journey, &whole, NULL), FH_OK);
    assert_status(fh_aligned_new(NULL, &journey, &a, NULL), FH_OK);
    assert_status(fh_aligned_new(NULL, &journey, &b, NULL), FH_OK);
    assert_true(fh_fold_is_dear(a));
    assert_status(fh_fold_add(whole, first, NULL), FH_OK);
    assert_status(fh_fold_add(whole, last, NULL), FH_OK);
    assert_status(fh_fold_add(a, first, NULL), FH_OK);
    assert_status(fh_fold_add(b, last, NULL), FH_OK);
    assert_status(fh_fold_settle_both(a, b, true, NULL), FH_OK);
    fh_fold_settle(b);
    assert_status(fh_fold_merge(a, b, NULL), FH_OK);
    assert_status(fh_aligned_read(whole, arena, &all, NULL), FH_OK);
    assert_status(fh_aligned_read(a, arena, &both, NULL), FH_OK);
    assert_int_equal(all.cost, sum.cost);
    assert_int_equal(both.cost, sum.cost);
    assert_memory_equal(all.row, to, sizeof to);
    assert_memory_equal(both.row, to, sizeof to);
    fh_fold_free(whole);
    fh_fold_free(a);
    fh_fold_free(b);
    fh_arena_free(arena);
}

/* Another one of the same customer. */
static fh_row test_row_like(const fh_row *row, uint32_t at_s)
{
    fh_row other = *row;
    other.at_s = at_s;
    other.touchpoint = (uint16_t)(1 + test_rand(TOUCHPOINTS - 1));
    return other;
}

/* Of a customer: some more at the end, something in between, all new, or gone. */
static size_t grow_rows(const fh_row *was, size_t n, fh_row *is)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t sort = was[i].customer % 5;
        const bool last = i + 1 == n || was[i + 1].customer != was[i].customer;
        if (sort == 4) continue;
        if (sort == 3 && last) is[m++] = test_row_like(&was[i], was[i].at_s);
        is[m++] = was[i];
        for (uint32_t more = 0; last && more < sort; more++)
            is[m++] = test_row_like(&was[i], was[i].at_s + 1 + more);
    }
    return m;
}

static void what_has_only_grown_is_held_once_and_comes_to_the_same(void **state)
{
    (void)state;
    enum { WIDE = 300 }; /* elements: steps of 16 bits */
    static fh_row was[MANY], is[4 * MANY];
    uint32_t wide_row[WIDE] = {0};
    fh_aligned_options wide = journey;
    memcpy(wide_row, row_of, sizeof row_of);
    wide.rules.n_elements = WIDE;
    wide.row = wide_row;
    fh_arena *arena = fh_arena_new(NULL);
    const test_shape shape = {.customers = 600,
                              .touchpoints = TOUCHPOINTS - 1,
                              .channels = CHANNELS - 1,
                              .departments = DEPARTMENTS - 1};
    for (int round = 0; round < 5; round++) {
        fh_fold *all = NULL, *want = NULL, *minus = NULL, *plus = NULL;
        fh_aligned got, wanted;
        test_random_rows(&shape, was, MANY);
        const fh_row *sorted = test_sorted(arena, was, MANY);
        const size_t n = grow_rows(sorted, MANY, is);
        const fh_segment *then = test_segment(arena, sorted, MANY),
                         *now = test_segment(arena, is, n);
        fh_fold **const made[] = {&all, &want, &minus, &plus};
        for (size_t i = 0; i < COUNT(made); i++)
            assert_status(fh_aligned_new(NULL, round % 2 ? &wide : &journey, made[i], NULL), FH_OK);
        assert_status(fh_fold_add(all, then, NULL), FH_OK);
        assert_status(fh_fold_add(want, now, NULL), FH_OK);
        assert_status(fh_fold_add_both(minus, plus, then, now, NULL), FH_OK);
        assert_status(fh_fold_settle_both(minus, plus, false, NULL), FH_OK);
        assert_status(fh_fold_settle_both(minus, plus, true, NULL), FH_OK);
        assert_status(fh_fold_take_away(all, minus, NULL), FH_OK);
        assert_status(fh_fold_merge(all, plus, NULL), FH_OK);
        assert_status(fh_aligned_read(all, arena, &got, NULL), FH_OK);
        assert_status(fh_aligned_read(want, arena, &wanted, NULL), FH_OK);
        assert_memory_equal(got.row, wanted.row, ROWS * sizeof *got.row);
        got.row = wanted.row = NULL;
        assert_memory_equal(&got, &wanted, sizeof got);
        for (size_t i = 0; i < COUNT(made); i++) fh_fold_free(*made[i]);
    }
    fh_arena_free(arena);
}

/* The first so many of each story, into `was`; there may be none, and now and then all. */
static size_t some_of_each(const fh_segment *is, const fh_row *rows, fh_row *was, uint32_t *n_was)
{
    size_t n = 0;
    for (uint32_t s = 0; s < is->n_stories; s++) {
        const uint32_t all = is->start[s + 1] - is->start[s];
        n_was[s] = s % 3 && all > 1 ? all - 1 : test_rand(all + 1);
        for (uint32_t i = 0; i < n_was[s]; i++) was[n++] = rows[is->start[s] + i];
    }
    return n;
}

static void what_came_at_the_ends_of_stories_is_told_by_how_much_there_was(void **state)
{
    (void)state;
    static const uint32_t customers[] = {600, 2, 150}; /* of two, more came than a step tells */
    static fh_row rows[MANY], was[MANY];
    static uint32_t n_was[MANY];
    fh_arena *arena = fh_arena_new(NULL);
    for (int round = 0; round < 6; round++) {
        const test_shape shape = {.customers = customers[round % 3],
                                  .touchpoints = TOUCHPOINTS - 1,
                                  .channels = CHANNELS - 1,
                                  .departments = DEPARTMENTS - 1};
        fh_fold *all = NULL, *want = NULL, *minus = NULL, *plus = NULL;
        fh_aligned got, wanted;
        test_random_rows(&shape, rows, MANY);
        const fh_row *sorted = test_sorted(arena, rows, MANY);
        const fh_segment *now = test_segment(arena, sorted, MANY);
        const size_t n = some_of_each(now, sorted, was, n_was);
        const fh_segment *then = test_segment(arena, was, n);
        fh_fold **const made[] = {&all, &want, &minus, &plus};
        for (size_t i = 0; i < COUNT(made); i++)
            assert_status(fh_aligned_new(NULL, &journey, made[i], NULL), FH_OK);
        assert_true(fh_fold_takes_grown(all));
        assert_status(fh_fold_add(all, then, NULL), FH_OK);
        assert_status(fh_fold_add(want, now, NULL), FH_OK);
        assert_status(fh_fold_add_grown(minus, plus, now, n_was, NULL), FH_OK);
        assert_status(fh_fold_settle_both(minus, plus, true, NULL), FH_OK);
        assert_status(fh_fold_take_away(all, minus, NULL), FH_OK);
        assert_status(fh_fold_merge(all, plus, NULL), FH_OK);
        assert_status(fh_aligned_read(all, arena, &got, NULL), FH_OK);
        assert_status(fh_aligned_read(want, arena, &wanted, NULL), FH_OK);
        assert_memory_equal(got.row, wanted.row, ROWS * sizeof *got.row);
        got.row = wanted.row = NULL;
        assert_memory_equal(&got, &wanted, sizeof got);
        for (size_t i = 0; i < COUNT(made); i++) fh_fold_free(*made[i]);
    }
    fh_arena_free(arena);
}

/* As all there is, of which there was half: also where memory runs out. */
static fh_status add_halves(void *ctx)
{
    const fh_segment *seg = ctx;
    static uint32_t n_was[COUNT(by_hand)];
    fh_fold *minus = NULL, *plus = NULL;
    for (uint32_t s = 0; s < seg->n_stories; s++)
        n_was[s] = (seg->start[s + 1] - seg->start[s]) / 2;
    fh_status s = fh_aligned_new(test_allocator(), &journey, &minus, NULL);
    if (s == FH_OK) s = fh_aligned_new(test_allocator(), &journey, &plus, NULL);
    if (s == FH_OK) s = fh_fold_add_grown(minus, plus, seg, n_was, NULL);
    if (s == FH_OK) s = fh_fold_settle_both(minus, plus, true, NULL);
    fh_fold_free(minus);
    fh_fold_free(plus);
    return s;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    const test_fold t = {make, &options, print}, held_too = {make_aligned, &journey, print_aligned};
    test_fold_oom(&t, by_hand, COUNT(by_hand));
    test_fold_oom(&held_too, by_hand, COUNT(by_hand));
    fh_arena *arena = fh_arena_new(NULL);
    test_oom(add_halves, (void *)(uintptr_t)test_segment(arena, by_hand, COUNT(by_hand)));
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_promise_runs_from_and_what_fails_is_as_told),
        cmocka_unit_test(any_stories_are_counted_as_one_by_one),
        cmocka_unit_test(only_stories_that_began_in_time_are_told),
        cmocka_unit_test(who_is_picked_by_a_way_or_by_what_failed),
        cmocka_unit_test(what_a_journey_has_is_completed_and_the_rest_is_told),
        cmocka_unit_test(held_one_by_one_stories_come_to_the_same),
        cmocka_unit_test(very_many_different_ways_are_counted_all_the_same),
        cmocka_unit_test(what_has_only_grown_is_held_once_and_comes_to_the_same),
        cmocka_unit_test(what_came_at_the_ends_of_stories_is_told_by_how_much_there_was),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

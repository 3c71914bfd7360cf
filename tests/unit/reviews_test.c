/* reviews_test.c - what customers say of us and what is answered: by hand, against an oracle
 * over a plain list of rows, in any split, page by page, and with memory running out. */
#include "folds.h"

#include <stdlib.h>
#include <string.h>

enum { IN = FH_DIR_IN, OUT = FH_DIR_OUT, INSIDE = FH_DIR_INTERNAL };

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_reviews_new(from, options, out, err);
}

#define U(n) ((unsigned long long)(n))

static void print_count(fh_buf *out, const char *what, uint32_t number, const fh_review_count *n)
{
    fh_buf_printf(out, "%s %u: %llu of %llu, %llu answered, sum %lld\n", what, number,
                  U(n->reviews), U(n->customers), U(n->answered), (long long)n->score_sum);
}

static void print_review(fh_buf *out, const fh_review *r)
{
    fh_buf_printf(out, "#%u.%u at %lld: %u %u score %d", r->customer, r->place,
                  (long long)(r->at_ms - FH_TIME_MIN_MS), r->touchpoint, r->department, r->score);
    if (r->answered)
        fh_buf_printf(out, ", answered after %lld", (long long)(r->answered_ms - r->at_ms));
    fh_buf_char(out, '\n');
}

static void print_reviews(fh_buf *out, const fh_reviews *r)
{
    print_count(out, "all", (uint32_t)r->n_stories, &r->all);
    fh_buf_printf(out, "half %lld\n", (long long)r->took.p50_ms);
    for (uint32_t k = 0; k < FH_REVIEW_SCORES; k++)
        if (r->scores[k])
            fh_buf_printf(out, "score %d: %llu, %llu\n", (int)k - 1, U(r->scores[k]),
                          U(r->scores_answered[k]));
    for (size_t i = 0; i < r->n_touchpoints; i++)
        print_count(out, "touchpoint", r->touchpoints[i].number, &r->touchpoints[i].n);
    for (size_t i = 0; i < r->n_departments; i++)
        print_count(out, "department", r->departments[i].number, &r->departments[i].n);
    fh_buf_printf(out, "%llu listed%s\n", U(r->n_listed), r->more ? ", more" : "");
    for (size_t i = 0; i < r->n_rows; i++) print_review(out, &r->rows[i]);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_reviews r;
    const fh_status s = fh_reviews_read(fold, arena, &r, err);
    if (s == FH_OK) print_reviews(out, &r);
    return s;
}

static fh_reviews_options options_of(uint32_t limit)
{
    return (fh_reviews_options){.n_touchpoints = 5,
                                .n_departments = 4,
                                .n_channels = 4,
                                .n_outcomes = 4,
                                .now_ms = FH_TIME_MIN_MS + 100000,
                                .score_until = FH_REVIEW_SCORES - 1,
                                .limit = limit};
}

#define AT(c, s, way) .customer = (c), .at_s = (s), .direction = (way)
#define SCORE(n)      .has_score = true, .score = (n)
static const fh_row by_hand[] = {
    {AT(1, 1, IN), SCORE(150), .problem = 7, .department = 2, .touchpoint = 1},
    {AT(1, 2, OUT), .problem = 7, .department = 3},    /* another department */
    {AT(1, 3, INSIDE), .problem = 7, .department = 2}, /* not to the customer */
    {AT(1, 4, OUT), .problem = 8, .department = 2},    /* another problem */
    {AT(1, 6, OUT), .problem = 7, .department = 2, .touchpoint = 4},
    {AT(1, 9, 0), SCORE(500), .problem = 7, .department = 2, .touchpoint = 1}, /* not answered */
    {AT(2, 3, IN), SCORE(-200), .touchpoint = 1}, /* about no problem */
    {AT(2, 4, OUT)},
    {AT(2, 5, OUT), SCORE(900), .touchpoint = 1}, /* ours is no review */
    {AT(3, 5, IN), SCORE(149), .problem = 9, .touchpoint = 2},
    {AT(3, 150, OUT), .problem = 9},            /* planned: no answer yet */
    {AT(3, 200, IN), SCORE(100), .problem = 9}, /* planned */
    {AT(4, 5, IN), .touchpoint = 1},
};

static void an_answer_is_ours_later_about_the_same_of_the_same_department(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_reviews_options o = options_of(10);
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, by_hand, COUNT(by_hand), 0),
               "all 4: 4 of 3, 1 answered, sum 599\n"
               "half 5000\n"
               "score -1: 1, 0\n"
               "score 1: 1, 0\n"
               "score 2: 1, 1\n"
               "score 5: 1, 0\n"
               "touchpoint 1: 3 of 2, 1 answered, sum 450\n"
               "touchpoint 2: 1 of 1, 0 answered, sum 149\n"
               "department 0: 2 of 2, 0 answered, sum -51\n"
               "department 2: 2 of 1, 1 answered, sum 650\n"
               "4 listed\n"
               "#1.5 at 9000: 1 2 score 500\n"
               "#3.0 at 5000: 2 0 score 149\n"
               "#2.0 at 3000: 1 0 score -200\n"
               "#1.0 at 1000: 1 2 score 150, answered after 5000\n");
    fh_arena_free(arena);
}

static void what_is_listed_leaves_the_figures_as_they_are(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t first = 1u << 1;
    const fh_filter of = {.touchpoints = {&first, 5}}; /* the answer is at another touchpoint */
    fh_reviews_options o = options_of(10);
    o.of = &of;
    o.state = FH_REVIEWS_OPEN;
    o.score_from = 5;
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, by_hand, COUNT(by_hand), 0),
               "all 4: 3 of 2, 1 answered, sum 450\n"
               "half 5000\n"
               "score -1: 1, 0\n"
               "score 2: 1, 1\n"
               "score 5: 1, 0\n"
               "touchpoint 1: 3 of 2, 1 answered, sum 450\n"
               "department 2: 2 of 1, 1 answered, sum 650\n"
               "department 0: 1 of 1, 0 answered, sum -200\n"
               "1 listed\n"
               "#1.5 at 9000: 1 2 score 500\n");
    fh_arena_free(arena);
}

/* ---- The oracle ---------------------------------------------------------------------------- */

enum { MANY = 700 };

static bool is_review(const fh_row *r, const fh_reviews_options *o)
{
    return r->has_score && r->direction != OUT && test_at_ms(r) <= o->now_ms;
}

static const fh_row *answer_of(const fh_row *r, const fh_row *end, const fh_reviews_options *o)
{
    for (const fh_row *k = r + 1; r->problem && k < end && k->customer == r->customer; k++)
        if (k->direction == OUT && k->problem == r->problem && k->department == r->department &&
            test_at_ms(k) <= o->now_ms)
            return k;
    return NULL;
}

static int newest(const void *a, const void *b)
{
    const fh_review *x = a, *y = b;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? 1 : -1;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* All that meet `of`: how many there are, into out. */
static size_t by_oracle(const fh_row *row, size_t n, const fh_reviews_options *o, fh_review *out)
{
    size_t found = 0;
    uint32_t place = 0;
    for (size_t i = 0; i < n; i++) {
        place = i && row[i].customer == row[i - 1].customer ? place + 1 : 0;
        if (!is_review(&row[i], o)) continue;
        if (o->of && !(o->of->channels.bits[0] >> row[i].channel & 1)) continue;
        if (o->of && test_at_ms(&row[i]) < o->of->from_ms) continue;
        const fh_row *answer = answer_of(&row[i], row + n, o);
        out[found++] = (fh_review){.at_ms = test_at_ms(&row[i]),
                                   .answered_ms = answer ? test_at_ms(answer) : 0,
                                   .customer = row[i].customer,
                                   .place = place,
                                   .touchpoint = row[i].touchpoint,
                                   .department = row[i].department,
                                   .score = row[i].score,
                                   .answered = answer != NULL};
    }
    qsort(out, found, sizeof *out, newest);
    return found;
}

static fh_review_count count_where(const fh_review *r, size_t n, int touchpoint, int department)
{
    fh_review_count c = {0};
    for (size_t i = 0; i < n; i++) {
        const bool t = touchpoint < 0 || r[i].touchpoint == (uint32_t)touchpoint;
        const bool d = department < 0 || r[i].department == (uint32_t)department;
        bool before = false;
        if (!t || !d) continue;
        for (size_t k = 0; k < i; k++)
            before |= r[k].customer == r[i].customer &&
                      (touchpoint < 0 || r[k].touchpoint == (uint32_t)touchpoint) &&
                      (department < 0 || r[k].department == (uint32_t)department);
        c.reviews++;
        c.customers += !before;
        c.answered += r[i].answered;
        c.score_sum += r[i].score;
    }
    return c;
}

static void same_count(const fh_review_count *a, const fh_review_count *b)
{
    assert_int_equal(a->reviews, b->reviews);
    assert_int_equal(a->customers, b->customers);
    assert_int_equal(a->answered, b->answered);
    assert_int_equal(a->score_sum, b->score_sum);
}

static bool listed(const fh_review *r, const fh_reviews_options *o)
{
    const uint32_t score = fh_review_score(r->score);
    return score >= o->score_from && score <= o->score_until &&
           (o->state == FH_REVIEWS_ANY || (o->state == FH_REVIEWS_ANSWERED) == r->answered);
}

static void same_review(const fh_review *a, const fh_review *b)
{
    assert_int_equal(newest(a, b), newest(b, a)); /* the same time, customer and place */
    assert_int_equal(a->answered, b->answered);
    if (a->answered) assert_int_equal(a->answered_ms, b->answered_ms);
    assert_int_equal(a->touchpoint, b->touchpoint);
    assert_int_equal(a->department, b->department);
    assert_int_equal(a->score, b->score);
}

/* Reads page after page as a reader would: together they are the whole list. */
static void same_pages(fh_reviews_options o, const fh_row *rows, const fh_review *want, size_t n)
{
    size_t at = 0, n_listed = 0;
    for (size_t i = 0; i < n; i++) n_listed += listed(&want[i], &o);
    for (bool more = true; more;) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_fold *fold = NULL;
        fh_reviews r;
        const fh_segment *seg = test_segment(arena, rows, MANY);
        assert_status(fh_reviews_new(NULL, &o, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, seg, NULL), FH_OK);
        assert_status(fh_reviews_read(fold, arena, &r, NULL), FH_OK);
        assert_int_equal(r.n_listed, n_listed);
        for (size_t i = 0; i < r.n_rows; i++, at++) {
            while (!listed(&want[at], &o)) at++;
            same_review(&r.rows[i], &want[at]);
        }
        if (r.n_rows) o.after = r.rows[r.n_rows - 1];
        o.has_after = true;
        more = r.more;
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
    while (at < n && !listed(&want[at], &o)) at++;
    assert_int_equal(at, n);
}

static void it_agrees_with_the_oracle_in_any_split_and_page_by_page(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    static fh_review want[MANY];
    const uint64_t channels = 0x6;
    for (uint32_t round = 0; round < 8; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        test_seed(round);
        const test_shape shape = {.customers = 5 + test_rand(100),
                                  .touchpoints = 4,
                                  .departments = 3,
                                  .channels = 3,
                                  .outcomes = 3,
                                  .problems = 3,
                                  .span_s = round % 2 ? 90 : 0,
                                  .ms = round % 3 == 0,
                                  .directions = true,
                                  .scores = true};
        test_random_rows(&shape, rows, MANY);
        fh_reviews_options o = options_of(1 + test_rand(30));
        o.now_ms = test_at_ms(&rows[test_rand(MANY)]);
        const fh_filter of = {.has_from = true,
                              .from_ms = test_at_ms(&rows[test_rand(MANY)]) - 40000,
                              .channels = {&channels, 4}};
        o.of = round % 2 ? &of : NULL;
        o.state = (fh_review_state)(round % 3);
        o.score_from = round % 4;
        const fh_row *sorted = test_sorted(arena, rows, MANY);
        const size_t n = by_oracle(sorted, MANY, &o, want);
        (void)test_fold_same(&(test_fold){make, &o, print}, arena, rows, MANY, 0);
        fh_fold *fold = NULL;
        fh_reviews r;
        assert_status(fh_reviews_new(NULL, &o, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, MANY), NULL), FH_OK);
        assert_status(fh_reviews_read(fold, arena, &r, NULL), FH_OK);
        const fh_review_count all = count_where(want, n, -1, -1);
        same_count(&r.all, &all);
        for (size_t i = 0; i < r.n_touchpoints; i++) {
            const fh_review_count c = count_where(want, n, (int)r.touchpoints[i].number, -1);
            same_count(&r.touchpoints[i].n, &c);
        }
        for (size_t i = 0; i < r.n_departments; i++) {
            const fh_review_count c = count_where(want, n, -1, (int)r.departments[i].number);
            same_count(&r.departments[i].n, &c);
        }
        fh_fold_free(fold);
        same_pages(o, rows, want, n);
        fh_arena_free(arena);
    }
}

static void scores_are_told_by_the_nearest_whole_number(void **state)
{
    (void)state;
    assert_int_equal(fh_review_score(INT32_MIN), 0);
    assert_int_equal(fh_review_score(-51), 0);
    assert_int_equal(fh_review_score(-50), 1);
    assert_int_equal(fh_review_score(49), 1);
    assert_int_equal(fh_review_score(50), 2);
    assert_int_equal(fh_review_score(10049), 101);
    assert_int_equal(fh_review_score(10050), 102);
    assert_int_equal(fh_review_score(INT32_MAX), 102);
}

static void a_page_of_none_or_too_many_is_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    const fh_reviews_options none = options_of(0), many = options_of(FH_REVIEWS_MOST + 1);
    assert_status(fh_reviews_new(NULL, &none, &fold, NULL), FH_INVALID);
    assert_status(fh_reviews_new(NULL, &many, &fold, NULL), FH_INVALID);
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    const fh_reviews_options o = options_of(2);
    test_fold_oom(&(test_fold){make, &o, print}, by_hand, COUNT(by_hand));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_ours_later_about_the_same_of_the_same_department),
        cmocka_unit_test(what_is_listed_leaves_the_figures_as_they_are),
        cmocka_unit_test(it_agrees_with_the_oracle_in_any_split_and_page_by_page),
        cmocka_unit_test(scores_are_told_by_the_nearest_whole_number),
        cmocka_unit_test(a_page_of_none_or_too_many_is_refused),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* find_test.c - what holds for every detector: names and causes that stay, any split of a
 * story in time, an oracle, hostile stories, memory running out. What each detector tells is
 * in tests of its own (find_*_test.c). */
#include "finds.h"

static const char *const names[FH_N_FINDING_SORTS] = {
    "duplicate", "signatory", "contradiction", "dam",       "context-lost", "overload",
    "never",     "deviation", "promise",       "ownerless", "forgotten",    "aggravation"};

static void every_sort_has_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FH_N_FINDING_SORTS; i++)
        assert_string_equal(fh_finding_sort_name((fh_finding_sort)i), names[i]);
    assert_string_equal(fh_finding_sort_name(FH_N_FINDING_SORTS), "");
}

/* Causes are kept in files: these numbers may never change. */
static void causes_are_the_same_everywhere_and_for_ever(void **state)
{
    (void)state;
    const uint64_t part[] = {1, 2, UINT64_MAX};
    assert_int_equal(fh_finding_cause(FH_FIND_DUPLICATE, NULL, 0), 0xc77b3abb6f87acd9);
    assert_int_equal(fh_finding_cause(FH_FIND_DAM, part, 3), 0x63190b0a72554cd0);
    assert_int_not_equal(fh_finding_cause(FH_FIND_DAM, part, 2),
                         fh_finding_cause(FH_FIND_DAM, part, 3));
    assert_int_not_equal(fh_finding_cause(FH_FIND_DAM, part, 2),
                         fh_finding_cause(FH_FIND_OVERLOAD, part, 2));
    const uint64_t turned[] = {2, 1};
    assert_int_not_equal(fh_finding_cause(FH_FIND_DAM, part, 2),
                         fh_finding_cause(FH_FIND_DAM, turned, 2));
}

static void all_settings_have_a_default(void **state)
{
    (void)state;
    const fh_find_settings s = fh_find_defaults();
    const int64_t day = 24 * HOUR_MS;
    assert_int_equal(s.duplicate_window_ms, 14 * day);
    assert_int_equal(s.contradiction_window_ms, 90 * day);
    assert_int_equal(s.dam_window_ms, 7 * day);
    assert_int_equal(s.overload_window_ms, 7 * day);
    assert_int_equal(s.overload_messages, 5);
    assert_true(s.duplicate_jaccard == .5 && s.duplicate_containment == .8 && s.dam_told == .5);
    for (unsigned i = 0; i < FH_N_FINDING_SORTS; i++) assert_true(s.sorts >> i & 1);
}

static void a_story_without_moments_has_no_hits(void **state)
{
    finds *f = *state;
    const fh_find_story story = {.customer = 7, .fresh_ms = INT64_MIN};
    assert_str(finds_of(f, FH_N_FINDING_SORTS, &story), "");
}

static const line busy[] = {
    {D(0, OUT, 1), .purpose = 5, .signatory = 6},
    {D(1, IN, 2), .problem = 3},
    {D(2, INSIDE, 3), .problem = 3, .handoff = true},
    {D(3, OUT, 3), .purpose = 5, .signatory = 6, .channel = 4},
};

static void only_the_sorts_that_are_wanted_are_told(void **state)
{
    finds *f = *state;
    f->settings.overload_messages = 1;
    assert_str(FINDS(f, FH_N_FINDING_SORTS, busy), "duplicate 0 3: 1 > 3, purpose\n"
                                                   "signatory 0 3: 1 > 3\n"
                                                   "context-lost 1 2: 2 > 3, no-reason no-receipt\n"
                                                   "overload 0 3: 1 > 3\n");
    assert_str(FINDS(f, FH_FIND_SIGNATORY, busy), "signatory 0 3: 1 > 3\n");
    assert_str(FINDS(f, FH_FIND_NEVER, busy), "");
    f->settings.sorts = 0;
    assert_str(FINDS(f, FH_N_FINDING_SORTS, busy), "");
}

static fh_status refuse(void *ctx, const fh_find_story *story, const fh_hit *hit, fh_error *err)
{
    (void)story;
    *(int *)ctx += 1;
    return fh_fail(err, FH_DENIED, "no hit of %u", hit->customer);
}

static void whoever_is_told_may_end_it(void **state)
{
    finds *f = *state;
    const fh_find_story story = finds_story(f, busy, COUNT(busy));
    fh_error err;
    int calls = 0;
    assert_status(
        fh_find_in_story(f->lexicon, NULL, &f->settings, &story, f->arena, refuse, &calls, &err),
        FH_DENIED);
    assert_int_equal(calls, 1);
    assert_string_equal(err.message, "no hit of 7");
}

/* ---- Random stories ---------------------------------------------------------------------- */

static const char *const texts[] = {
    "Your cover begins on 10 March 2025. You find all your papers in the portal, as always.",
    "Your cover begins on 17 March 2025. You find all your papers in the portal, as always.",
    "You have to send us the original receipts. The excess on your policy is EUR 150.",
    "You do not have to send us the original receipts. The excess on your policy is EUR 250.",
    "On 1 March 2025 a van hit my parked car in front of the library. It costs EUR 840.",
    "While my car stood near the library on 1 March 2025, a van ran into it, for 840 euros.",
    "On which date did this happen?",
    "As I already told your colleague, it is about claim AB-4711.",
};

/* Up to 40 moments within three weeks, of few departments, purposes, problems. */
static fh_find_story random_story(finds *f, bool with_texts)
{
    line lines[40];
    const size_t n = 1 + test_rand(COUNT(lines));
    double hour = 0;
    for (size_t i = 0; i < n; i++) {
        hour += test_rand(4) ? test_rand(12) : test_rand(200) * .1;
        lines[i] = (line){.hour = hour,
                          .way = (fh_direction)test_rand(4),
                          .department = test_rand(4),
                          .purpose = test_rand(3),
                          .signatory = test_rand(3),
                          .template_number = test_rand(5) ? 0 : 1 + test_rand(3),
                          .problem = test_rand(3),
                          .thread = test_rand(3) ? 0 : 1 + test_rand(3),
                          .touchpoint = test_rand(3),
                          .channel = test_rand(3),
                          .handoff = test_rand(4) == 0,
                          .has_reason = test_rand(2),
                          .has_receipt = test_rand(2)};
        if (test_rand(3)) lines[i].way = test_rand(3) ? FH_DIR_OUT : FH_DIR_IN;
        if (with_texts && test_rand(2)) lines[i].text = texts[test_rand(COUNT(texts))];
    }
    f->settings.overload_messages = test_rand(5);
    return finds_story(f, lines, n);
}

static void hits_up_to_an_instant_and_from_it_on_are_all_hits(void **state)
{
    finds *f = *state;
    fh_buf whole;
    fh_buf_init(&whole, NULL, 1 << 20);
    size_t hits = 0;
    for (int round = 0; round < 150; round++) {
        test_seed((uint64_t)round);
        fh_arena_reset(f->arena);
        fh_find_story story = random_story(f, true);
        const fh_moment *cut = &story.moment[test_rand(story.n)];
        for (unsigned s = 0; s < FH_FIND_NEVER; s++) {
            story.fresh_ms = INT64_MIN;
            fh_buf_clear(&whole);
            fh_buf_str(&whole, finds_of(f, (fh_finding_sort)s, &story));
            fh_find_story before = story;
            while (before.n && before.moment[before.n - 1].at_ms >= cut->at_ms) before.n--;
            const size_t len = finds_of(f, (fh_finding_sort)s, &before).len;
            assert_true(len <= whole.len);
            assert_memory_equal(f->out.ptr ? f->out.ptr : "", whole.ptr ? whole.ptr : "", len);
            story.fresh_ms = cut->at_ms;
            const fh_str after = finds_of(f, (fh_finding_sort)s, &story);
            assert_int_equal(len + after.len, whole.len);
            if (after.len) assert_memory_equal(after.ptr, whole.ptr + len, after.len);
            hits += whole.len > 0;
        }
    }
    assert_true(hits > 100);
    fh_buf_free(&whole);
}

/* What one later message must tell by purpose or signatory, in plain loops. */
static void expect(const finds *f, const fh_find_story *s, bool by_signatory, fh_buf *out)
{
    for (uint32_t j = 0; j < s->n; j++) {
        const fh_moment *b = &s->moment[j];
        bool told[8] = {false};
        for (uint32_t i = j; i-- > 0;) {
            const fh_moment *a = &s->moment[i];
            const bool sent = a->direction == OUT && b->direction == OUT;
            const bool same = by_signatory ? a->signatory && a->signatory == b->signatory
                                           : (a->purpose && a->purpose == b->purpose) ||
                                                 (a->template_number &&
                                                  a->template_number == b->template_number &&
                                                  !(a->purpose && b->purpose));
            if (!sent || !same || !a->department || !b->department) continue;
            if (a->department == b->department || told[a->department]) continue;
            if (a->thread && a->thread == b->thread) continue;
            if (!by_signatory && a->problem && b->problem && a->problem != b->problem) continue;
            if (b->at_ms - a->at_ms > f->settings.duplicate_window_ms) continue;
            told[a->department] = true;
            fh_buf_printf(out, "%u %u\n", i, j);
        }
    }
}

static void random_stories_agree_with_the_oracle(void **state)
{
    finds *f = *state;
    fh_buf want, got;
    fh_buf_init(&want, NULL, 1 << 20);
    fh_buf_init(&got, NULL, 1 << 20);
    for (int round = 0; round < 400; round++) {
        test_seed((uint64_t)round);
        fh_arena_reset(f->arena);
        const bool by_signatory = test_rand(2);
        fh_find_story story = random_story(f, false);
        fh_moment *moment = FH_NEW_ARRAY(f->arena, fh_moment, story.n);
        assert_non_null(moment);
        memcpy(moment, story.moment, story.n * sizeof *moment);
        for (uint32_t i = 0; i < story.n; i++) moment[i].template_number = 0;
        story.moment = moment;
        fh_buf_clear(&want);
        fh_buf_clear(&got);
        expect(f, &story, by_signatory, &want);
        size_t n;
        const fh_hit *hit =
            finds_hits(f, by_signatory ? FH_FIND_SIGNATORY : FH_FIND_DUPLICATE, &story, &n);
        for (size_t i = 0; i < n; i++) fh_buf_printf(&got, "%u %u\n", hit[i].a, hit[i].b);
        fh_buf_char(&want, '\0');
        assert_str(fh_buf_view(&got), want.ptr);
    }
    fh_buf_free(&want);
    fh_buf_free(&got);
}

/* ---- Hostile stories ---------------------------------------------------------------------- */

static void thousands_of_messages_in_a_day_are_bounded(void **state)
{
    finds *f = *state;
    enum { N = 3000 };
    fh_find_story story = finds_story(f,
                                      (const line[]){{T(0, OUT, 1, texts[0]), .purpose = 1},
                                                     {T(0, OUT, 2, texts[1]), .purpose = 1},
                                                     {T(0, IN, 3, texts[4]), .problem = 1},
                                                     {T(0, OUT, 3, texts[6]), .problem = 1}},
                                      4);
    fh_moment *moment = FH_NEW_ARRAY(f->arena, fh_moment, N);
    assert_non_null(moment);
    for (uint32_t i = 0; i < N; i++) {
        moment[i] = story.moment[i % 4];
        moment[i].at_ms += (int64_t)i * 1000;
        moment[i].department = 1 + i % 7;
    }
    story.moment = moment;
    story.n = N;
    size_t n;
    const fh_hit *hit = finds_hits(f, FH_N_FINDING_SORTS, &story, &n);
    assert_true(n > 0 && n <= (size_t)N * 8 * 4); /* departments, sorts */
    for (size_t i = 0; i < n; i++) assert_true(hit[i].b - hit[i].a <= 4 * 64);
}

static void times_far_apart_do_not_overflow(void **state)
{
    finds *f = *state;
    const fh_moment moment[] = {
        {.at_ms = INT64_MIN, .department = 1, .direction = OUT, .purpose = 1, .signatory = 1},
        {.at_ms = INT64_MAX, .department = 2, .direction = OUT, .purpose = 1, .signatory = 1}};
    const fh_find_story story = {.customer = 7, .n = 2, .moment = moment, .fresh_ms = INT64_MIN};
    assert_str(finds_of(f, FH_N_FINDING_SORTS, &story), "");
}

/* ---- Memory -------------------------------------------------------------------------------- */

static fh_status nothing(void *ctx, const fh_find_story *story, const fh_hit *hit, fh_error *err)
{
    (void)story;
    (void)hit;
    (void)err;
    *(size_t *)ctx += 1;
    return FH_OK;
}

typedef struct body {
    finds *f;
    fh_find_story story;
} body;

static fh_status find_all(void *ctx)
{
    const body *b = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    size_t hits = 0;
    const fh_status status = fh_find_in_story(b->f->lexicon, NULL, &b->f->settings, &b->story,
                                              arena, nothing, &hits, NULL);
    if (status == FH_OK) assert_true(hits > 3);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    finds *f = *state;
    const line lines[] = {{T(0, OUT, 1, texts[0]), .purpose = 1},
                          {T(1, OUT, 2, texts[1]), .purpose = 1},
                          {T(2, IN, 1, texts[4]), .problem = 1},
                          {T(3, IN, 2, texts[4]), .problem = 1},
                          {T(4, OUT, 3, texts[2])},
                          {T(5, OUT, 1, texts[3])}};
    f->settings.overload_messages = 2;
    body b = {f, finds_story(f, lines, COUNT(lines))};
    test_oom(find_all, &b);
    assert_int_equal(test_blocks_live(), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, finds_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_sort_has_its_name),
        TEST(causes_are_the_same_everywhere_and_for_ever),
        TEST(all_settings_have_a_default),
        TEST(a_story_without_moments_has_no_hits),
        TEST(only_the_sorts_that_are_wanted_are_told),
        TEST(whoever_is_told_may_end_it),
        TEST(hits_up_to_an_instant_and_from_it_on_are_all_hits),
        TEST(random_stories_agree_with_the_oracle),
        TEST(thousands_of_messages_in_a_day_are_bounded),
        TEST(times_far_apart_do_not_overflow),
        TEST(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, finds_setup, finds_teardown);
}

/* nearest_test.c - suggestions for mistyped names. */
#include "test.h"

#include "base/nearest.h"

static const fh_str names[] = {{"from", 4},    {"format", 6}, {"touchpoint", 10},
                               {"channel", 7}, {"Call", 4},   {"call", 4}};

static size_t nearest(const char *word)
{
    return fh_nearest(fh_str_of(word), names, COUNT(names));
}

static void a_letter_dropped_added_changed_or_swapped_is_found(void **state)
{
    (void)state;
    assert_int_equal(nearest("frm"), 0);
    assert_int_equal(nearest("formatt"), 1);
    assert_int_equal(nearest("touchpiont"), 2);
    assert_int_equal(nearest("chamnel"), 3);
}

static void the_same_letters_in_the_other_case_come_first(void **state)
{
    (void)state;
    assert_int_equal(nearest("CALL"), 4);
    assert_int_equal(nearest("call"), 5);
    assert_int_equal(nearest("FORMAT"), 1);
}

static void the_beginning_of_a_name_is_near_enough(void **state)
{
    (void)state;
    assert_int_equal(nearest("touch"), 2);
    assert_int_equal(nearest("tou"), 2);
}

static void nothing_like_it_suggests_nothing(void **state)
{
    (void)state;
    assert_int_equal(nearest("zzzz"), COUNT(names));
    assert_int_equal(nearest(""), COUNT(names));
    assert_int_equal(fh_nearest(FH_STR("x"), NULL, 0), 0);
}

static void very_long_words_are_cut_not_overrun(void **state)
{
    (void)state;
    char big[300];
    memset(big, 'a', sizeof big);
    const fh_str name = {big, 299};
    assert_int_equal(fh_nearest((fh_str){big, 300}, &name, 1), 0);
}

/* The textbook recursion, for words of a few letters. */
static unsigned oracle(const char *a, size_t n, const char *b, size_t m)
{
    if (!n || !m) return (unsigned)(2 * (n + m));
    const unsigned drop = oracle(a, n - 1, b, m) + 2;
    const unsigned add = oracle(a, n, b, m - 1) + 2;
    const unsigned change = oracle(a, n - 1, b, m - 1) + (a[n - 1] == b[m - 1] ? 0 : 2);
    unsigned best = drop < add ? drop : add;
    if (change < best) best = change;
    if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
        const unsigned swap = oracle(a, n - 2, b, m - 2) + 2;
        if (swap < best) best = swap;
    }
    return best;
}

static void the_choice_is_the_one_of_the_textbook(void **state)
{
    (void)state;
    test_seed(7);
    for (int round = 0; round < 300; round++) {
        char text[4][6];
        for (int i = 0; i < 4; i++)
            for (int k = 0; k < 5; k++) text[i][k] = (char)('a' + test_rand(3));
        fh_str name[3];
        unsigned best = 3;
        size_t want = 3;
        for (size_t i = 0; i < 3; i++) {
            name[i] = (fh_str){text[i], 5};
            const unsigned d = oracle(text[3], 5, text[i], 5);
            if (d < best) best = d, want = i;
        }
        assert_int_equal(fh_nearest((fh_str){text[3], 5}, name, 3), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_dropped_added_changed_or_swapped_is_found),
        cmocka_unit_test(the_same_letters_in_the_other_case_come_first),
        cmocka_unit_test(the_beginning_of_a_name_is_near_enough),
        cmocka_unit_test(nothing_like_it_suggests_nothing),
        cmocka_unit_test(very_long_words_are_cut_not_overrun),
        cmocka_unit_test(the_choice_is_the_one_of_the_textbook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

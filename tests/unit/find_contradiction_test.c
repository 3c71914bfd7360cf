/* find_contradiction_test.c - facts that differ while both hold: what is a contradiction, what
 * only looks like one, what one cause is. Which facts differ: differ_test.c. */
#include "finds.h"

enum { SALES = 1, BILLING = 2, SERVICE = 3, WELCOME = 11, PAPERS = 12 };

#define STARTS(date) "Welcome to Harbour Mutual. The cover under your policy begins on " date ".\n"
#define BEGINS(date) "Thank you for your trust. Your cover begins on " date ".\n"
#define EXCESS(sum)  "Thank you for your question. The excess on your policy is " sum ".\n"
#define ABROAD       "Your policy includes breakdown cover abroad.\n"
#define NOT_ABROAD   "Your policy does not include breakdown cover abroad.\n"

static fh_str differing(finds *f, const line *lines, size_t n)
{
    return finds_in(f, FH_FIND_CONTRADICTION, lines, n);
}

static void two_departments_that_say_different_days_contradict_each_other(void **state)
{
    const line story[] = {{T(0, OUT, SALES, STARTS("10 March 2025"))},
                          {T(24, OUT, SERVICE, BEGINS("17 March 2025"))}};
    assert_str(differing(*state, story, 2), "contradiction 0 1: 1 > 3, date\n");
}

static void the_difference_names_the_facts(void **state)
{
    finds *f = *state;
    const line lines[] = {{T(0, OUT, SALES, EXCESS("EUR 150"))},
                          {T(24, OUT, SERVICE, EXCESS("EUR 250"))}};
    const fh_find_story story = finds_story(f, lines, 2);
    size_t n;
    const fh_hit *hit = finds_hits(f, FH_FIND_CONTRADICTION, &story, &n);
    assert_int_equal(n, 1);
    const fh_difference *d = &hit->difference;
    assert_int_equal(d->type, FH_FACT_MONEY);
    assert_int_equal(story.moment[0].text->fact[d->fact_a].low, 15000);
    assert_int_equal(story.moment[1].text->fact[d->fact_b].low, 25000);
}

static void yes_against_no_is_a_contradiction(void **state)
{
    const line story[] = {{T(0, OUT, SALES, ABROAD)}, {T(24, OUT, SERVICE, NOT_ABROAD)}};
    assert_str(differing(*state, story, 2), "contradiction 0 1: 1 > 3, policy\n");
}

static void the_same_day_in_other_words_is_none(void **state)
{
    const line story[] = {{T(0, OUT, SALES, STARTS("10 March 2025"))},
                          {T(24, OUT, SERVICE, BEGINS("10/03/2025"))}};
    assert_str(differing(*state, story, 2), "");
}

static void one_department_supersedes_itself(void **state)
{
    const line story[] = {{T(0, OUT, SALES, STARTS("10 March 2025"))},
                          {T(24, OUT, SALES, BEGINS("17 March 2025"))}};
    assert_str(differing(*state, story, 2), "");
}

static void an_update_is_no_contradiction(void **state)
{
    const line story[] = {{T(0, OUT, SALES, STARTS("10 March 2025"))},
                          {T(24, OUT, SERVICE,
                             "Your cover no longer begins on 10 March 2025: it has been moved to "
                             "17 March 2025.\n")}};
    assert_str(differing(*state, story, 2), "");
}

static void what_was_said_anew_meanwhile_no_longer_contradicts(void **state)
{
    const line itself[] = {{T(0, OUT, SALES, STARTS("10 March 2025"))},
                           {T(12, OUT, SALES, BEGINS("17 March 2025"))},
                           {T(24, OUT, SERVICE, BEGINS("17 March 2025"))}};
    assert_str(differing(*state, itself, 3), "");
    const line others[] = {
        {T(0, OUT, SALES, STARTS("10 March 2025"))},
        {T(12, OUT, BILLING, "Correction: your cover has been moved to 17 March 2025.\n")},
        {T(24, OUT, SERVICE, BEGINS("17 March 2025"))}};
    assert_str(differing(*state, others, 3), "");
}

static void a_day_gone_by_no_longer_holds(void **state)
{
    const line story[] = {
        {T(0, OUT, SALES, "The visit of our expert is planned for 5 March 2025.\n")},
        {T(10 * 24, OUT, SERVICE, "The visit of our expert is planned for 20 March 2025.\n")}};
    assert_str(differing(*state, story, 2), "");
    const line past[] = {
        {T(0, OUT, SALES, "Your contract with us began on 5 February 2025.\n")},
        {T(10 * 24, OUT, SERVICE, "Your contract with us began on 20 January 2025.\n")}};
    assert_str(differing(*state, past, 2), "contradiction 0 1: 1 > 3, date\n");
}

/* Days from the sending go by; the length that another letter gives as a rule does not. */
static void a_rule_does_not_go_by(void **state)
{
    const line rule[] = {
        {T(0, OUT, SALES, "Within seven days you may give the bicycle back.\n")},
        {T(20 * 24, OUT, SERVICE, "The time for giving the bicycle back is 21 days.\n")}};
    assert_str(differing(*state, rule, 2), "contradiction 0 1: 1 > 3, duration\n");
    const line promise[] = {
        {T(0, OUT, SALES, "Within seven days you get the bicycle back.\n")},
        {T(20 * 24, OUT, SERVICE, "You get the bicycle back within 21 days.\n")}};
    assert_str(differing(*state, promise, 2), "");
}

static void a_message_holds_for_a_window(void **state)
{
    finds *f = *state;
    const line story[] = {{T(0, OUT, SALES, EXCESS("EUR 150"))},
                          {T(90 * 24, OUT, SERVICE, EXCESS("EUR 250"))}};
    assert_str(differing(f, story, 2), "contradiction 0 1: 1 > 3, money\n");
    f->settings.contradiction_window_ms -= 1;
    assert_str(differing(f, story, 2), "");
}

static void the_customer_may_be_wrong(void **state)
{
    const line story[] = {{T(0, OUT, SALES, EXCESS("EUR 150"))},
                          {T(24, IN, SERVICE, EXCESS("EUR 250"))},
                          {T(25, INSIDE, SERVICE, EXCESS("EUR 300"))}};
    assert_str(differing(*state, story, 3), "");
}

static void of_several_that_say_the_same_one_is_told(void **state)
{
    const line story[] = {{T(0, OUT, SALES, EXCESS("EUR 150")), .purpose = PAPERS},
                          {T(12, OUT, SALES, EXCESS("EUR 150")), .purpose = PAPERS},
                          {T(24, OUT, SERVICE, EXCESS("EUR 250")), .purpose = PAPERS}};
    assert_str(differing(*state, story, 3), "contradiction 1 2: 1 > 3, money\n");
}

#define CAMPAIGN(season, share) \
    "In our " season " campaign you get a discount of " share " on new policies.\n"

static void the_same_sentence_about_another_subject_is_none(void **state)
{
    const line story[] = {{T(0, OUT, SALES, CAMPAIGN("winter", "30%"))},
                          {T(24, OUT, SERVICE, CAMPAIGN("spring", "20%"))}};
    assert_str(differing(*state, story, 2), "");
    const line same[] = {{T(0, OUT, SALES, CAMPAIGN("winter", "30%"))},
                         {T(24, OUT, SERVICE, CAMPAIGN("winter", "20%"))}};
    assert_str(differing(*state, same, 2), "contradiction 0 1: 1 > 3, percent\n");
}

static void a_day_that_may_be_read_both_ways_is_none(void **state)
{
    const line story[] = {{T(0, OUT, SALES, STARTS("05/04/2025"))},
                          {T(24, OUT, SERVICE, BEGINS("4 May 2025"))}};
    assert_str(differing(*state, story, 2), "");
}

static void letters_about_different_problems_are_not_compared(void **state)
{
    const line story[] = {{T(0, OUT, SALES, EXCESS("EUR 150")), .problem = 4},
                          {T(24, OUT, SERVICE, EXCESS("EUR 250")), .problem = 5}};
    assert_str(differing(*state, story, 2), "");
}

static uint64_t cause_of(finds *f, const line *lines)
{
    const fh_find_story story = finds_story(f, lines, 2);
    size_t n;
    const fh_hit *hit = finds_hits(f, FH_FIND_CONTRADICTION, &story, &n);
    assert_int_equal(n, 1);
    return hit->cause;
}

static void one_cause_is_one_sort_of_fact_in_the_letters_of_two_departments(void **state)
{
    finds *f = *state;
    const line first[] = {{T(0, OUT, SALES, EXCESS("EUR 150")), .purpose = WELCOME},
                          {T(24, OUT, SERVICE, EXCESS("EUR 250")), .purpose = PAPERS}};
    const line turned[] = {{T(0, OUT, SERVICE, EXCESS("EUR 350")), .purpose = PAPERS},
                           {T(24, OUT, SALES, EXCESS("EUR 125")), .purpose = WELCOME}};
    const line crossed[] = {{T(0, OUT, SERVICE, EXCESS("EUR 350")), .purpose = WELCOME},
                            {T(24, OUT, SALES, EXCESS("EUR 125")), .purpose = PAPERS}};
    const line day[] = {{T(0, OUT, SALES, STARTS("10 March 2025")), .purpose = WELCOME},
                        {T(24, OUT, SERVICE, BEGINS("17 March 2025")), .purpose = PAPERS}};
    const uint64_t cause = cause_of(f, first);
    assert_int_equal(cause, cause_of(f, turned));
    assert_int_not_equal(cause, cause_of(f, crossed));
    assert_int_not_equal(cause, cause_of(f, day));
    const line by_template[] = {{T(0, OUT, SALES, EXCESS("EUR 150")), .template_number = 4},
                                {T(24, OUT, SERVICE, EXCESS("EUR 250")), .template_number = 5}};
    const line by_subject[] = {{T(0, OUT, SALES, EXCESS("EUR 150"))},
                               {T(24, OUT, SERVICE, EXCESS("EUR 250"))}};
    const line same_subject[] = {{T(0, OUT, SERVICE, EXCESS("EUR 175"))},
                                 {T(24, OUT, SALES, EXCESS("EUR 275"))}};
    assert_int_not_equal(cause_of(f, by_template), cause);
    assert_int_not_equal(cause_of(f, by_template), cause_of(f, by_subject));
    assert_int_equal(cause_of(f, by_subject), cause_of(f, same_subject));
}

#define TEST(name) cmocka_unit_test_setup(name, finds_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_departments_that_say_different_days_contradict_each_other),
        TEST(the_difference_names_the_facts),
        TEST(yes_against_no_is_a_contradiction),
        TEST(the_same_day_in_other_words_is_none),
        TEST(one_department_supersedes_itself),
        TEST(an_update_is_no_contradiction),
        TEST(what_was_said_anew_meanwhile_no_longer_contradicts),
        TEST(a_day_gone_by_no_longer_holds),
        TEST(a_rule_does_not_go_by),
        TEST(a_message_holds_for_a_window),
        TEST(the_customer_may_be_wrong),
        TEST(of_several_that_say_the_same_one_is_told),
        TEST(the_same_sentence_about_another_subject_is_none),
        TEST(a_day_that_may_be_read_both_ways_is_none),
        TEST(letters_about_different_problems_are_not_compared),
        TEST(one_cause_is_one_sort_of_fact_in_the_letters_of_two_departments),
    };
    return cmocka_run_group_tests(tests, finds_setup, finds_teardown);
}

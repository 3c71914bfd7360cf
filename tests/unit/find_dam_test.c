/* find_dam_test.c - told, given and asked again after a hand-off: what is a dam, what only
 * looks like one, what one cause is. */
#include "finds.h"

enum { SALES = 1, CLAIMS = 2, SERVICE = 3, ACCIDENT = 41, BILL = 42 };

#define CRASH                                                                                  \
    "On 1 March 2025 a delivery van hit my parked car in front of the library. The left door " \
    "is dented and the mirror is broken off. The garage wants EUR 840 for the repair.\n"
#define CRASH_AGAIN                                                                            \
    "While my car stood near the library on 1 March 2025, a van ran into it. The mirror came " \
    "off and the left door has a big dent. I was quoted 840 euros for repairing it.\n"
#define LEAK                                                                                    \
    "On 27 February 2025 our washing machine leaked and the water ran down to the cellar. The " \
    "wooden floor of the kitchen is swollen. I paid the plumber EUR 310.\n"
#define NEWS "Is there any news yet?\n"

static fh_str dams(finds *f, const line *lines, size_t n)
{
    return finds_in(f, FH_FIND_DAM, lines, n);
}

static void the_same_story_told_to_another_department_is_a_dam(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(48, IN, CLAIMS, CRASH), .problem = 4}};
    assert_str(dams(*state, story, 2), "dam 0 1: 1 > 2, told given date money\n");
}

static void the_same_facts_in_other_words_are_a_dam(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(48, IN, CLAIMS, CRASH_AGAIN), .problem = 4}};
    assert_str(dams(*state, story, 2), "dam 0 1: 1 > 2, given date money\n");
}

static void without_any_number_the_facts_show_the_matter(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH)}, {T(48, IN, CLAIMS, CRASH_AGAIN)}};
    assert_str(dams(*state, story, 2), "dam 0 1: 1 > 2, given date money\n");
}

static void the_customer_says_that_it_was_told_before(void **state)
{
    const line story[] = {
        {T(0, IN, SALES, CRASH), .problem = 4},
        {T(48, IN, CLAIMS, "As I already told your colleague: my car was hit.\n"), .problem = 4}};
    assert_str(dams(*state, story, 2), "dam 0 1: 1 > 2, says-so\n");
}

static void asking_for_what_another_department_knows_is_a_dam(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(24, OUT, CLAIMS, "On which date did this happen?\n"), .problem = 4}};
    assert_str(dams(*state, story, 2), "dam 0 1: 1 > 2, asked date\n");
}

static void a_question_belongs_to_the_contact_it_answers(void **state)
{
    const line story[] = {
        {T(0, IN, SALES, CRASH)},
        {T(24, IN, CLAIMS,
           "A van hit my parked car on 1 March 2025; the door is dented. Please call me.\n"),
         .thread = 5},
        {T(25, OUT, CLAIMS, "How much does the repair cost?\n"), .thread = 5},
        {T(26, OUT, SERVICE, "How much does the repair cost?\n"), .thread = 6}};
    assert_str(dams(*state, story, 3), "dam 0 1: 1 > 2, given date\n"
                                       "dam 0 2: 1 > 2, asked money\n");
}

static void asking_for_something_new_is_none(void **state)
{
    const line story[] = {
        {T(0, IN, SALES, CRASH), .problem = 4},
        {T(24, OUT, CLAIMS, "Which phone number can we reach you on?\n"), .problem = 4}};
    assert_str(dams(*state, story, 2), "");
}

static void without_another_department_there_is_no_dam(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(24, OUT, SALES, "On which date did this happen?\n"), .problem = 4},
                          {T(48, IN, SALES, CRASH), .problem = 4}};
    assert_str(dams(*state, story, 3), "");
}

static void what_a_department_was_told_itself_dams_nothing(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(24, IN, CLAIMS, CRASH), .problem = 4},
                          {T(30, OUT, CLAIMS, "On which date did this happen?\n"), .problem = 4},
                          {T(48, IN, CLAIMS, CRASH), .problem = 4}};
    assert_str(dams(*state, story, 4), "dam 0 1: 1 > 2, told given date money\n");
}

static void a_second_problem_is_another_story(void **state)
{
    const line problems[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                             {T(48, IN, CLAIMS, CRASH), .problem = 5}};
    assert_str(dams(*state, problems, 2), "");
    const line orders[] = {{T(0, IN, SALES, "This is about claim AB-4711. " CRASH)},
                           {T(48, IN, CLAIMS, "This is about claim AB-4712. " CRASH)}};
    assert_str(dams(*state, orders, 2), "");
    const line words[] = {{T(0, IN, SALES, CRASH)}, {T(48, IN, CLAIMS, LEAK)}};
    assert_str(dams(*state, words, 2), "");
}

static void naming_the_order_again_is_not_telling_again(void **state)
{
    const line story[] = {{T(0, IN, SALES, "My claim has the number AB-4711. " CRASH)},
                          {T(48, IN, CLAIMS, NEWS "My claim has the number AB-4711.\n")}};
    assert_str(dams(*state, story, 2), "");
}

static void asking_for_news_is_not_telling_again(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(48, IN, CLAIMS, NEWS), .problem = 4}};
    assert_str(dams(*state, story, 2), "");
}

static void yes_and_today_and_two_of_something_tell_nothing(void **state)
{
    static const char *const pairs[][2] = {
        {"ok", "ok thank you"},
        {"Can you please help me with that?", "Can you please help me with that?"},
        {"2 beer", "9785236985"},
        {"I would like 2 pizzas", "And 2 pizzas of another sort"},
        {"I noticed it today.", "That is all I need for today."},
        {"My policy number is AB-1234567 and the car is red.",
         "Sorry, the policy number is AB-7654321 and the car is red."}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const line story[] = {{T(0, IN, SALES, pairs[i][0]), .problem = 4},
                              {T(1, IN, CLAIMS, pairs[i][1]), .problem = 4}};
        assert_str(dams(*state, story, 2), "");
    }
    const line address[] = {
        {T(0, IN, SALES, "The parcel goes to Forest Avenue in Orange."), .problem = 4},
        {T(1, IN, CLAIMS, "Yes, the parcel goes to Forest Avenue in Orange."), .problem = 4}};
    assert_str(dams(*state, address, 2), "dam 0 1: 1 > 2, told\n");
}

/* Nearly the same words of another thing, put right, or the other way round by now. */
static void the_same_words_told_otherwise_are_none(void **state)
{
    static const char *const pairs[][2] = {
        {"I would like to block my bank card please.",
         "I would like to block my other bank card please."},
        {"Ich möchte bitte mein Fahrrad gegen Diebstahl versichern.",
         "Ich möchte bitte noch ein Fahrrad gegen Diebstahl versichern."},
        {"Ik wil graag mijn fiets tegen diefstal verzekeren.",
         "Ik wil graag een tweede fiets tegen diefstal verzekeren."},
        {"The internet connection in my kitchen is not working.",
         "The internet connection in my kitchen is working now."},
        {"Die Heizung in meiner Küche geht nicht.", "Die Heizung in meiner Küche geht jetzt."},
        {"De verwarming in mijn keuken werkt niet.", "De verwarming in mijn keuken werkt nu."},
        {"My bicycle was stolen near the station on 3 March 2025.",
         "No, my bicycle was stolen near the station on 5 March 2025."},
        {"The old van is a Fiat with engine Q 7 and four doors.",
         "I apologize, the old van is a Fiat with engine Q 5 and four doors."},
        {"The number on my bicycle frame reads abc 4711 kel.",
         "Oops, I mistyped. My correct number on the frame reads abd 4711 kel."},
        {"Die Nummer am Rahmen meines Fahrrads lautet Kel Abc.",
         "Ein Tippfehler: die Nummer am Rahmen meines Fahrrads lautet Kel Abd."},
        {"Het nummer op het frame van mijn fiets luidt kel abc.",
         "Een tikfout: het nummer op het frame van mijn fiets luidt kel abd."},
        {"You can ring me at 020 945 3455 in the evening.",
         "Oops, ring me at 020 945 3455 not in the evening."},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const line story[] = {{T(0, IN, SALES, pairs[i][0]), .problem = 4},
                              {T(1, IN, CLAIMS, pairs[i][1]), .problem = 4}};
        assert_str(dams(*state, story, 2), "");
        const line again[] = {{T(0, IN, SALES, pairs[i][0]), .problem = 4},
                              {T(1, IN, CLAIMS, pairs[i][0]), .problem = 4}};
        assert_true(dams(*state, again, 2).len > 0);
    }
}

/* The same number given again, another matter put right. */
static void telling_again_is_told_apart_from_putting_right(void **state)
{
    static const char *const told = "The number on my bicycle frame reads abc 4711 kel.";
    static const char *const again[] = {
        "So the number on my bicycle frame reads abc 4711 kel.",
        "Oops, wrong room! The number on my bicycle frame reads abc 4711 kel.",
        "The number on my bicycle frame reads abc 4711 kel. I live in house 12.",
        "My bicycle frame, the number reads abc 4711 kel, has 12 scratches."};
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        const line story[] = {{T(0, IN, SALES, told), .problem = 4},
                              {T(1, IN, CLAIMS, again[i]), .problem = 4}};
        assert_str(dams(*state, story, 2), "dam 0 1: 1 > 2, told\n");
    }
}

static void thanks_with_the_whole_quote_are_none(void **state)
{
    const line story[] = {
        {T(0, IN, SALES, CRASH), .problem = 4, .thread = 8},
        {T(48, IN, CLAIMS,
           "Thank you very much, that solved it.\n\nOn 3 March 2025, Anna Bo wrote:\n"
           "> On 1 March 2025 a delivery van hit my parked car in front of the\n"
           "> library. The left door is dented and the mirror is broken off. The\n"
           "> garage wants EUR 840 for the repair.\n"),
         .problem = 4, .thread = 8}};
    assert_str(dams(*state, story, 2), "");
}

static void a_forwarded_copy_is_none(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(1, INSIDE, CLAIMS, CRASH), .problem = 4},
                          {T(2, IN, CLAIMS,
                             "For your information.\n\n-----Original Message-----\n"
                             "From: Anna Bo\nSubject: My car\n\n" CRASH),
                           .problem = 4}};
    assert_str(dams(*state, story, 3), "");
}

static void an_agent_who_quotes_the_customer_is_none(void **state)
{
    const line story[] = {
        {T(0, IN, SALES, CRASH), .problem = 4},
        {T(24, OUT, CLAIMS, "You wrote to us: " CRASH "We are looking into it.\n"), .problem = 4}};
    assert_str(dams(*state, story, 2), "");
}

static void the_same_message_sent_again_at_once_is_a_retry(void **state)
{
    const line retry[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {.15, IN, CLAIMS, CRASH, .problem = 4}};
    assert_str(dams(*state, retry, 2), "");
    const line later[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {.2, IN, CLAIMS, CRASH, .problem = 4}};
    assert_str(dams(*state, later, 2), "dam 0 1: 1 > 2, told given date money\n");
}

static void after_the_window_it_is_another_story(void **state)
{
    const line story[] = {{T(0, IN, SALES, CRASH), .problem = 4},
                          {T(7 * 24 + .01, IN, CLAIMS, CRASH), .problem = 4}};
    assert_str(dams(*state, story, 2), "");
}

static void one_cause_is_who_held_it_who_asked_and_where(void **state)
{
    finds *f = *state;
    const line stories[][2] = {
        {{T(0, IN, SALES, CRASH), .problem = 4},
         {T(48, IN, CLAIMS, CRASH), .problem = 4, .touchpoint = 6}},
        {{T(9, IN, SALES, LEAK), .problem = 5},
         {T(48, IN, CLAIMS, LEAK), .problem = 5, .touchpoint = 6}},
        {{T(0, IN, CLAIMS, CRASH), .problem = 4},
         {T(48, IN, SALES, CRASH), .problem = 4, .touchpoint = 6}},
        {{T(0, IN, SALES, CRASH), .problem = 4},
         {T(48, IN, CLAIMS, CRASH), .problem = 4, .touchpoint = 7}},
    };
    uint64_t cause[4];
    for (size_t i = 0; i < COUNT(stories); i++) {
        const fh_find_story story = finds_story(f, stories[i], 2);
        size_t n;
        const fh_hit *hit = finds_hits(f, FH_FIND_DAM, &story, &n);
        assert_int_equal(n, 1);
        assert_int_equal(hit->touchpoint, stories[i][1].touchpoint);
        cause[i] = hit->cause;
    }
    assert_int_equal(cause[0], cause[1]);
    assert_int_not_equal(cause[0], cause[2]);
    assert_int_not_equal(cause[0], cause[3]);
}

#define TEST(name) cmocka_unit_test_setup(name, finds_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_story_told_to_another_department_is_a_dam),
        TEST(the_same_facts_in_other_words_are_a_dam),
        TEST(without_any_number_the_facts_show_the_matter),
        TEST(the_customer_says_that_it_was_told_before),
        TEST(asking_for_what_another_department_knows_is_a_dam),
        TEST(a_question_belongs_to_the_contact_it_answers),
        TEST(asking_for_something_new_is_none),
        TEST(without_another_department_there_is_no_dam),
        TEST(what_a_department_was_told_itself_dams_nothing),
        TEST(a_second_problem_is_another_story),
        TEST(naming_the_order_again_is_not_telling_again),
        TEST(asking_for_news_is_not_telling_again),
        TEST(yes_and_today_and_two_of_something_tell_nothing),
        TEST(the_same_words_told_otherwise_are_none),
        TEST(telling_again_is_told_apart_from_putting_right),
        TEST(thanks_with_the_whole_quote_are_none),
        TEST(a_forwarded_copy_is_none),
        TEST(an_agent_who_quotes_the_customer_is_none),
        TEST(the_same_message_sent_again_at_once_is_a_retry),
        TEST(after_the_window_it_is_another_story),
        TEST(one_cause_is_who_held_it_who_asked_and_where),
    };
    return cmocka_run_group_tests(tests, finds_setup, finds_teardown);
}

/* find_handoffs_test.c - hand-offs without reason or receipt, and too many messages: what is
 * one, what is not, what one cause is. */
#include "finds.h"

enum { SALES = 1, BILLING = 2, SERVICE = 3 };

static fh_str lost(finds *f, const line *lines, size_t n)
{
    return finds_in(f, FH_FIND_CONTEXT_LOST, lines, n);
}

static void a_handoff_without_reason_or_receipt_loses_context(void **state)
{
    const line story[] = {{D(0, IN, SALES), .problem = 4},
                          {D(1, INSIDE, BILLING), .problem = 4, .handoff = true}};
    assert_str(lost(*state, story, 2), "context-lost 0 1: 1 > 2, no-reason no-receipt\n");
    const line reason[] = {
        {D(0, IN, SALES), .problem = 4},
        {D(1, INSIDE, BILLING), .problem = 4, .handoff = true, .has_reason = true}};
    assert_str(lost(*state, reason, 2), "context-lost 0 1: 1 > 2, no-receipt\n");
    const line receipt[] = {
        {D(0, IN, SALES), .problem = 4},
        {D(1, INSIDE, BILLING), .problem = 4, .handoff = true, .has_receipt = true}};
    assert_str(lost(*state, receipt, 2), "context-lost 0 1: 1 > 2, no-reason\n");
}

static void a_handoff_with_both_loses_nothing(void **state)
{
    const line story[] = {{D(0, IN, SALES), .problem = 4},
                          {D(1, INSIDE, BILLING), .problem = 4, .handoff = true, .has_reason = true,
                           .has_receipt = true}};
    assert_str(lost(*state, story, 2), "");
}

static void a_handoff_may_be_marked_where_it_is_given_away(void **state)
{
    const line story[] = {{D(0, IN, SALES), .problem = 4},
                          {D(1, INSIDE, SALES), .problem = 4, .handoff = true, .has_reason = true},
                          {D(2, IN, SERVICE), .problem = 9},
                          {D(3, OUT, BILLING), .problem = 4}};
    assert_str(lost(*state, story, 4), "context-lost 1 3: 1 > 2, no-receipt\n");
}

static void a_handoff_marked_at_both_ends_is_one(void **state)
{
    const line story[] = {
        {D(0, IN, SALES), .problem = 4},
        {D(1, INSIDE, SALES), .problem = 4, .handoff = true},
        {D(2, INSIDE, BILLING), .problem = 4, .handoff = true, .has_reason = true},
        {D(3, OUT, BILLING), .problem = 4},
        {D(4, INSIDE, SALES), .problem = 4, .handoff = true}};
    assert_str(lost(*state, story, 5), "context-lost 1 2: 1 > 2, no-receipt\n"
                                       "context-lost 3 4: 2 > 1, no-reason no-receipt\n");
}

static void after_a_received_handoff_a_change_without_a_mark_is_none(void **state)
{
    const line story[] = {{D(0, IN, SALES), .problem = 4},
                          {D(1, INSIDE, BILLING), .problem = 4, .handoff = true, .has_reason = true,
                           .has_receipt = true},
                          {D(2, OUT, SERVICE), .problem = 4}};
    assert_str(lost(*state, story, 3), "");
}

static void marks_without_another_department_say_nothing(void **state)
{
    const line alone[] = {{D(0, INSIDE, SALES), .problem = 4, .handoff = true}};
    assert_str(lost(*state, alone, 1), "");
    const line same[] = {{D(0, IN, SALES), .problem = 4},
                         {D(1, INSIDE, SALES), .problem = 4, .handoff = true}};
    assert_str(lost(*state, same, 2), "");
    const line other[] = {{D(0, IN, SALES), .problem = 3},
                          {D(1, INSIDE, BILLING), .problem = 4, .handoff = true}};
    assert_str(lost(*state, other, 2), "");
    const line nobody[] = {{D(0, IN, 0), .problem = 4},
                           {D(1, INSIDE, BILLING), .problem = 4, .handoff = true}};
    assert_str(lost(*state, nobody, 2), "");
}

static void without_a_problem_the_conversation_is_the_matter(void **state)
{
    const line story[] = {{D(0, IN, SALES), .thread = 4},
                          {D(1, IN, SERVICE), .thread = 5},
                          {D(2, INSIDE, BILLING), .thread = 4, .handoff = true}};
    assert_str(lost(*state, story, 3), "context-lost 0 2: 1 > 2, no-reason no-receipt\n");
    const line neither[] = {{D(0, IN, SALES)}, {D(2, INSIDE, BILLING), .handoff = true}};
    assert_str(lost(*state, neither, 2), "context-lost 0 1: 1 > 2, no-reason no-receipt\n");
}

/* ---- Overload --------------------------------------------------------------------------- */

static fh_str too_much(finds *f, const line *lines, size_t n)
{
    return finds_in(f, FH_FIND_OVERLOAD, lines, n);
}

static void the_message_that_crosses_the_limit_is_told(void **state)
{
    finds *f = *state;
    f->settings.overload_messages = 3;
    line story[7];
    for (size_t i = 0; i < COUNT(story); i++)
        story[i] = (line){D((double)i, OUT, i % 2 ? SALES : BILLING), .purpose = (uint32_t)i + 1};
    assert_str(too_much(f, story, 3), "");
    assert_str(too_much(f, story, 4), "overload 0 3: 1 > 2\n");
    assert_str(too_much(f, story, 7), "overload 0 3: 1 > 2\n");
}

static void each_stretch_of_too_much_is_told_once(void **state)
{
    finds *f = *state;
    f->settings.overload_messages = 2;
    f->settings.overload_window_ms = 24 * HOUR_MS;
    const line story[] = {
        {D(0, OUT, SALES), .purpose = 1},  {D(1, OUT, SALES), .purpose = 2},
        {D(24, OUT, SALES), .purpose = 3}, {D(25, OUT, SALES), .purpose = 4},
        {D(50, OUT, SALES), .purpose = 5}, {D(51, OUT, BILLING), .purpose = 6},
        {D(52, OUT, SALES), .purpose = 7},
    };
    assert_str(too_much(f, story, COUNT(story)), "overload 0 2: 1 > 1\noverload 4 6: 1 > 2\n");
}

static void answers_and_conversations_are_not_too_much(void **state)
{
    finds *f = *state;
    f->settings.overload_messages = 2;
    const line chat[] = {{D(0, OUT, SALES), .purpose = 1, .thread = 1},
                         {D(1, OUT, SALES), .purpose = 1, .thread = 1},
                         {D(2, OUT, SALES), .purpose = 1, .thread = 1},
                         {D(3, OUT, SALES), .purpose = 1, .thread = 2}};
    assert_str(too_much(f, chat, COUNT(chat)), "");
    const line asked[] = {{D(0, IN, SALES), .channel = 2},
                          {D(1, OUT, SALES), .purpose = 1},
                          {D(2, OUT, BILLING), .purpose = 1, .channel = 2},
                          {D(23, OUT, SALES), .purpose = 1},
                          {D(26, OUT, SALES), .purpose = 1}};
    assert_str(too_much(f, asked, COUNT(asked)), "");
    const line unasked[] = {{D(0, IN, SALES), .channel = 2},
                            {D(1, OUT, BILLING), .purpose = 1, .channel = 3},
                            {D(2, OUT, BILLING), .purpose = 1},
                            {D(25, OUT, SALES), .purpose = 1}};
    assert_str(too_much(f, unasked, COUNT(unasked)), "overload 1 3: 2 > 1\n");
}

static void parcels_and_calls_are_no_messages(void **state)
{
    finds *f = *state;
    f->settings.overload_messages = 0;
    const line story[] = {{D(0, OUT, SALES)}, {D(1, OUT, SALES)}};
    assert_str(too_much(f, story, 2), "");
}

static void one_cause_is_who_sent_most(void **state)
{
    finds *f = *state;
    f->settings.overload_messages = 3;
    const line one[] = {{D(0, OUT, SALES), .purpose = 1},
                        {D(1, OUT, SALES), .purpose = 2},
                        {D(2, OUT, BILLING), .purpose = 3},
                        {D(3, OUT, BILLING), .purpose = 4}};
    const line turned[] = {{D(0, OUT, BILLING), .purpose = 7},
                           {D(1, OUT, SERVICE), .purpose = 7},
                           {D(2, OUT, BILLING), .purpose = 7},
                           {D(3, OUT, SALES), .purpose = 7}};
    const line other[] = {{D(0, OUT, SERVICE), .purpose = 1},
                          {D(1, OUT, SERVICE), .purpose = 2},
                          {D(2, OUT, BILLING), .purpose = 3},
                          {D(3, OUT, BILLING), .purpose = 4}};
    const line *stories[] = {one, turned, other};
    uint64_t cause[3];
    for (int i = 0; i < 3; i++) {
        size_t n;
        const fh_find_story story = finds_story(f, stories[i], 4);
        const fh_hit *hit = finds_hits(f, FH_FIND_OVERLOAD, &story, &n);
        assert_int_equal(n, 1);
        cause[i] = hit->cause;
    }
    assert_int_equal(cause[0], cause[1]);
    assert_int_not_equal(cause[0], cause[2]);
}

static void any_window_with_a_message_in_it_is_counted(void **state)
{
    finds *f = *state;
    const line lines[] = {{D(0, OUT, SALES), .purpose = 1},
                          {D(20, OUT, SALES), .purpose = 2},
                          {D(22, IN, BILLING), .channel = 1},
                          {D(23, OUT, BILLING), .purpose = 3},
                          {D(25, OUT, SALES)},
                          {D(30, OUT, SALES), .purpose = 5},
                          {D(31, OUT, SALES), .purpose = 6}};
    const fh_find_story story = finds_story(f, lines, COUNT(lines));
    assert_int_equal(fh_find_most_within(&story, 0, 24 * HOUR_MS), 2);
    assert_int_equal(fh_find_most_within(&story, 1, 24 * HOUR_MS), 3);
    assert_int_equal(fh_find_most_within(&story, 3, 24 * HOUR_MS), 4); /* an answer, yet counted */
    assert_int_equal(fh_find_most_within(&story, 5, 24 * HOUR_MS), 3);
    assert_int_equal(fh_find_most_within(&story, 6, 0), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, finds_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handoff_without_reason_or_receipt_loses_context),
        TEST(a_handoff_with_both_loses_nothing),
        TEST(a_handoff_may_be_marked_where_it_is_given_away),
        TEST(a_handoff_marked_at_both_ends_is_one),
        TEST(after_a_received_handoff_a_change_without_a_mark_is_none),
        TEST(marks_without_another_department_say_nothing),
        TEST(without_a_problem_the_conversation_is_the_matter),
        TEST(the_message_that_crosses_the_limit_is_told),
        TEST(each_stretch_of_too_much_is_told_once),
        TEST(answers_and_conversations_are_not_too_much),
        TEST(parcels_and_calls_are_no_messages),
        TEST(one_cause_is_who_sent_most),
        TEST(any_window_with_a_message_in_it_is_counted),
    };
    return cmocka_run_group_tests(tests, finds_setup, finds_teardown);
}

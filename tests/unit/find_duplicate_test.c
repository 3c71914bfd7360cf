/* find_duplicate_test.c - the same said by different departments, letters of one signatory:
 * what is one, what only looks like one, what one cause is. */
#include "finds.h"

enum { SALES = 1, BILLING = 2, SERVICE = 3, WELCOME = 11, INVOICE = 12 };

#define LETTER                                                                            \
    "Welcome to Harbour Mutual. Your papers wait for you in the portal, together with a " \
    "short film that explains them. If something in them is not right, tell us within "   \
    "two weeks and we will put it right together.\n"
#define REWORDED                                                                           \
    "Welcome to Harbour Mutual! Your papers wait for you in the portal, together with a "  \
    "short film that explains them. If anything in them is not right, tell us within two " \
    "weeks and we put it right together.\n"
#define OTHER                                                                              \
    "Thieves like open windows in summer. Our advisers show you at home which locks keep " \
    "them out and what a good door costs, for nothing and without any obligation.\n"

static fh_str duplicates(finds *f, const line *lines, size_t n)
{
    return finds_in(f, FH_FIND_DUPLICATE, lines, n);
}

static void the_same_purpose_from_two_departments_is_a_duplicate(void **state)
{
    const line story[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                          {D(48, OUT, SERVICE), .purpose = WELCOME}};
    assert_str(duplicates(*state, story, 2), "duplicate 0 1: 1 > 3, purpose\n");
}

static void nearly_the_same_text_from_two_departments_is_a_duplicate(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER)}, {T(48, OUT, SERVICE, REWORDED)}};
    assert_str(duplicates(*state, story, 2), "duplicate 0 1: 1 > 3, text\n");
}

static void a_text_within_a_longer_one_is_a_duplicate(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER)}, {T(48, OUT, SERVICE, OTHER LETTER OTHER)}};
    assert_str(duplicates(*state, story, 2), "duplicate 0 1: 1 > 3, text\n");
}

static void purpose_and_text_together_are_one_hit(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER), .purpose = WELCOME},
                          {T(48, OUT, SERVICE, REWORDED), .purpose = WELCOME}};
    assert_str(duplicates(*state, story, 2), "duplicate 0 1: 1 > 3, purpose text\n");
}

static void another_text_is_no_duplicate(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER)}, {T(48, OUT, SERVICE, OTHER)}};
    assert_str(duplicates(*state, story, 2), "");
}

static void a_template_says_the_same_when_the_text_is_not_at_hand(void **state)
{
    const line story[] = {{D(0, OUT, SALES), .template_number = 4},
                          {T(48, OUT, SERVICE, LETTER), .template_number = 4},
                          {T(49, OUT, BILLING, LETTER), .template_number = 5}};
    assert_str(duplicates(*state, story, 2), "duplicate 0 1: 1 > 3, text\n");
}

static void a_reminder_by_the_same_department_is_no_duplicate(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER), .purpose = WELCOME},
                          {T(48, OUT, SALES, LETTER), .purpose = WELCOME}};
    assert_str(duplicates(*state, story, 2), "");
}

static void replies_in_one_conversation_are_no_duplicates(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER), .purpose = WELCOME, .thread = 5},
                          {T(48, OUT, SERVICE, LETTER), .purpose = WELCOME, .thread = 5}};
    assert_str(duplicates(*state, story, 2), "");
    const line other[] = {{T(0, OUT, SALES, LETTER), .purpose = WELCOME, .thread = 5},
                          {T(48, OUT, SERVICE, LETTER), .purpose = WELCOME, .thread = 6}};
    assert_str(duplicates(*state, other, 2), "duplicate 0 1: 1 > 3, purpose text\n");
}

static void a_forwarded_copy_is_no_duplicate(void **state)
{
    const line story[] = {
        {T(0, OUT, SALES, LETTER)},
        {T(48, OUT, SERVICE,
           "For your information, what our colleagues wrote.\n\n"
           "-----Original Message-----\nFrom: Sales\nSubject: Welcome\n\n" LETTER)}};
    assert_str(duplicates(*state, story, 2), "");
}

static void an_update_is_no_duplicate(void **state)
{
    const line story[] = {
        {T(0, OUT, SALES, LETTER), .purpose = WELCOME},
        {T(48, OUT, SERVICE, "Something has changed since our last message. " LETTER),
         .purpose = WELCOME}};
    assert_str(duplicates(*state, story, 2), "");
}

static void messages_about_different_orders_are_no_duplicates(void **state)
{
#define ABOUT(order) "This is about your order " order ". " LETTER
    const line story[] = {{T(0, OUT, SALES, ABOUT("AB-4711")), .purpose = INVOICE},
                          {T(48, OUT, SERVICE, ABOUT("AB-4712")), .purpose = INVOICE},
                          {T(49, OUT, BILLING, ABOUT("AB-4711")), .purpose = INVOICE}};
    assert_str(duplicates(*state, story, 3), "duplicate 0 2: 1 > 2, purpose text\n");
}

static void a_legal_footer_is_no_duplicate(void **state)
{
#define FOOTER                                                                               \
    "Harbour Mutual is registered under number 34120987 and supervised by the financial "    \
    "authority. You receive this message because you have an account with us; to stop such " \
    "messages follow the link below or change the preferences of your account.\n"
    finds *f = *state;
    const line story[] = {{T(0, OUT, SALES, LETTER FOOTER)}, {T(48, OUT, SERVICE, OTHER FOOTER)}};
    assert_status(fh_usage_new(NULL, &f->usage, NULL), FH_OK);
    const line common[] = {{T(0, OUT, SALES, FOOTER)}};
    const fh_find_story of = finds_story(f, common, 1);
    for (int i = 0; i < 100; i++) fh_usage_add(f->usage, of.moment[0].text);
    const fh_find_story now = finds_story(f, story, 2);
    for (int i = 0; i < 2; i++) fh_usage_add(f->usage, now.moment[i].text);
    assert_str(finds_of(f, FH_FIND_DUPLICATE, &now), "");
    fh_usage_free(f->usage);
}

static void a_word_of_thanks_is_no_duplicate(void **state)
{
    const line story[] = {{T(0, OUT, SALES, "Thank you for your message.")},
                          {T(48, OUT, SERVICE, "Thank you for your message.")}};
    assert_str(duplicates(*state, story, 2), "");
}

static void the_window_ends_after_its_last_instant(void **state)
{
    finds *f = *state;
    const line in_time[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                            {D(14 * 24, OUT, SERVICE), .purpose = WELCOME}};
    assert_str(duplicates(f, in_time, 2), "duplicate 0 1: 1 > 3, purpose\n");
    const line late[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                         {D(14 * 24 + .001, OUT, SERVICE), .purpose = WELCOME}};
    assert_str(duplicates(f, late, 2), "");
    f->settings.duplicate_window_ms = -1;
    assert_str(duplicates(f, in_time, 2), "");
}

static void only_messages_of_departments_to_the_customer_count(void **state)
{
    const line story[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                          {T(1, IN, SERVICE, LETTER), .purpose = WELCOME},
                          {D(2, INSIDE, SERVICE), .purpose = WELCOME},
                          {D(3, FH_DIR_NONE, SERVICE), .purpose = WELCOME},
                          {D(4, OUT, 0), .purpose = WELCOME}};
    assert_str(duplicates(*state, story, COUNT(story)), "");
}

static void a_later_message_tells_the_nearest_of_each_department(void **state)
{
    const line story[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                          {D(1, OUT, SALES), .purpose = WELCOME},
                          {D(2, OUT, BILLING), .purpose = WELCOME},
                          {D(3, OUT, SERVICE), .purpose = WELCOME},
                          {D(4, OUT, SERVICE), .purpose = INVOICE}};
    assert_str(duplicates(*state, story, COUNT(story)), "duplicate 1 2: 1 > 2, purpose\n"
                                                        "duplicate 2 3: 2 > 3, purpose\n"
                                                        "duplicate 1 3: 1 > 3, purpose\n");
}

static void named_purposes_that_differ_ask_for_nearer_texts(void **state)
{
    const line story[] = {{T(0, OUT, SALES, LETTER OTHER), .purpose = WELCOME},
                          {T(48, OUT, SERVICE,
                             LETTER "Our garage is closed on Sunday. Bring the car on Monday, the "
                                    "mechanics will look at brakes, lights and all four tyres.\n"),
                           .purpose = INVOICE}};
    assert_str(duplicates(*state, story, 2), "");
    const line same[] = {{T(0, OUT, SALES, LETTER), .purpose = WELCOME},
                         {T(48, OUT, SERVICE, LETTER), .purpose = INVOICE}};
    assert_str(duplicates(*state, same, 2), "duplicate 0 1: 1 > 3, text\n");
}

static uint64_t cause_of(finds *f, fh_finding_sort sort, const line *lines, size_t n)
{
    const fh_find_story story = finds_story(f, lines, n);
    size_t found;
    const fh_hit *hit = finds_hits(f, sort, &story, &found);
    assert_int_equal(found, 1);
    return hit[0].cause;
}

static void one_cause_is_one_purpose_of_two_departments_in_whichever_order(void **state)
{
    finds *f = *state;
    const line first[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                          {D(1, OUT, SERVICE), .purpose = WELCOME}};
    const line turned[] = {{D(5, OUT, SERVICE), .purpose = WELCOME, .touchpoint = 3},
                           {D(9, OUT, SALES), .purpose = WELCOME, .touchpoint = 4}};
    const line other[] = {{D(0, OUT, SALES), .purpose = INVOICE},
                          {D(1, OUT, SERVICE), .purpose = INVOICE}};
    const line others[] = {{D(0, OUT, SALES), .purpose = WELCOME},
                           {D(1, OUT, BILLING), .purpose = WELCOME}};
    const uint64_t cause = cause_of(f, FH_FIND_DUPLICATE, first, 2);
    assert_int_equal(cause, cause_of(f, FH_FIND_DUPLICATE, turned, 2));
    assert_int_not_equal(cause, cause_of(f, FH_FIND_DUPLICATE, other, 2));
    assert_int_not_equal(cause, cause_of(f, FH_FIND_DUPLICATE, others, 2));
}

static void without_a_purpose_one_cause_is_two_templates(void **state)
{
    finds *f = *state;
    const line first[] = {{T(0, OUT, SALES, LETTER), .template_number = 5, .touchpoint = 1},
                          {T(1, OUT, SERVICE, LETTER), .template_number = 6, .touchpoint = 2}};
    const line turned[] = {{T(0, OUT, SERVICE, LETTER), .template_number = 6, .touchpoint = 8},
                           {T(1, OUT, SALES, LETTER), .template_number = 5, .touchpoint = 9}};
    const line none[] = {{T(0, OUT, SALES, LETTER), .touchpoint = 1},
                         {T(1, OUT, SERVICE, LETTER), .touchpoint = 2}};
    const uint64_t cause = cause_of(f, FH_FIND_DUPLICATE, first, 2);
    assert_int_equal(cause, cause_of(f, FH_FIND_DUPLICATE, turned, 2));
    assert_int_not_equal(cause, cause_of(f, FH_FIND_DUPLICATE, none, 2));
}

/* ---- Signatories ---------------------------------------------------------------------- */

static fh_str signatories(finds *f, const line *lines, size_t n)
{
    return finds_in(f, FH_FIND_SIGNATORY, lines, n);
}

static void letters_of_the_president_from_two_departments_are_found(void **state)
{
    const line story[] = {{D(0, OUT, SALES), .signatory = 9},
                          {D(24, OUT, SERVICE), .signatory = 8},
                          {D(48, OUT, BILLING), .signatory = 9}};
    assert_str(signatories(*state, story, 3), "signatory 0 2: 1 > 2\n");
}

static void one_department_or_one_conversation_may_sign_alike(void **state)
{
    const line same[] = {{D(0, OUT, SALES), .signatory = 9}, {D(48, OUT, SALES), .signatory = 9}};
    assert_str(signatories(*state, same, 2), "");
    const line thread[] = {{D(0, OUT, SALES), .signatory = 9, .thread = 3},
                           {D(48, OUT, BILLING), .signatory = 9, .thread = 3}};
    assert_str(signatories(*state, thread, 2), "");
    const line late[] = {{D(0, OUT, SALES), .signatory = 9},
                         {D(15 * 24, OUT, BILLING), .signatory = 9}};
    assert_str(signatories(*state, late, 2), "");
    const line nobody[] = {{D(0, OUT, SALES), .purpose = 1}, {D(1, OUT, BILLING), .purpose = 2}};
    assert_str(signatories(*state, nobody, 2), "");
}

#define SIGNED(by) "We are glad that you are with us.\n\nKind regards,\n\n" by "\n"

static void a_signature_names_the_signatory_when_it_is_a_person(void **state)
{
    const line story[] = {
        {T(0, OUT, SALES, SIGNED("Dr. Helena Voss, President"))},
        {T(24, OUT, SERVICE, SIGNED("Dr. Anton Keller, Chairman"))},
        {T(48, OUT, BILLING, SIGNED("Dr. Helena Voss, President, on behalf of Harbour Mutual"))}};
    assert_str(signatories(*state, story, 3), "signatory 0 2: 1 > 2\n");
    const line role[] = {{T(0, OUT, SALES, SIGNED("Marten de Graaf, Managing Director"))},
                         {T(1, OUT, BILLING, SIGNED("Marten de Graaf, Managing Director"))}};
    assert_str(signatories(*state, role, 2), "signatory 0 1: 1 > 2\n");
    const line one_says[] = {{T(0, OUT, SALES, SIGNED("Dr. Helena Voss")), .signatory = 9},
                             {T(1, OUT, BILLING, SIGNED("Dr. Helena Voss"))}};
    assert_str(signatories(*state, one_says, 2), "signatory 0 1: 1 > 2\n");
}

static void the_name_of_the_house_is_no_signatory(void **state)
{
    const line house[] = {{T(0, OUT, SALES, SIGNED("Harbour Mutual"))},
                          {T(1, OUT, BILLING, SIGNED("Harbour Mutual"))}};
    assert_str(signatories(*state, house, 2), "");
    const line teams[] = {{T(0, OUT, SALES, SIGNED("Harbour Mutual, Sales"))},
                          {T(1, OUT, BILLING, SIGNED("Harbour Mutual, Billing"))}};
    assert_str(signatories(*state, teams, 2), "");
    const line parts[] = {{T(0, OUT, SALES, SIGNED("Harbour Mutual, President's office"))},
                          {T(1, OUT, BILLING, SIGNED("Harbour Mutual, Contact centre"))},
                          {T(2, OUT, SERVICE, SIGNED("Harbour Mutual, Manager Support"))}};
    assert_str(signatories(*state, parts, 3), "");
    const line head[] = {{T(0, OUT, SALES, SIGNED("Ida Berg, Head of Customer Care"))},
                         {T(1, OUT, BILLING, SIGNED("Ida Berg, Head of Customer Care"))}};
    assert_str(signatories(*state, head, 2), "signatory 0 1: 1 > 2\n");
}

static void one_cause_is_one_signatory_of_two_departments(void **state)
{
    finds *f = *state;
    const line first[] = {{D(0, OUT, SALES), .signatory = 9}, {D(1, OUT, SERVICE), .signatory = 9}};
    const line turned[] = {{D(0, OUT, SERVICE), .signatory = 9},
                           {D(1, OUT, SALES), .signatory = 9}};
    const line other[] = {{D(0, OUT, SALES), .signatory = 8}, {D(1, OUT, SERVICE), .signatory = 8}};
    const uint64_t cause = cause_of(f, FH_FIND_SIGNATORY, first, 2);
    assert_int_equal(cause, cause_of(f, FH_FIND_SIGNATORY, turned, 2));
    assert_int_not_equal(cause, cause_of(f, FH_FIND_SIGNATORY, other, 2));
}

#define TEST(name) cmocka_unit_test_setup(name, finds_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_purpose_from_two_departments_is_a_duplicate),
        TEST(nearly_the_same_text_from_two_departments_is_a_duplicate),
        TEST(a_text_within_a_longer_one_is_a_duplicate),
        TEST(purpose_and_text_together_are_one_hit),
        TEST(another_text_is_no_duplicate),
        TEST(a_template_says_the_same_when_the_text_is_not_at_hand),
        TEST(a_reminder_by_the_same_department_is_no_duplicate),
        TEST(replies_in_one_conversation_are_no_duplicates),
        TEST(a_forwarded_copy_is_no_duplicate),
        TEST(an_update_is_no_duplicate),
        TEST(messages_about_different_orders_are_no_duplicates),
        TEST(a_legal_footer_is_no_duplicate),
        TEST(a_word_of_thanks_is_no_duplicate),
        TEST(the_window_ends_after_its_last_instant),
        TEST(only_messages_of_departments_to_the_customer_count),
        TEST(a_later_message_tells_the_nearest_of_each_department),
        TEST(named_purposes_that_differ_ask_for_nearer_texts),
        TEST(one_cause_is_one_purpose_of_two_departments_in_whichever_order),
        TEST(without_a_purpose_one_cause_is_two_templates),
        TEST(letters_of_the_president_from_two_departments_are_found),
        TEST(one_department_or_one_conversation_may_sign_alike),
        TEST(a_signature_names_the_signatory_when_it_is_a_person),
        TEST(the_name_of_the_house_is_no_signatory),
        TEST(one_cause_is_one_signatory_of_two_departments),
    };
    return cmocka_run_group_tests(tests, finds_setup, finds_teardown);
}

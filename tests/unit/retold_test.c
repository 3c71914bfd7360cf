/* retold_test.c - what is told again and asked for again, by hand in three languages. */
#include "test.h"
#include "texts.h"

static const char first_en[] =
    "Hello, my washing machine from order 55123 has been leaking since 20 February. Water comes "
    "out below the door after ten minutes. You can reach me on 020-1234567.";

static fh_retold retold(texts *t, const char *first, const char *later)
{
    return fh_texts_retold(texts_read(t, fh_str_of(first)), texts_read(t, fh_str_of(later)), NULL);
}

static void the_same_story_is_told_again(void **state)
{
    const fh_retold r = retold(*state, first_en, first_en);
    assert_true(r.content > .999 && r.content < 1.001);
    assert_true(r.topic > .999 && r.topic < 1.001);
    assert_int_equal(r.facts, 1u << FH_FACT_ID | 1u << FH_FACT_DATE | 1u << FH_FACT_PHONE);
    assert_int_equal(r.n_facts, 3);
    assert_false(r.says_so);
}

static void told_in_other_words_shares_facts_and_topic(void **state)
{
    const fh_retold r = retold(
        *state, first_en,
        "As I already told your colleague, water is leaking out of the washing machine, order "
        "number 55123, since 20/02/2025.");
    assert_true(r.says_so);
    assert_int_equal(r.facts, 1u << FH_FACT_ID | 1u << FH_FACT_DATE);
    assert_int_equal(r.n_facts, 2);
    assert_true(r.content < .5);
    assert_true(r.topic > .4);
}

static void another_matter_is_not_told_again(void **state)
{
    const fh_retold r =
        retold(*state, first_en, "Could you tell me when the next cooking course starts?");
    assert_true(r.content < .05 && r.topic < .1);
    assert_int_equal(r.n_facts, 0);
    assert_false(r.says_so);
    const fh_retold none = retold(*state, "", "");
    assert_true(none.content < .001 && none.topic < .001);
}

static void saying_so_is_known_in_every_language(void **state)
{
    static const char *const all[] = {
        "For the third time: the machine is broken.",
        "I have already explained this to you.",
        "Wie ich bereits Ihrem Kollegen sagte, ist die Maschine defekt.",
        "Zum dritten Mal: die Maschine ist kaputt.",
        "Zoals ik al zei is de machine kapot.",
        "Ik heb dit al drie keer gemeld."};
    for (size_t i = 0; i < COUNT(all); i++)
        if (!retold(*state, first_en, all[i]).says_so) fail_msg("'%s'", all[i]);
}

static void asking_for_what_was_given_is_known(void **state)
{
    texts *t = *state;
    static const struct {
        const char *asks;
        uint32_t known;
    } all[] = {
        {"What is your order number?", 1u << FH_FACT_ID},
        {"Please send us your order number and phone number.",
         1u << FH_FACT_ID | 1u << FH_FACT_PHONE},
        {"What is your invoice number?", 0},
        {"Which amount did you pay?", 0},
        {"Could you describe what happened?", FH_ASKS_STORY},
        {"Your order number is on the label.", 0},
        {"Thank you for your message.", 0},
    };
    const fh_text *given = texts_read(t, fh_str_of(first_en));
    for (size_t i = 0; i < COUNT(all); i++) {
        const uint32_t known = fh_text_asks_known(texts_read(t, fh_str_of(all[i].asks)), given);
        if (known != all[i].known) fail_msg("'%s' gave %x", all[i].asks, (unsigned)known);
    }
    const fh_text *brief = texts_read(t, FH_STR("Please call me."));
    assert_int_equal(
        fh_text_asks_known(texts_read(t, FH_STR("Could you describe what happened?")), brief), 0);
}

static void asking_again_is_known_in_german_and_dutch(void **state)
{
    texts *t = *state;
    const fh_text *de = texts_read(
        t, FH_STR("Meine Bestellung 55123 vom 20. Februar ist bei mir nicht angekommen, und ich "
                  "warte seit Tagen auf die Lieferung der Waschmaschine nach Hause."));
    assert_int_equal(
        fh_text_asks_known(texts_read(t, FH_STR("Wie lautet Ihre Bestellnummer?")), de),
        1u << FH_FACT_ID);
    assert_int_equal(
        fh_text_asks_known(
            texts_read(t, FH_STR("Können Sie uns bitte schildern, was passiert ist?")), de),
        FH_ASKS_STORY);
    const fh_text *nl = texts_read(
        t, FH_STR("Mijn bestelling 55123 van 20 februari is niet bij mij aangekomen en ik wacht "
                  "al dagen op de levering van de wasmachine."));
    assert_int_equal(fh_text_asks_known(texts_read(t, FH_STR("Wat is uw bestelnummer?")), nl),
                     1u << FH_FACT_ID);
}

/* Thousands of words and facts: bounded, and no more than everything. */
static void long_texts_are_bounded(void **state)
{
    texts *t = *state;
    enum { WORDS = 6000 };
    char *raw = fh_arena_alloc(t->arena, WORDS * 32 + 1, 1);
    size_t n = 0;
    assert_non_null(raw);
    for (int i = 0; i < WORDS; i++)
        n += (size_t)snprintf(raw + n, 32, "%c%c%cx order %05d. ", 'a' + i % 26, 'a' + i / 26 % 26,
                              'a' + i / 676 % 26, i);
    const fh_retold r = retold(t, raw, raw);
    assert_true(r.content > .999 && r.topic > .999 && r.topic <= 1);
    assert_true(r.n_facts <= 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_story_is_told_again),
        cmocka_unit_test(told_in_other_words_shares_facts_and_topic),
        cmocka_unit_test(another_matter_is_not_told_again),
        cmocka_unit_test(saying_so_is_known_in_every_language),
        cmocka_unit_test(asking_for_what_was_given_is_known),
        cmocka_unit_test(asking_again_is_known_in_german_and_dutch),
        cmocka_unit_test(long_texts_are_bounded),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}

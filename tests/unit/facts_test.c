/* facts_test.c - facts by hand, in every language and where they are ambiguous. All messages
 * are sent on Monday 3 March 2025. */
#include "test.h"
#include "texts.h"

#include <stdlib.h>

/* Facts of a text as "type: what it says", parted by "; ". */
static fh_str said(texts *t, const char *code, const char *raw)
{
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000),
                                 .language = fh_lexicon_language(t->lexicon, fh_str_of(code))};
    fh_text text;
    fh_buf out;
    fh_str kept;
    assert_status(fh_text_read(t->lexicon, fh_str_of(raw), &about, t->arena, &text, NULL), FH_OK);
    fh_buf_init(&out, NULL, 100000);
    for (uint32_t i = 0; i < text.n_facts; i++) {
        const fh_fact *f = &text.fact[i];
        fh_buf_printf(&out, "%s%s: ", i ? "; " : "", fh_fact_type_name(f->type));
        assert_status(fh_fact_say(f, &out, NULL), FH_OK);
        if (f->role.len) fh_buf_printf(&out, " (%.*s)", FH_STR_ARG(f->role));
    }
    assert_true(fh_arena_str(t->arena, fh_buf_view(&out), &kept));
    fh_buf_free(&out);
    return kept;
}

typedef struct example {
    const char *code, *text, *facts;
} example;

static void check(texts *t, const example *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const fh_str got = said(t, all[i].code, all[i].text);
        if (!fh_str_eq(got, fh_str_of(all[i].facts)))
            fail_msg("'%s' gave '%s', not '%s'", all[i].text, got.ptr, all[i].facts);
    }
}

static void dates_are_read_in_every_form(void **state)
{
    static const example all[] = {
        {"en", "It starts on 2025-04-07.", "date: 7 April 2025"},
        {"en", "It starts on 7 April 2025.", "date: 7 April 2025"},
        {"en", "It starts on April 7th, 2025.", "date: 7 April 2025"},
        {"en", "It starts on the 7th of April.", "date: 7 April 2025"},
        {"en", "It starts on Monday 7 April.", "date: 7 April 2025"},
        {"en", "It was on 20 December.", "date: 20 December 2024"},
        {"en", "It runs from 3 to 7 April 2025.", "date: 3 April 2025 to 7 April 2025"},
        {"en", "It runs from 28 March to 2 April.", "date: 28 March 2025 to 2 April 2025"},
        {"en", "It is planned for April 2025.", "date: 1 April 2025 to 30 April 2025"},
        {"en", "You will hear from us in 14 days.", "date: 17 March 2025"},
        {"en", "You will hear from us in two weeks.", "date: 17 March 2025"},
        {"en", "You will hear from us in 2 months.", "date: 3 May 2025"},
        {"en", "You told us 3 days ago.", "date: 28 February 2025"},
        {"en", "We come tomorrow.", "date: 4 March 2025"},
        {"en", "We come the day after tomorrow.", "date: 5 March 2025"},
        {"en", "We answer within two weeks.", "date: within 2 weeks, by 17 March 2025"},
        {"en", "We come next week.", "date: 10 March 2025 to 16 March 2025"},
        {"de", "Beginn ist am 7. April 2025.", "date: 7 April 2025"},
        {"de", "Beginn ist am 7.4.2025.", "date: 7 April 2025"},
        {"de", "Beginn ist am 07.04.25 hier.", "date: 7 April 2025"},
        {"de", "Beginn ist am 07.04. bei uns.", "date: 7 April 2025"},
        {"de", "Beginn ist Montag, den 7. April.", "date: 7 April 2025"},
        {"de", "Das geht vom 3. bis 7. März.", "date: 3 March 2025 to 7 March 2025"},
        {"de", "Wir melden uns innerhalb von 14 Tagen.", "date: within 2 weeks, by 17 March 2025"},
        {"de", "Wir melden uns in drei Wochen.", "date: 24 March 2025"},
        {"de", "Sie sagten es vor 3 Tagen.", "date: 28 February 2025"},
        {"de", "Wir kommen übermorgen.", "date: 5 March 2025"},
        {"nl", "Het begint op 7 april 2025.", "date: 7 April 2025"},
        {"nl", "Het begint op 7-4-2025.", "date: 7 April 2025"},
        {"nl", "Wij komen over 3 dagen.", "date: 6 March 2025"},
        {"nl", "U hoort het binnen 5 werkdagen.", "date: within 5 working days, by 8 March 2025"},
        {"nl", "Wij komen overmorgen.", "date: 5 March 2025"},
    };
    check(*state, all, COUNT(all));
}

static void what_can_be_read_two_ways_keeps_both(void **state)
{
    static const example all[] = {
        {"en", "It starts on 03/04/2025.", "date: 3 April 2025 or 4 March 2025"},
        {"en", "It starts on 13/04/2025.", "date: 13 April 2025"},
        {"en", "It starts on 04/13/2025.", "date: 13 April 2025"},
        {"en", "It starts on 04/04/2025.", "date: 4 April 2025"},
        {"nl", "Het begint op 03/04/2025.", "date: 3 April 2025"},
        {"de", "Beginn ist am 03/04/2025.", "date: 3 April 2025"},
        {"en", "It is on Friday.", "date: 7 March 2025 or 28 February 2025"},
        {"en", "It is next Friday.", "date: 7 March 2025 or 14 March 2025"},
        {"nl", "Het is op vrijdag.", "date: 7 March 2025 or 28 February 2025"},
    };
    check(*state, all, COUNT(all));
}

static void times_and_opening_hours_are_read(void **state)
{
    static const example all[] = {
        {"en", "We call you at 14:30.", "time: 14:30"},
        {"en", "We call you at 9 am.", "time: 9:00"},
        {"en", "We call you at 9:30 pm.", "time: 21:30"},
        {"en", "We call you at 12 p.m. sharp.", "time: 12:00"},
        {"en", "The shop is open from 9 to 17.", "time: 9:00 to 17:00"},
        {"en", "The shop is open from 9 to 5.", "time: 9:00 to 17:00"},
        {"en", "The shop is open Mon-Fri 8:30-18:00, Sat 10 to 16.",
         "time: 8:30 to 18:00 (1-5); time: 10:00 to 16:00 (6)"},
        {"en", "The shop is open from 9 am to 5 pm.", "time: 9:00 to 17:00"},
        {"de", "Wir haben Mo.-Fr. 9-17 Uhr offen.", "time: 9:00 to 17:00 (1-5)"},
        {"de", "Wir rufen um 14 Uhr an.", "time: 14:00"},
        {"de", "Wir rufen um 9 Uhr 30 an.", "time: 9:30"},
        {"de", "Geöffnet von 9 bis 17 Uhr.", "time: 9:00 to 17:00"},
        {"nl", "Wij komen tussen 9 en 12 uur.", "time: 9:00 to 12:00"},
        {"nl", "Wij bellen om 14u30.", "time: 14:30"},
        {"nl", "Open van maandag tot vrijdag 9.00-17.30 uur.", "time: 9:00 to 17:30 (1-5)"},
        {"en", "We call you at 25:00.", ""},
    };
    check(*state, all, COUNT(all));
}

static void amounts_are_read_in_minor_units(void **state)
{
    static const example all[] = {
        {"en", "You pay € 1.499,50 now.", "money: € 1499.50"},
        {"en", "You pay $1,499.50 now.", "money: $1499.50"},
        {"en", "You pay EUR 12.50 now.", "money: € 12.50"},
        {"en", "You pay 150 euros now.", "money: € 150.00"},
        {"en", "You pay fifty euros now.", "money: € 50.00"},
        {"en", "You pay 50 cents now.", "money: 0.50"},
        {"en", "You pay 1,250 pounds now.", "money: £1250.00"},
        {"en", "You pay JPY 1500 now.", "money: JPY 1500"},
        {"en", "You pay up to € 50 now.", "money: up to € 50.00"},
        {"en", "You pay at least € 50 now.", "money: at least € 50.00"},
        {"en", "You pay between € 10 and € 20 now.", "money: € 10.00 to € 20.00"},
        {"de", "Sie zahlen 1 499,50 € jetzt.", "money: € 1499.50"},
        {"de", "Sie zahlen 15,- Euro jetzt.", "money: € 15.00"},
        {"de", "Sie zahlen höchstens 50 Euro.", "money: up to € 50.00"},
        {"nl", "U betaalt 15 euro en 50 cent.", "money: € 15.50"},
        {"nl", "U betaalt minstens € 50.", "money: at least € 50.00"},
        {"en", "The discount is 12.5 % now.", "percent: 12.50 %"},
        {"en", "The discount is ten percent now.", "percent: 10 %"},
        {"de", "Der Rabatt ist 5-10 Prozent.", "percent: 5 % to 10 %"},
        {"nl", "De korting is 10 procent.", "percent: 10 %"},
        {"en", "It takes 3 days.", "duration: 3 days"},
        {"en", "It takes two to three weeks.", "duration: 2 weeks to 3 weeks"},
        {"en", "It takes 2 hours 30 minutes.", "duration: 150 minutes"},
        {"en", "It takes 5 working days.", "duration: 5 working days"},
        {"de", "Es dauert zwischen 3 und 5 Tagen.", "duration: 3 days to 5 days"},
        {"en", "The course has 14 sessions.", "number: 14 sessions"},
        {"en", "The course has twenty-five sessions.", "number: 25 sessions"},
        {"en", "In 1987 there was nothing like it.", ""},
        {"en", "It is 1.2.3.4 and 99999999999999999999 now.", ""},
    };
    check(*state, all, COUNT(all));
}

static void addresses_ids_and_names_are_read(void **state)
{
    static const example all[] = {
        {"en", "Write to Help.Desk@Example.com, please.", "email: help.desk@example.com"},
        {"en", "See https://www.example.com/help/?a=1 first.", "url: example.com/help"},
        {"en", "See example.nl/contact. It is new.", "url: example.nl/contact"},
        {"en", "Call 020-123 4567 now.", "phone: 201234567"},
        {"en", "Call +31 (0)20 123 4567 now.", "phone: 201234567"},
        {"en", "Call (020) 1234567 now.", "phone: 201234567"},
        {"en", "Your order 12345 is here.", "id: 12345 (order)"},
        {"en", "Your order number is AB-123.", "id: ab-123 (order)"},
        {"en", "The invoice no. 2025/0012 is here.", "id: 2025/0012 (invoic)"},
        {"de", "Ihre Rechnungsnummer lautet 4711.", "id: 4711 (rechnung)"},
        {"nl", "Uw bestelling AB-99 is er.", "id: ab-99 (bestell)"},
        {"en", "Your order of 3 items is here.", "number: 3 items"},
        {"en", "Your adviser is Anna Smith.", "person: anna smith (adviser)"},
        {"en", "Anna Smith is your adviser.", "person: anna smith (adviser)"},
        {"en", "Please ask Mr Jones about it.", "person: jones"},
        {"de", "Ihr Berater ist Herr Thomas Weber.", "person: thomas weber (berater)"},
        {"de", "Jan Bakker ist Ihr Berater.", "person: jan bakker (berater)"},
        {"nl", "Uw adviseur, Eva de Vries, helpt.", "person: eva de vries (adviseur)"},
        {"en", "The adviser who looks after you is Anna Visser.", "person: anna visser (adviser)"},
        {"de", "Ihr Berater bei Harbour Mutual ist Sven Visser.", "person: sven visser (berater)"},
        {"nl", "Uw adviseur bij Harbour Mutual is Bram Blom.", "person: bram blom (adviseur)"},
        {"de", "Unterlagen nehmen wir unter papiere@haus.example entgegen.",
         "email: papiere@haus.example"},
        {"en", "My colleague Anna Smith helps.", "person: anna smith"},
        {"en", "You follow the course \"Leading Teams\" now.", "product: leading teams (course)"},
        {"en", "New York is a city.", ""},
    };
    check(*state, all, COUNT(all));
}

static void products_of_the_organisation_are_known_by_name(void **state)
{
    texts *t = *state;
    fh_str names[] = {FH_STR("home"), FH_STR("home plus"), FH_STR("cover 24")};
    const fh_text_about about = {.language = 1, .products = names, .n_products = 3};
    fh_text text;
    assert_status(fh_text_read(t->lexicon, FH_STR("You have Home Plus and Cover 24 with us."),
                               &about, t->arena, &text, NULL),
                  FH_OK);
    assert_int_equal(text.n_facts, 2);
    assert_str(text.fact[0].unit, "home plus");
    assert_str(text.fact[1].unit, "cover 24");
}

static void a_fact_stands_where_it_says(void **state)
{
    const fh_text *text =
        texts_read(*state, FH_STR("Hello,\n\nyour order 12345 comes\non 3 March 2025 for € 5."));
    assert_int_equal(text->n_facts, 3);
    static const char *const words[] = {"12345", "3 March 2025", "€ 5"};
    for (uint32_t i = 0; i < 3; i++) {
        const fh_fact *f = &text->fact[i];
        assert_str(((fh_str){text->raw.ptr + f->at, f->len}), words[i]);
        assert_int_equal(f->sentence, text->n_sentences - 1);
    }
}

static const fh_sentence *one(texts *t, const char *raw)
{
    const fh_text *text = texts_read(t, fh_str_of(raw));
    assert_int_equal(text->n_sentences, 1);
    return &text->sentence[0];
}

static void a_sentence_denies_when_its_negations_and_opposites_are_odd(void **state)
{
    static const struct {
        const char *text;
        bool denies;
    } all[] = {
        {"The return shipping is free of charge for you.", false},
        {"The return shipping is not free of charge for you.", true},
        {"You have to pay for the return shipping of it.", true},
        {"You do not have to pay for the return shipping of it.", false},
        {"You need not pay for the return, it is free for you.", false},
        {"The return comes at no extra cost for you.", false},
        {"It is impossible to park at our office.", true},
        {"Your order no. 12345 is at our office.", false},
        {"Die Rücksendung ist für Sie kostenlos.", false},
        {"Die Rücksendung ist für Sie nicht kostenlos.", true},
        {"Die Rücksendung ist für Sie kostenpflichtig.", true},
        {"Er is geen parkeerplaats bij ons kantoor.", true},
        {"Het is niet verboden om bij ons kantoor te parkeren.", false},
    };
    for (size_t i = 0; i < COUNT(all); i++)
        if (one(*state, all[i].text)->denies != all[i].denies) fail_msg("'%s'", all[i].text);
}

static void a_sentence_asks_changes_and_complains(void **state)
{
    texts *t = *state;
    const uint32_t id = 1u << FH_FACT_ID, date = 1u << FH_FACT_DATE;
    assert_int_equal(one(t, "What is your order number?")->asks_for, id);
    assert_int_equal(one(t, "Please send us your order number and the purchase date.")->asks_for,
                     id | date);
    assert_int_equal(one(t, "Could you describe what happened?")->asks_for, FH_ASKS_STORY);
    assert_int_equal(one(t, "Wie lautet Ihre Rechnungsnummer?")->asks_for, id);
    assert_int_equal(one(t, "Können Sie uns schildern, was passiert ist?")->asks_for,
                     FH_ASKS_STORY);
    assert_int_equal(one(t, "Wat is uw klantnummer?")->asks_for, id);
    assert_int_equal(one(t, "Kunt u beschrijven wat er gebeurd is?")->asks_for, FH_ASKS_STORY);
    assert_int_equal(one(t, "Your order number is on the label.")->asks_for, 0);
    assert_true(one(t, "Your appointment has been moved to 5 March.")->changes);
    assert_true(one(t, "Leider wurde Ihr Termin verschoben.")->changes);
    assert_true(one(t, "Helaas is uw afspraak verplaatst.")->changes);
    assert_false(one(t, "Your appointment is on 5 March.")->changes);
    assert_true(one(t, "As I already told your colleague, it is broken.")->again);
    assert_true(one(t, "Ich schreibe Ihnen zum dritten Mal wegen der Heizung.")->again);
    assert_true(one(t, "Zoals ik al zei, het werkt niet.")->again);
    assert_false(one(t, "My machine is broken since last week.")->again);
}

/* Bytes of any sort, long runs and deep nests of what begins facts: no crash, and facts lie
 * within the text, in order. */
static void hostile_text_is_read_in_order(void **state)
{
    static const char *const piece[] = {
        "3 March ", "03/04/2025", "1.499,50 ", "€",   "from ", "to ",  "+31 ",
        "(0)",      "a@b.",       "www.",      "in ", "Mon-",  "9:",   "-",
        "\xff\xfe", "order no. ", "Mr ",       "\n",  "1",     "not ", "%",
        "twenty ",  "within ",    "next ",     "„",   "\""};
    texts *t = *state;
    test_seed(7);
    for (int round = 0; round < 60; round++) {
        char raw[4000];
        size_t n = 0;
        const bool one_piece = round < (int)COUNT(piece);
        while (n + 20 < sizeof raw) {
            const char *p = piece[one_piece ? (uint32_t)round : test_rand(COUNT(piece))];
            memcpy(raw + n, p, strlen(p));
            n += strlen(p);
        }
        const fh_text *text = texts_read(t, (fh_str){raw, n});
        uint32_t at = 0;
        for (uint32_t i = 0; i < text->n_facts; i++) {
            const fh_fact *f = &text->fact[i];
            assert_true(f->at >= at && f->len > 0 && (size_t)f->at + f->len <= n);
            assert_true(f->low <= f->high);
            assert_true(fh_facts_agree(f, f));
            at = f->at + f->len;
        }
    }
}

static void any_fact_can_be_said(void **state)
{
    (void)state;
    static const int64_t value[] = {INT64_MIN, -1, 0, 1, 99, 150, 1440, 43200, INT64_MAX};
    for (int type = 0; type < FH_N_FACT_TYPES; type++)
        for (size_t i = 0; i < COUNT(value); i++)
            for (size_t k = i; k < COUNT(value); k++) {
                const fh_fact f = {.type = (fh_fact_type)type, .low = value[i], .high = value[k]};
                fh_buf out;
                fh_buf_init(&out, test_allocator(), 1000);
                assert_status(fh_fact_say(&f, &out, NULL), FH_OK);
                fh_buf_free(&out);
            }
    assert_string_equal(fh_fact_type_name(FH_FACT_POLICY), "policy");
    assert_string_equal(fh_fact_type_name(FH_N_FACT_TYPES), "?");
}

static fh_status read_one(void *ctx)
{
    texts *t = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_text text;
    if (!arena) return FH_NOMEM;
    const fh_text_about about = {.language = 1};
    const fh_status status = fh_text_read(
        t->lexicon,
        FH_STR("Your adviser is Anna Smith, order AB-12, € 5, 14 sessions, a@b.nl, Mon-Fri 9-17 h, "
               "call 020-1234567 on 3 March."),
        &about, arena, &text, NULL);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    test_oom(read_one, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_every_form),
        cmocka_unit_test(what_can_be_read_two_ways_keeps_both),
        cmocka_unit_test(times_and_opening_hours_are_read),
        cmocka_unit_test(amounts_are_read_in_minor_units),
        cmocka_unit_test(addresses_ids_and_names_are_read),
        cmocka_unit_test(products_of_the_organisation_are_known_by_name),
        cmocka_unit_test(a_fact_stands_where_it_says),
        cmocka_unit_test(a_sentence_denies_when_its_negations_and_opposites_are_odd),
        cmocka_unit_test(a_sentence_asks_changes_and_complains),
        cmocka_unit_test(hostile_text_is_read_in_order),
        cmocka_unit_test(any_fact_can_be_said),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}

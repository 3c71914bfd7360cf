/* differ_test.c - facts that differ: pairs by hand in three languages, what must stay silent,
 * a fixed sample of planted pairs. bench/differ measures on thousands. */
#include "test.h"
#include "texts.h"

#include <stdlib.h>

static const fh_text *read_text(texts *t, const char *raw, int day)
{
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000) + day * INT64_C(86400000)};
    fh_text *text = FH_NEW(t->arena, fh_text);
    assert_non_null(text);
    assert_status(fh_text_read(t->lexicon, fh_str_of(raw), &about, t->arena, text, NULL), FH_OK);
    return text;
}

/* The differences as "type: said by a / said by b", parted by "; ". `b` is sent a day later. */
static fh_str differ(texts *t, const char *a, const char *b)
{
    const fh_text *ta = read_text(t, a, 0), *tb = read_text(t, b, 1);
    const fh_difference *d = NULL;
    size_t n = 0;
    fh_buf out;
    fh_str kept;
    assert_status(fh_texts_differ(t->lexicon, NULL, NULL, ta, tb, t->arena, &d, &n, NULL), FH_OK);
    fh_buf_init(&out, NULL, 100000);
    for (size_t i = 0; i < n; i++) {
        assert_true(d[i].sure > 0 && d[i].sure <= 1);
        assert_true(i == 0 || d[i - 1].sure >= d[i].sure);
        assert_true(d[i].sentence_a < ta->n_sentences && d[i].sentence_b < tb->n_sentences);
        fh_buf_printf(&out, "%s%s", i ? "; " : "", fh_fact_type_name(d[i].type));
        if (d[i].fact_a == UINT32_MAX) continue;
        fh_buf_text(&out, ": ");
        assert_status(fh_fact_say(&ta->fact[d[i].fact_a], &out, NULL), FH_OK);
        fh_buf_text(&out, " / ");
        assert_status(fh_fact_say(&tb->fact[d[i].fact_b], &out, NULL), FH_OK);
    }
    assert_true(fh_arena_str(t->arena, fh_buf_view(&out), &kept));
    fh_buf_free(&out);
    return kept;
}

typedef struct example {
    const char *a, *b, *differ;
} example;

static void check(texts *t, const example *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const fh_str got = differ(t, all[i].a, all[i].b);
        if (!fh_str_eq(got, fh_str_of(all[i].differ)))
            fail_msg("'%s' and '%s' gave '%.*s', not '%s'", all[i].a, all[i].b, FH_STR_ARG(got),
                     all[i].differ);
    }
}

static void values_that_differ_are_found_in_every_language(void **state)
{
    static const example all[] = {
        {"Your order will be delivered on 10 March 2025.",
         "We expect to deliver your order on 12/3/2025.",
         "date: 10 March 2025 / 12 March 2025 or 3 December 2025"},
        {"The monthly fee is € 12,50.", "You pay a monthly fee of EUR 19.00.",
         "money: € 12.50 / € 19.00"},
        {"You get a discount of 10% on your next order.",
         "The discount on your next order is 20 percent.", "percent: 10 % / 20 %"},
        {"Our branch is open from 9 to 17.", "The branch is open from 10 to 17.",
         "time: 9:00 to 17:00 / 10:00 to 17:00"},
        {"Call our helpdesk at 020-123 4567.", "The helpdesk number is +31 20 765 4321.",
         "phone: 201234567 / 207654321"},
        {"A repair of your device takes two weeks.", "The repair of the device takes 10 days.",
         "duration: 2 weeks / 10 days"},
        {"Your programme has 14 sessions.", "The programme consists of twelve sessions.",
         "number: 14 sessions / 12 sessions"},
        {"Send your documents to a@example.com.", "Please send the documents to b@example.com.",
         "email: a@example.com / b@example.com"},
        {"Your adviser is Anna Smith.", "Peter Jones is your adviser.",
         "person: anna smith / peter jones"},
        {"Return shipping is free of charge.", "You have to pay for return shipping.", "policy"},
        {"You will receive a certificate for this course.",
         "You will not receive a certificate for this course.", "policy"},
        {"Ihre Rechnung ist am 10. März 2025 fällig.",
         "Bitte zahlen Sie Ihre Rechnung bis 12.03.2025.", "date: 10 March 2025 / 12 March 2025"},
        {"Die Rücksendung Ihrer Ware ist kostenlos.",
         "Die Rücksendung der Ware ist kostenpflichtig.", "policy"},
        {"De maandelijkse kosten zijn € 12,50.",
         "Uw abonnement kost 19 euro per maand, de maandelijkse prijs.",
         "money: € 12.50 / € 19.00"},
        {"Parkeren is mogelijk bij ons kantoor.", "Bij ons kantoor is parkeren verboden.",
         "policy"},
        {"We refund you within 14 days.", "The refund comes within 30 days.",
         "duration: within 2 weeks, by 17 March 2025 / within 1 month, by 3 April 2025"},
    };
    check(*state, all, COUNT(all));
}

/* "Within" is a length of time as "takes" is. */
static void lengths_of_time_are_compared_however_they_are_said(void **state)
{
    static const example all[] = {
        {"You can give the bicycle back within 10 days.",
         "The time for giving the bicycle back is three weeks.",
         "duration: within 10 days, by 13 March 2025 / 3 weeks"},
        {"Sie können das Fahrrad binnen zehn Tagen umtauschen.",
         "Für den Umtausch Ihres Fahrrads haben Sie drei Wochen Zeit.",
         "duration: within 10 days, by 13 March 2025 / 3 weeks"},
        {"De fiets kunt u binnen 10 dagen ruilen.", "Ruilen van de fiets kan binnen 21 dagen.",
         "duration: within 10 days, by 13 March 2025 / within 3 weeks, by 25 March 2025"},
        {"You can give the bicycle back within two weeks.",
         "The time for giving the bicycle back is 14 days.", ""},
        {"The bicycle comes back within 10 days.", "The bicycle comes back on 12 March 2025.", ""},
        {"The bicycle comes back within 10 days.", "The bicycle comes back on 22 March 2025.",
         "date: within 10 days, by 13 March 2025 / 22 March 2025"},
    };
    check(*state, all, COUNT(all));
}

/* An address is written to and a price is paid, whatever it is about. */
static void what_every_fact_of_a_sort_says_is_no_subject(void **state)
{
    static const example all[] = {
        {"Please mail your photos to pictures@bikes.example.",
         "Write to thanks@bikes.example when you were happy with us.", ""},
        {"Für Lob schreiben Sie an lob@rad.example.",
         "Fotos schreiben Sie bitte als Anhang an bild@rad.example.", ""},
        {"Please mail your photos to pictures@bikes.example.",
         "Photos are welcome at images@bikes.example.",
         "email: pictures@bikes.example / images@bikes.example"},
        {"Storing your bicycle costs € 30.", "The price for a new saddle is € 45.", ""},
        {"Eine Inspektion kostet 30 Euro.", "Die Gebühr im Winter beträgt 45 Euro.", ""},
        {"Een servicebeurt kost 30 euro.", "De prijs per jaar is 45 euro.", ""},
        {"You pay a monthly price of € 30.", "Membership costs € 45 per month.",
         "money: € 30.00 / € 45.00"},
        {"The price is € 30.", "The price of the inspection is € 45.", "money: € 30.00 / € 45.00"},
        {"The inspection costs € 30.", "The price of the inspection is € 45.",
         "money: € 30.00 / € 45.00"},
    };
    check(*state, all, COUNT(all));
}

/* Paying so much a month is the subject of two amounts when one says no more of it than the other.
 */
static void amounts_a_month_are_compared_however_they_are_paid(void **state)
{
    static const example all[] = {
        {"You pay a monthly fee of € 30.", "The price of your lessons is € 45 a month.",
         "money: € 30.00 / € 45.00"},
        {"De maandelijkse kosten zijn 30 euro.", "Voor de lessen rekenen wij maandelijks 45 euro.",
         "money: € 30.00 / € 45.00"},
        {"U betaalt ons maandelijks een bedrag van 30 euro.", "De lessen kosten 45 euro per maand.",
         "money: € 30.00 / € 45.00"},
        {"Die monatliche Gebühr beträgt 30 Euro.",
         "Der Monatsbeitrag für Fahrten liegt bei 45 Euro.", "money: € 30.00 / € 45.00"},
        {"Storing your bicycle costs € 30 a month.", "The price for a garage is € 45 a month.", ""},
        {"You pay a monthly fee of € 30.", "The price of your lessons is € 45 a year.", ""},
        {"You get a monthly letter.", "The price of your lessons is € 45 a month.", ""},
        {"The lessons take a month.", "The lessons take two months.",
         "duration: 1 month / 2 months"},
    };
    check(*state, all, COUNT(all));
}

/* Whether "without" denies is guessed; two sentences that both say it are not told apart by it. */
static void without_is_no_contradiction_of_without(void **state)
{
    static const example all[] = {
        {"Your friendly riders mend tyres without pumps or glue.",
         "Your friendly riders mend tyres without pumps glue.", ""},
        {"Ihre Räder rollen auf breiten Reifen ohne Speichen oder Ketten.",
         "Ihre Räder rollen auf breiten Reifen ohne Speichen.", ""},
        {"Uw fietsen rollen op brede banden zonder spaken of kettingen.",
         "Uw fietsen rollen op brede banden zonder spaken.", ""},
        {"The riding course ends without a certificate.",
         "The riding course ends with a certificate.", "policy"},
    };
    check(*state, all, COUNT(all));
}

/* Two negations in clauses of their own turn no more than one of them. */
static void negations_that_may_cancel_out_are_no_yes_and_no(void **state)
{
    static const example all[] = {
        {"If you did not order a new key, please ignore this letter about your bicycle.",
         "If you do not own this bicycle or did not order a new key, please ignore this letter.",
         ""},
        {"Wenn Sie keinen Schlüssel bestellt haben, beachten Sie den Brief zum Fahrrad bitte "
         "nicht.",
         "Wenn Sie einen Schlüssel bestellt haben, beachten Sie den Brief zum Fahrrad bitte nicht.",
         ""},
        {"Als u geen sleutel of geen fiets besteld hebt, kunt u deze brief over de fiets "
         "weggooien.",
         "Als u geen sleutel besteld hebt, kunt u deze brief over de fiets weggooien.", ""},
        {"The bicycle is not insured against theft in the city.",
         "The bicycle is insured against theft in the city.", "policy"},
    };
    check(*state, all, COUNT(all));
}

/* Words that tell of a change only in some of their places. */
static void what_only_sounds_like_a_change_is_compared(void **state)
{
    static const example all[] = {
        {"Fahrräder nehmen wir unter 030 1234567 entgegen.",
         "Fahrräder nehmen wir unter 030 7654321 entgegen.", "phone: 301234567 / 307654321"},
        {"Wer sein Rad verspätet abholt, zahlt 5 Euro Standgeld.",
         "Wer sein Rad verspätet abholt, zahlt 8 Euro Standgeld.", "money: € 5.00 / € 8.00"},
        {"Ihr Rad wird am 10. März geliefert.",
         "Entgegen der ersten Nachricht wird Ihr Rad am 12. März geliefert.", ""},
        {"Ihr Rad kommt am 10. März.", "Ihr Rad kommt verspätet am 12. März.", ""},
        {"Deciding on your order takes 3 days.", "A decision on your order takes ten days.",
         "duration: 3 days / 10 days"},
    };
    check(*state, all, COUNT(all));
}

/* In a house that sends one letter to everybody its words are in very many sentences. */
static void words_that_are_sent_to_everybody_are_a_subject_all_the_same(void **state)
{
    texts *t = *state;
    fh_usage *usage;
    const fh_difference *d;
    size_t n = 0;
    assert_status(fh_usage_new(NULL, &usage, NULL), FH_OK);
    const fh_text *all = read_text(t, "A mudguard of steel is part of every bicycle.", 0);
    const fh_text *some = read_text(t, "You pay the first one.", 0);
    const fh_text *others = read_text(t, "Another one belongs to you.", 0);
    for (int i = 0; i < 500; i++) fh_usage_add(usage, i % 2 ? all : i % 4 ? some : others);
    const fh_text *a = read_text(t, "You pay 20 euros for the first mudguard.", 0);
    const fh_text *b = read_text(t, "A mudguard of 35 euros belongs to your bicycle.", 1);
    assert_status(fh_texts_differ(t->lexicon, usage, NULL, a, b, t->arena, &d, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(d[0].type, FH_FACT_MONEY);
    fh_usage_free(usage);
}

static void what_agrees_in_any_reading_is_silent(void **state)
{
    static const example all[] = {
        {"Your order will be delivered on 3/4/2025.", "We deliver your order on 4 March 2025.", ""},
        {"Your order will be delivered on 17 March.", "We deliver your order in 13 days.", ""},
        {"The course starts in two weeks.", "The course starts on 17 March 2025.", ""},
        {"The fee is 1.499,50 euro.", "You pay a fee of € 1,499.50.", ""},
        {"The fee is up to € 50.", "Your fee is € 30.", ""},
        {"The branch opens at 9 am.", "Our branch is open from 9:00 to 17:00.", ""},
        {"The helpdesk number is 020-1234567.", "Call our helpdesk at +31 20 123 4567.", ""},
        {"A repair takes 12 months.", "The repair takes one year.", ""},
        {"The repair takes 5 working days.", "The repair takes one week.", ""},
        {"Your adviser is Anna Smith.", "Your adviser is Ms Smith.", ""},
        {"You do not have to pay for return shipping.", "Return shipping is free of charge.", ""},
        {"Parkeren is onmogelijk bij ons kantoor.", "Bij ons kantoor is parkeren verboden.", ""},
    };
    check(*state, all, COUNT(all));
}

static void what_is_about_something_else_is_silent(void **state)
{
    static const example all[] = {
        {"The course starts on 10 March 2025.", "Your invoice is due on 12 March 2025.", ""},
        {"The course starts on 10 March 2025.", "The course ends on 12 May 2025.", ""},
        {"This is about order 11111. It will be delivered on 10 March.",
         "This is about order 22222. It will be delivered on 12 March.", ""},
        {"Your order 11111 will be delivered on 10 March.",
         "Your order 22222 will be delivered on 12 March.", ""},
        {"You follow the course \"First aid\". It starts on 10 March, the course.",
         "You follow the course \"Fire safety\". It starts on 12 March, the course.", ""},
        {"The branch is open Mon-Fri 9:00-17:00.", "The branch is open Sat 10:00-16:00.", ""},
        {"Your adviser is Anna Smith.", "Your technician is Peter Jones.", ""},
        {"More than 500 customers went before you.", "The new catalogue has 120 pages.", ""},
        {"When will my order be delivered? Was it 10 March?", "Your order arrives on 12 March.",
         ""},
        {"", "", ""},
    };
    check(*state, all, COUNT(all));
}

static void an_announced_change_is_no_contradiction(void **state)
{
    static const example all[] = {
        {"Your order will be delivered on 10 March.",
         "Correction: your order will be delivered on 12 March.", ""},
        {"Your appointment is on 10 March.", "Your appointment has been moved to 12 March.", ""},
        {"Ihr Termin ist am 10. März.", "Leider ist Ihr Termin erst am 12. März.", ""},
        {"Uw afspraak is op 10 maart.", "Uw afspraak is verplaatst naar 12 maart.", ""},
        {"Correction: your order will be delivered on 10 March.",
         "Your order will be delivered on 12 March.", "date: 10 March 2025 / 12 March 2025"},
    };
    check(*state, all, COUNT(all));
}

/* A fixed sample of what bench/differ plants, fillers and all. */
static void a_sample_of_planted_pairs_is_found(void **state)
{
    static const example all[] = {
        {"We are here to help. The training course begins 12 May 2025. This is message number 4 of "
         "our series. Parking at our office is possible.",
         "We open the branch at 08:00. Your first session of the course is on 14 May, 2025. "
         "Parking "
         "is forbidden next to the office.",
         "policy; date: 12 May 2025 / 14 May 2025"},
        {"Uns gibt es seit 1987. Die Zahlungsfrist dieser Rechnung endet am 7. Juni. Sie "
         "erhalten 20% Rabatt auf Ihre nächste Bestellung.",
         "Der neue Katalog hat 120 Seiten. Ihre Rechnung ist am 6. Juni 2025 fällig. Mehr "
         "finden "
         "Sie in Ihrem Konto.",
         "date: 7 June 2025 / 6 June 2025"},
        {"Wij staan voor u klaar. De reparatie duurt 7 dagen. Uw terugbetaling van 99.00 EUR is "
         "onderweg. Meer dan 500 klanten gingen u voor.",
         "Voor de reparatie hebben wij één week nodig. U ontvangt een terugbetaling van € 19,00. "
         "De "
         "nieuwe catalogus heeft 120 pagina's.",
         "money: € 99.00 / € 19.00"},
        {"Your refund of €49.90 is on its way. You can find more in your account. Let us know what "
         "you think.",
         "You will receive a refund of 49,90 EUR. More than 500 customers went before you.", ""},
    };
    check(*state, all, COUNT(all));
}

static void facts_agree_by_their_type(void **state)
{
    (void)state;
    const fh_fact euro = {.type = FH_FACT_MONEY, .low = 500, .high = 500, .unit = FH_STR("EUR")};
    fh_fact other = euro;
    other.unit = FH_STR("USD");
    assert_false(fh_facts_agree(&euro, &other));
    other.unit = FH_STR("");
    assert_true(fh_facts_agree(&euro, &other));
    other.type = FH_FACT_NUMBER;
    assert_false(fh_facts_agree(&euro, &other));
    const fh_fact least = {.type = FH_FACT_NUMBER, .low = 10, .high = INT64_MAX};
    const fh_fact most = {.type = FH_FACT_NUMBER, .low = 0, .high = 10};
    const fh_fact nine = {.type = FH_FACT_NUMBER, .low = 9, .high = 9};
    assert_true(fh_facts_agree(&least, &most));
    assert_false(fh_facts_agree(&least, &nine));
    const fh_fact id = {.type = FH_FACT_ID, .unit = FH_STR("ab-1")};
    other = id;
    assert_true(fh_facts_agree(&id, &other));
    other.unit = FH_STR("ab-2");
    assert_false(fh_facts_agree(&id, &other));
}

/* The same differences whatever the order of the sentences around them; many sentences and
 * words are bounded. */
static void long_messages_are_compared_in_bounded_time(void **state)
{
    texts *t = *state;
    enum { SENTENCES = 3000 };
    char *a = fh_arena_alloc(t->arena, SENTENCES * 64 + 1, 1);
    char *b = fh_arena_alloc(t->arena, SENTENCES * 64 + 1, 1);
    size_t n = 0, m = 0;
    assert_true(a && b);
    for (int i = 0; i < SENTENCES; i++) {
        n += (size_t)snprintf(a + n, 64, "The fee for part %d is € %d. ", i, i + 1);
        m += (size_t)snprintf(b + m, 64, "The fee for part %d is € %d. ", i, i + 2);
    }
    const fh_difference *d;
    size_t found;
    assert_status(fh_texts_differ(t->lexicon, NULL, NULL, read_text(t, a, 0), read_text(t, b, 1),
                                  t->arena, &d, &found, NULL),
                  FH_OK);
    assert_true(found <= 200);
}

static fh_status compare_once(void *ctx)
{
    texts *t = ctx;
    const fh_difference *d;
    size_t n;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_status status = fh_texts_differ(
        t->lexicon, NULL, NULL, read_text(t, "The monthly fee is € 12,50.", 0),
        read_text(t, "You pay a monthly fee of EUR 19.00.", 1), arena, &d, &n, NULL);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    test_oom(compare_once, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_differ_are_found_in_every_language),
        cmocka_unit_test(lengths_of_time_are_compared_however_they_are_said),
        cmocka_unit_test(what_every_fact_of_a_sort_says_is_no_subject),
        cmocka_unit_test(amounts_a_month_are_compared_however_they_are_paid),
        cmocka_unit_test(without_is_no_contradiction_of_without),
        cmocka_unit_test(negations_that_may_cancel_out_are_no_yes_and_no),
        cmocka_unit_test(what_only_sounds_like_a_change_is_compared),
        cmocka_unit_test(words_that_are_sent_to_everybody_are_a_subject_all_the_same),
        cmocka_unit_test(what_agrees_in_any_reading_is_silent),
        cmocka_unit_test(what_is_about_something_else_is_silent),
        cmocka_unit_test(an_announced_change_is_no_contradiction),
        cmocka_unit_test(a_sample_of_planted_pairs_is_found),
        cmocka_unit_test(facts_agree_by_their_type),
        cmocka_unit_test(long_messages_are_compared_in_bounded_time),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}

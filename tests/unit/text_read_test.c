/* text_read_test.c - sentences, words and shingles of messages. */
#include "test.h"
#include "texts.h"

#include "text/lexicon.h"
#include "text/text_parts.h"

#define SAYS(raw, want) assert_str(texts_sentences(*state, raw), want)

static void sentences_end_where_readers_see_them_end(void **state)
{
    SAYS("One is here. Two is here! Is three? \"Yes.\" Four",
         "One is here.|Two is here!|Is three?|\"Yes.\"|Four|");
    SAYS("It is (really.) Yes.", "It is (really.)|Yes.|");
    SAYS("See www.example.com or a@b.example. Then call.",
         "See www.example.com or a@b.example.|Then call.|");
    SAYS("It costs 1.500,00 EUR or 1,500.00. That is it.",
         "It costs 1.500,00 EUR or 1,500.00.|That is it.|");
    SAYS("and so on ... and on. And on", "and so on ... and on.|And on|");
}

static void abbreviations_and_initials_end_none(void **state)
{
    SAYS("We sell lamps, e.g. Red ones. Ask Dr. J. Meyer for no. 5 of them.",
         "We sell lamps, e.g. Red ones.|Ask Dr. J. Meyer for no. 5 of them.|");
    SAYS("The answer is no. You may ask again.", "The answer is no.|You may ask again.|");
    SAYS("Lamps, chairs etc. They are red. Lamps, chairs etc. are red.",
         "Lamps, chairs etc.|They are red.|Lamps, chairs etc. are red.|");
    SAYS("Ihre Rechnung Nr. 44 ist am 3. März fällig, z. B. Heute. Der 1. Termin ist nicht mehr "
         "frei.",
         "Ihre Rechnung Nr. 44 ist am 3. März fällig, z. B. Heute.|Der 1. Termin ist nicht mehr "
         "frei.|");
    SAYS("Wij komen o.a. Dinsdag en het is bijv. Rood. Dat is alles.",
         "Wij komen o.a. Dinsdag en het is bijv. Rood.|Dat is alles.|");
}

static void a_line_that_was_wrapped_goes_on_and_a_short_one_ends(void **state)
{
    SAYS("This line is long enough to have been wrapped by a mail\nProgram of old. Yes.",
         "This line is long enough to have been wrapped by a mail Program of old.|Yes.|");
    SAYS("Opening hours\nMonday 9 to 5\nand on Friday",
         "Opening hours|Monday 9 to 5 and on Friday|");
    SAYS("You need:\n- a card that is valid for longer than half a year\n- a photo\n1. First "
         "one\n2. Next",
         "You need:|- a card that is valid for longer than half a year|- a photo|1. First one|2. "
         "Next|");
    SAYS("A paragraph that is longer than what would be wrapped\r\n\r\nanother one",
         "A paragraph that is longer than what would be wrapped|another one|");
}

static uint32_t n_words(void **state, const char *raw)
{
    const fh_text *t = texts_read(*state, fh_str_of(raw));
    assert_int_equal(t->n_sentences, 1);
    return t->sentence[0].n_words;
}

static bool same_words(void **state, const char *a, const char *b)
{
    const fh_text *x = texts_read(*state, fh_str_of(a)), *y = texts_read(*state, fh_str_of(b));
    return x->sentence[0].n_words == y->sentence[0].n_words &&
           memcmp(x->sentence[0].word, y->sentence[0].word,
                  x->sentence[0].n_words * sizeof(uint32_t)) == 0 &&
           x->n_shingles == y->n_shingles &&
           memcmp(x->shingle, y->shingle, x->n_shingles * sizeof(uint32_t)) == 0;
}

static void words_are_stems_without_stop_words_negations_and_case(void **state)
{
    assert_int_equal(n_words(state, "The lamp is on the table"), 2);
    assert_int_equal(n_words(state, "The lamp is not on the table"), 2);
    assert_true(same_words(state, "The lamp is on the table", "LAMPS are not on tables"));
    assert_false(same_words(state, "The lamp is on the table", "The table is on the lamp"));
    assert_true(same_words(state, "Größe der Lampe", "GRÖSSE der Lampe") ||
                same_words(state, "Größe der Lampe", "GRÖßE der Lampe"));
    /* u and its marks apart are one letter. */
    assert_true(same_words(state, "Die Lampe ist nicht für Müller",
                           "Die Lampe ist nicht fu\xcc\x88r Mu\xcc\x88ller"));
}

static void numbers_are_masked(void **state)
{
    assert_true(same_words(state, "The lamp has 14 bulbs", "The lamp has 15 bulbs"));
}

static void shingles_are_a_set_and_stay_within_sentences(void **state)
{
    const fh_text *t = texts_read(*state, FH_STR("Red lamp table. Red lamp table. Chair."));
    assert_int_equal(t->n_sentences, 3);
    assert_int_equal(t->n_shingles, 3); /* red lamp, lamp table, chair alone */
    for (uint32_t i = 1; i < t->n_shingles; i++) assert_true(t->shingle[i - 1] < t->shingle[i]);
    const fh_text *u = texts_read(*state, FH_STR("Chair. Red lamp table."));
    assert_int_equal(u->n_shingles, 3);
    assert_memory_equal(t->shingle, u->shingle, 3 * sizeof(uint32_t));
}

static void check(const fh_text *t)
{
    uint32_t end = 0, fact = 0;
    for (uint32_t i = 0; i < t->n_sentences; i++) {
        const fh_sentence *s = &t->sentence[i];
        assert_true(s->at >= end && s->len > 0 && s->at + s->len <= t->raw.len);
        end = s->at + s->len;
        for (uint32_t k = 1; k < s->n_anchors; k++) assert_true(s->anchor[k - 1] < s->anchor[k]);
        assert_int_equal(s->facts, fact);
        for (uint32_t k = 0; k < s->n_facts; k++, fact++) {
            assert_int_equal(t->fact[fact].sentence, i);
            assert_true(t->fact[fact].at >= s->at);
            assert_true(t->fact[fact].at + t->fact[fact].len <= end);
            if (k) assert_true(t->fact[fact].at >= t->fact[fact - 1].at + t->fact[fact - 1].len);
        }
    }
    assert_int_equal(fact, t->n_facts);
    for (uint32_t i = 1; i < t->n_shingles; i++) assert_true(t->shingle[i - 1] < t->shingle[i]);
}

static void any_bytes_can_be_read(void **state)
{
    static const char *const piece[] = {"Dear ",  "Ms. ",         "lamp",
                                        " ",      "\n",           ". ",
                                        "> ",     "1.5",          "€",
                                        "\xff",   "\xc3",         "Kind regards",
                                        "\n\n",   "wrote:",       "--\n",
                                        "from: ", "3 March 2025", "e.g.",
                                        "'",      "\xcc\x88",     "on behalf of ",
                                        "?"};
    texts *t = *state;
    test_seed(7);
    for (uint32_t round = 0; round < 2000; round++) {
        char raw[400];
        size_t len = 0;
        while (len + 20 < sizeof raw && test_rand(40) != 0) {
            const char *p = piece[test_rand(COUNT(piece))];
            memcpy(raw + len, p, strlen(p));
            len += strlen(p);
        }
        check(texts_read(t, (fh_str){raw, len}));
        fh_arena_reset(t->arena);
    }
}

static void of_a_very_long_text_the_beginning_is_read(void **state)
{
    texts *t = *state;
    const size_t len = (size_t)FH_TEXT_MAX + 5000;
    char *raw = fh_arena_alloc(t->arena, len, 1);
    for (size_t i = 0; i < len; i++) raw[i] = i % 3 == 2 ? ' ' : (char)('a' + i % 25);
    const fh_text *text = texts_read(t, (fh_str){raw, len});
    check(text);
    assert_int_equal(text->raw.len, FH_TEXT_MAX);
    fh_arena_reset(t->arena);
}

/* The entry alone and amid others: it is found whole at its first word. */
static void phrase_is_found(texts *t, uint32_t language, fh_list list, fh_lexeme entry)
{
    const fh_text_about about = {.language = language};
    char text[400];
    const int len = snprintf(text, sizeof text, "zzz %.*s\nzzz", FH_STR_ARG(entry.word));
    fh_reading r = {.lexicon = t->lexicon,
                    .language = language,
                    .raw = {text, (size_t)len},
                    .about = &about,
                    .arena = t->arena,
                    .scratch = t->arena};
    assert_int_equal(fh_tokens_read(&r, NULL), FH_OK);
    const uint32_t all = r.n_tokens - 3;
    int64_t value;
    if (r.token[1].kind == FH_TOKEN_WORD) {
        if (fh_phrase_at(&r, (int)list, 1, r.n_tokens, &value) != all)
            fail_msg("'%.*s' is not found", FH_STR_ARG(entry.word));
        assert_true(value == entry.value);
    }
    fh_arena_reset(t->arena);
}

static void every_entry_of_every_list_is_found_where_it_stands(void **state)
{
    static const fh_str name[] = {
#define X(name, text) {text, sizeof text - 1},
        FH_LIST_MAP(X)
#undef X
    };
    texts *t = *state;
    for (uint32_t l = 1; l <= fh_lexicon_languages(t->lexicon); l++) {
        for (int list = 0; list < FH_N_LISTS; list++) {
            size_t n;
            const fh_lexeme *entry = fh_lexicon_list(t->lexicon, l, name[list], &n);
            for (size_t i = 0; i < n; i++) phrase_is_found(t, l, (fh_list)list, entry[i]);
        }
    }
}

static fh_status read_one(void *ctx)
{
    const texts *t = ctx;
    const fh_str raw =
        FH_STR("Dear Ms Müller,\n\nYour order no. 12345 of 3 March 2025 costs € 15.00.\n"
               "Could you tell us when it arrived?\n\nKind regards,\nAnna\n> quoted");
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_text text = {.language = 77};
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000)};
    const fh_status status = fh_text_read(t->lexicon, raw, &about, arena, &text, NULL);
    if (status != FH_OK) assert_int_equal(text.language, 77);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    test_oom(read_one, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_end_where_readers_see_them_end),
        cmocka_unit_test(abbreviations_and_initials_end_none),
        cmocka_unit_test(a_line_that_was_wrapped_goes_on_and_a_short_one_ends),
        cmocka_unit_test(words_are_stems_without_stop_words_negations_and_case),
        cmocka_unit_test(numbers_are_masked),
        cmocka_unit_test(shingles_are_a_set_and_stay_within_sentences),
        cmocka_unit_test(any_bytes_can_be_read),
        cmocka_unit_test(of_a_very_long_text_the_beginning_is_read),
        cmocka_unit_test(every_entry_of_every_list_is_found_where_it_stands),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}

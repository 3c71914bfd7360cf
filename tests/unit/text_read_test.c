/* text_read_test.c - sentences, words and shingles of messages. */
#include "test.h"
#include "texts.h"

#include "text/lexicon.h"
#include "text/spots.h"
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
    uint32_t guess = 77;
    fh_room room = {.from = *fh_allocator_default()};
    fh_reading r = {.lexicon = t->lexicon,
                    .language = language,
                    .raw = {text, (size_t)len},
                    .about = &about,
                    .arena = t->arena,
                    .scratch = t->arena,
                    .room = &room};
    assert_int_equal(fh_tokens_read(&r, &guess, NULL), FH_OK);
    assert_int_equal(guess, 77); /* nothing is kept, nothing guessed */
    const uint32_t all = r.n_tokens - 3;
    int64_t value;
    if (r.token[1].kind == FH_TOKEN_WORD) {
        if (fh_phrase_at(&r, (int)list, 1, r.n_tokens, &value) != all)
            fail_msg("'%.*s' is not found", FH_STR_ARG(entry.word));
        assert_true(value == entry.value);
    }
    fh_room_free(&room);
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

/* ---- Many messages ---- */

static void same_numbers(const uint32_t *a, const uint32_t *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) assert_int_equal(a[i], b[i]);
}

static void same_text(const fh_text *a, const fh_text *b)
{
    assert_int_equal(a->language, b->language);
    assert_true(a->said.ptr == b->said.ptr && a->said.len == b->said.len);
    assert_true(fh_str_eq(a->signed_by, b->signed_by));
    assert_int_equal(a->n_sentences, b->n_sentences);
    assert_int_equal(a->n_facts, b->n_facts);
    assert_int_equal(a->n_shingles, b->n_shingles);
    same_numbers(a->shingle, b->shingle, a->n_shingles);
    for (uint32_t i = 0; i < a->n_sentences; i++) {
        const fh_sentence *s = &a->sentence[i], *t = &b->sentence[i];
        assert_true(s->at == t->at && s->len == t->len && s->facts == t->facts);
        assert_true(s->n_words == t->n_words && s->n_anchors == t->n_anchors);
        same_numbers(s->word, t->word, s->n_words);
        same_numbers(s->anchor, t->anchor, s->n_anchors);
        assert_true(s->denies == t->denies && s->asks == t->asks && s->asks_for == t->asks_for);
        assert_true(s->changes == t->changes && s->again == t->again);
    }
    for (uint32_t i = 0; i < a->n_facts; i++) {
        const fh_fact *f = &a->fact[i], *g = &b->fact[i];
        assert_true(f->type == g->type && f->at == g->at && f->len == g->len);
        assert_true(f->low == g->low && f->high == g->high && f->either == g->either);
        assert_true(fh_str_eq(f->unit, g->unit) && fh_str_eq(f->role, g->role));
    }
}

static void both_read(texts *t, fh_text_reader *reader, fh_str raw, uint32_t language)
{
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000), .language = language};
    fh_text alone, by;
    assert_status(fh_text_read(t->lexicon, raw, &about, t->arena, &alone, NULL), FH_OK);
    assert_status(fh_text_read_by(reader, raw, &about, t->arena, &by, NULL), FH_OK);
    check(&by);
    same_text(&alone, &by);
    fh_arena_reset(t->arena);
}

/* Words of two to 40 letters, so that those kept are forgotten and looked up again. */
static size_t some_words(char *to, size_t most, uint32_t different)
{
    size_t len = 0;
    while (len + 64 < most) {
        uint32_t x = test_rand(different) * 2654435761u;
        const uint32_t letters = x % 97 == 0 ? 40 : 2 + x % 9;
        for (uint32_t i = 0; i < letters; i++, x = x * 1664525u + 1013904223u)
            to[len++] = (char)((x >> 20 & 31 ? 'a' : 'A') + x % 26);
        to[len++] = x >> 24 < 20 ? '.' : ' ';
    }
    return len;
}

static void a_reader_reads_the_same_whatever_it_read_before(void **state)
{
    static const char *const piece[] = {"Dear Ms ",
                                        "you need not pay ",
                                        "a fee of € 15.00 ",
                                        "by 3 March 2025. ",
                                        "Sehr geehrte ",
                                        "Ihre Rechnung ist ",
                                        "nicht fällig. ",
                                        "bis zum 4. Mai ",
                                        "Geachte heer ",
                                        "uw bestelling wordt",
                                        " niet bezorgd. ",
                                        "op maandag ",
                                        "don't ",
                                        "l\xe2\x80\x99"
                                        "\xc3\xa9t\xc3\xa9 ",
                                        "a\xcc\x88"
                                        "b ",
                                        "\n",
                                        "\n\n",
                                        "- ",
                                        "Ms Anna van Berg is your adviser. ",
                                        "call 030 1234567 or write to a.b@c.example, ",
                                        "from 9 to 17 ",
                                        "no later than ",
                                        "Versicherungsbest\xc3\xa4tigungsschreiben ",
                                        "\xff",
                                        "X1234 ",
                                        "Kind regards,\n",
                                        "  "};
    static char raw[80000];
    texts *t = *state;
    fh_text_reader *reader;
    assert_status(fh_text_reader_new(t->lexicon, NULL, &reader, NULL), FH_OK);
    test_seed(11);
    for (uint32_t round = 0; round < 1500; round++) {
        const uint32_t from = test_rand(COUNT(piece)), some = 1 + test_rand(COUNT(piece));
        size_t len = 0;
        while (len + 100 < 600 && test_rand(30) != 0) {
            const char *p = piece[(from + test_rand(some)) % COUNT(piece)];
            memcpy(raw + len, p, strlen(p));
            len += strlen(p);
        }
        both_read(t, reader, (fh_str){raw, len}, test_rand(4) ? 0 : test_rand(5));
    }
    for (uint32_t round = 0; round < 6; round++)
        both_read(t, reader, (fh_str){raw, some_words(raw, sizeof raw, 30000)}, 0);
    fh_text_reader_free(reader);
    fh_text_reader_free(NULL);
}

static void words_added_to_the_lexicon_are_seen_by_a_reader(void **state)
{
    texts t = *(texts *)*state;
    fh_text_reader *reader;
    const fh_str raw = FH_STR("The glimmer was mended on snorday.");
    assert_status(fh_lexicon_new(NULL, &t.lexicon, NULL), FH_OK);
    assert_status(fh_text_reader_new(t.lexicon, NULL, &reader, NULL), FH_OK);
    both_read(&t, reader, raw, 0);
    assert_status(fh_lexicon_add(t.lexicon,
                                 FH_STR("language en\nlist weekdays\nsnorday=2\n"
                                        "list stop\nglimmer\n"),
                                 NULL),
                  FH_OK);
    both_read(&t, reader, raw, 0);
    const fh_text_about about = {.language = 1};
    fh_text text;
    assert_status(fh_text_read_by(reader, raw, &about, t.arena, &text, NULL), FH_OK);
    assert_int_equal(text.n_facts, 1);
    fh_text_reader_free(reader);
    fh_lexicon_free(t.lexicon);
    fh_arena_reset(t.arena);
}

static fh_status read_by_one(void *ctx)
{
    const texts *t = ctx;
    const fh_str raw = FH_STR("Sehr geehrte Frau Müller,\n\nIhre Rechnung Nr. 12345 vom 3. März "
                              "2025 beträgt 15,00 EUR.\n\nMit freundlichen Grüßen\nAnna\n");
    fh_text_reader *reader = NULL;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_status status = arena ? FH_OK : FH_NOMEM;
    if (!status) status = fh_text_reader_new(t->lexicon, test_allocator(), &reader, NULL);
    for (int i = 0; i < 2 && !status; i++) {
        fh_text text = {.language = 77};
        status = fh_text_read_by(reader, raw, NULL, arena, &text, NULL);
        assert_int_equal(text.language, status ? 77 : 2);
    }
    fh_text_reader_free(reader);
    fh_arena_free(arena);
    return status;
}

static void the_next_spot_is_found_wherever_it_stands(void **state)
{
    (void)state;
    test_seed(11);
    for (uint32_t round = 0; round < 2000; round++) {
        uint8_t spot[100 + FH_SPOTS_BEHIND];
        const uint32_t end = test_rand(101), first = test_rand(end + 1), few = 1 + test_rand(40);
        const uint8_t which = (uint8_t)(1u << test_rand(8) | 1u << test_rand(8));
        for (uint32_t i = 0; i < COUNT(spot); i++)
            spot[i] = test_rand(few) ? 0 : (uint8_t)test_rand(256);
        uint32_t want = first;
        while (want < end && !(spot[want] & which)) want++;
        assert_int_equal(fh_spot_next(spot, first, end, which), want);
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
    test_oom(read_by_one, *state);
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
        cmocka_unit_test(a_reader_reads_the_same_whatever_it_read_before),
        cmocka_unit_test(words_added_to_the_lexicon_are_seen_by_a_reader),
        cmocka_unit_test(the_next_spot_is_found_wherever_it_stands),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}

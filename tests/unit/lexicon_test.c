/* lexicon_test.c - word lists: the built-in languages, files of an organisation, refusals. */
#include "test.h"

#include "text/lexicon.h"

#include <stdlib.h>

static fh_lexicon *built_in(void)
{
    fh_lexicon *x;
    fh_error err;
    if (fh_lexicon_new(test_allocator(), &x, &err) != FH_OK) fail_msg("%s", err.message);
    return x;
}

static void three_languages_are_built_in(void **state)
{
    (void)state;
    fh_lexicon *x = built_in();
    assert_int_equal(fh_lexicon_languages(x), 3);
    assert_str(fh_lexicon_code(x, 1), "en");
    assert_str(fh_lexicon_code(x, 2), "de");
    assert_str(fh_lexicon_code(x, 3), "nl");
    assert_str(fh_lexicon_code(x, 0), "");
    assert_str(fh_lexicon_code(x, 4), "");
    assert_int_equal(fh_lexicon_language(x, FH_STR("en-GB")), 1);
    assert_int_equal(fh_lexicon_language(x, FH_STR("de_AT")), 2);
    assert_int_equal(fh_lexicon_language(x, FH_STR("DUTCH")), 3);
    assert_int_equal(fh_lexicon_language(x, FH_STR("fr")), FH_LANGUAGE_UNKNOWN);
    assert_int_equal(fh_lexicon_language(x, FH_STR("")), FH_LANGUAGE_UNKNOWN);
    fh_lexicon_free(x);
    fh_lexicon_free(NULL);
    assert_int_equal(test_blocks_live(), 0);
}

static void every_language_has_the_lists_that_reading_needs(void **state)
{
    (void)state;
    static const char *const list[] = {
        "months",   "weekdays",  "numbers",    "stop",    "negations",     "suffixes",
        "antonyms", "greetings", "closings",   "quotes",  "abbreviations", "changes",
        "again",    "asks",      "requests",   "roles",   "days",          "spans",
        "up to",    "at least",  "currencies", "percent", "ids",           "hours"};
    fh_lexicon *x = built_in();
    for (uint32_t lang = 1; lang <= fh_lexicon_languages(x); lang++)
        for (size_t i = 0; i < COUNT(list); i++) {
            size_t n;
            const fh_lexeme *item = fh_lexicon_list(x, lang, fh_str_of(list[i]), &n);
            if (!item || n == 0) fail_msg("language %u has no list '%s'", lang, list[i]);
            for (size_t k = 1; k < n; k++) assert_true(item[k - 1].word.len >= item[k].word.len);
        }
    fh_lexicon_free(x);
}

static fh_word_use use_of(const fh_lexicon *x, fh_str word)
{
    fh_word_use use;
    fh_lexicon_word(x, 1, word, &use);
    return use;
}

static void months_and_phrases_are_found_with_their_values(void **state)
{
    (void)state;
    fh_lexicon *x = built_in();
    int64_t value = 0;
    assert_true(fh_lexicon_has(x, 2, FH_STR("months"), FH_STR("märz"), &value));
    assert_int_equal(value, 3);
    assert_true(fh_lexicon_has(x, 1, FH_STR("antonyms"), FH_STR("have to pay"), &value));
    assert_int_equal(value, -1);
    assert_true(fh_lexicon_has(x, 1, FH_STR("asks"), FH_STR("what happened"), &value));
    assert_int_equal(value, FH_ASKS_STORY_BIT);
    assert_false(fh_lexicon_has(x, 1, FH_STR("months"), FH_STR("märz"), &value));
    assert_false(fh_lexicon_has(x, 1, FH_STR("no such list"), FH_STR("may"), NULL));
    assert_int_equal(use_of(x, FH_STR("xyzzy")).reach, 0);
    assert_true(use_of(x, FH_STR("have")).reach >= 3);
    fh_lexicon_hit hit[FH_LEXICON_HITS];
    assert_true(fh_lexicon_look(x, 1, FH_STR("may"), hit) >= 2);
    assert_true(use_of(x, FH_STR("may")).is & UINT64_C(1) << FH_LIST_MONTHS);
    fh_lexicon_free(x);
}

static void words_of_one_stem_or_one_meaning_are_one_anchor(void **state)
{
    (void)state;
    fh_lexicon *x = built_in();
    bool turns;
    assert_str(fh_lexicon_stem(x, 1, FH_STR("planting")), "plant");
    assert_str(fh_lexicon_stem(x, 1, FH_STR("red")), "red");
    assert_int_equal(fh_lexicon_anchor(x, 1, FH_STR("fee"), &turns),
                     fh_lexicon_anchor(x, 1, FH_STR("costs"), &turns));
    assert_false(turns);
    const uint32_t charged = fh_lexicon_anchor(x, 2, FH_STR("kostenpflichtig"), &turns);
    assert_true(turns);
    assert_int_equal(fh_lexicon_anchor(x, 2, FH_STR("kostenlos"), &turns), charged);
    assert_false(turns);
    assert_int_not_equal(fh_lexicon_anchor(x, 1, FH_STR("tree"), &turns),
                         fh_lexicon_anchor(x, 1, FH_STR("house"), &turns));
    fh_lexicon_free(x);
}

static void the_language_of_a_text_is_guessed_by_its_common_words(void **state)
{
    (void)state;
    fh_lexicon *x = built_in();
    assert_int_equal(fh_language_guess(x, FH_STR("Your order will be delivered to you on Monday.")),
                     1);
    assert_int_equal(
        fh_language_guess(x, FH_STR("Ihre Bestellung wird am Montag zu Ihnen geliefert.")), 2);
    assert_int_equal(fh_language_guess(x, FH_STR("Uw bestelling wordt op maandag bij u bezorgd.")),
                     3);
    assert_int_equal(fh_language_guess(x, FH_STR("1234 -- \xff\xfe")), FH_LANGUAGE_UNKNOWN);
    assert_int_equal(fh_language_guess(x, FH_STR("")), FH_LANGUAGE_UNKNOWN);
    fh_lexicon_free(x);
}

static void an_organisation_adds_a_language_and_words_to_one(void **state)
{
    (void)state;
    fh_lexicon *x = built_in();
    fh_error err;
    const fh_str file = FH_STR("# ours\nlanguage fr \"French\"\nlist months\n  janvier=1 MARS=3\n"
                               "list negations\n ne pas \"ne   plus\" # spaces\n"
                               "language en\nlist currencies\n crowns=SEK euro=USD\n"
                               "list asks\n \"shoe size\"=number\n");
    int64_t value;
    assert_status(fh_lexicon_add(x, file, &err), FH_OK);
    assert_int_equal(fh_lexicon_language(x, FH_STR("fr")), 4);
    assert_true(fh_lexicon_has(x, 4, FH_STR("months"), FH_STR("mars"), &value));
    assert_int_equal(value, 3);
    assert_true(fh_lexicon_has(x, 4, FH_STR("negations"), FH_STR("ne plus"), NULL));
    assert_true(fh_lexicon_has(x, 1, FH_STR("currencies"), FH_STR("crowns"), &value));
    assert_int_equal(value, 'S' << 16 | 'E' << 8 | 'K');
    assert_true(fh_lexicon_has(x, 1, FH_STR("currencies"), FH_STR("euro"), &value));
    assert_int_equal(value, 'U' << 16 | 'S' << 8 | 'D');
    size_t n;
    const fh_lexeme *item = fh_lexicon_list(x, 4, FH_STR("negations"), &n);
    assert_int_equal(n, 3);
    assert_str(item[0].word, "ne plus");
    assert_null(fh_lexicon_list(x, 4, FH_STR("again"), &n));
    fh_lexicon_free(x);
}

static void a_file_that_is_refused_says_where_and_adds_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *file, *message;
    } bad[] = {
        {"list months\n", "line 1: the language is not named yet"},
        {"language fr\n jan=1\n", "line 2: no list has begun"},
        {"language fr\nlist mounths\n jan=1\n", "line 2: there is no list 'mounths'"},
        {"language fr\nlist months\n jan=first\n", "line 3: 'first' is no value"},
        {"language fr\nlist months\n \"jan\n", "line 3: a quotation mark is not closed"},
        {"language fr\nlist months\n jan= \n", "line 3: a word is missing"},
        {"language fr\nlist months\n \xff\xfe=1\n",
         "line 3: '\xff\xfe' is too long or is no UTF-8"},
        {"language f5\n", "line 1: 'f5' is no code of a language"},
        {"language fr French more\n", "line 1: more than was expected"},
    };
    fh_lexicon *x = built_in();
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_error err;
        assert_status(fh_lexicon_add(x, fh_str_of(bad[i].file), &err), FH_INVALID);
        assert_string_equal(err.message, bad[i].message);
        assert_true(err.hint[0] != '\0');
        assert_int_equal(fh_lexicon_languages(x), 3);
    }
    fh_lexicon_free(x);
}

/* In blocks of some size, for the built-in lists are thousands of objects. */
static fh_status make_one(void *ctx)
{
    fh_lexicon *x;
    fh_error err;
    fh_allocator blocks = *test_allocator();
    blocks.block_size = 8192;
    (void)ctx;
    fh_status status = fh_lexicon_new(&blocks, &x, &err);
    if (status != FH_OK) return status;
    status = fh_lexicon_add(x, FH_STR("language fr\nlist months\n mai=5 juin=6\n"), &err);
    fh_lexicon_free(x);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    test_oom(make_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_languages_are_built_in),
        cmocka_unit_test(every_language_has_the_lists_that_reading_needs),
        cmocka_unit_test(months_and_phrases_are_found_with_their_values),
        cmocka_unit_test(words_of_one_stem_or_one_meaning_are_one_anchor),
        cmocka_unit_test(the_language_of_a_text_is_guessed_by_its_common_words),
        cmocka_unit_test(an_organisation_adds_a_language_and_words_to_one),
        cmocka_unit_test(a_file_that_is_refused_says_where_and_adds_nothing),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
